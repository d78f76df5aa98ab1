//! Who may do what, and who sees what. The only place that decides it.

use crate::{OrganizationId, StationId, UserId, user::Role};

/// What an operation needs, as the contract's `x-permission` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is its name in the contract")]
pub enum Permission {
    UsersRead,
    UsersReadSelf,
    UsersCreate,
    UsersUpdate,
    UsersUpdateSelf,
    UsersDelete,
    ProductsRead,
    ProductsCreate,
    ProductsUpdate,
    ProductsDelete,
    AssignmentsRead,
    AssignmentsCreate,
    AssignmentsUpdate,
    AssignmentsDelete,
    EventsRead,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 15] = [
        Self::UsersRead,
        Self::UsersReadSelf,
        Self::UsersCreate,
        Self::UsersUpdate,
        Self::UsersUpdateSelf,
        Self::UsersDelete,
        Self::ProductsRead,
        Self::ProductsCreate,
        Self::ProductsUpdate,
        Self::ProductsDelete,
        Self::AssignmentsRead,
        Self::AssignmentsCreate,
        Self::AssignmentsUpdate,
        Self::AssignmentsDelete,
        Self::EventsRead,
    ];

    /// The name in the contract.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UsersRead => "users.read",
            Self::UsersReadSelf => "users.readSelf",
            Self::UsersCreate => "users.create",
            Self::UsersUpdate => "users.update",
            Self::UsersUpdateSelf => "users.updateSelf",
            Self::UsersDelete => "users.delete",
            Self::ProductsRead => "products.read",
            Self::ProductsCreate => "products.create",
            Self::ProductsUpdate => "products.update",
            Self::ProductsDelete => "products.delete",
            Self::AssignmentsRead => "assignments.read",
            Self::AssignmentsCreate => "assignments.create",
            Self::AssignmentsUpdate => "assignments.update",
            Self::AssignmentsDelete => "assignments.delete",
            Self::EventsRead => "events.read",
        }
    }

    /// The permission with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|permission| permission.as_str() == name)
    }
}

impl Role {
    /// What the fixed role may do, within its scope.
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::SuperAdmin => &Permission::ALL,
            Self::Partner => &[
                P::UsersRead,
                P::UsersReadSelf,
                P::UsersCreate,
                P::UsersUpdate,
                P::UsersUpdateSelf,
                P::UsersDelete,
                P::ProductsRead,
                P::ProductsCreate,
                P::ProductsUpdate,
                P::ProductsDelete,
                P::AssignmentsRead,
                P::AssignmentsCreate,
                P::AssignmentsUpdate,
                P::AssignmentsDelete,
                P::EventsRead,
            ],
            Self::Operator => &[P::UsersReadSelf, P::UsersUpdateSelf],
            Self::Member => &[
                P::UsersReadSelf,
                P::UsersUpdateSelf,
                P::ProductsRead,
                P::AssignmentsRead,
            ],
        }
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person, or a program with a person's key.
    User {
        /// Who it is.
        id: UserId,
        /// Its fixed role.
        role: Role,
        /// Its organization.
        organization: Option<OrganizationId>,
        /// Its station.
        station: Option<StationId>,
    },
    /// The service itself: seeds, the expiry sweep, the first start.
    System,
}

impl Actor {
    /// The user, unless the service itself acts.
    pub const fn user_id(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::System => None,
        }
    }

    /// Whether the actor has the permission somewhere.
    pub fn holds(&self, permission: Permission) -> bool {
        match self {
            Self::User { role, .. } => role.permissions().contains(&permission),
            Self::System => true,
        }
    }

    /// What the actor may read.
    pub const fn scope(&self) -> Scope {
        match self {
            Self::System => Scope::Everything,
            Self::User {
                role: Role::SuperAdmin,
                ..
            } => Scope::Everything,
            Self::User {
                id,
                role: Role::Partner,
                organization,
                ..
            } => match organization {
                Some(organization) => Scope::Organization(*organization),
                None => Scope::Own(*id),
            },
            Self::User { id, .. } => Scope::Own(*id),
        }
    }
}

/// The part of the world that a read may see; every read query has it in its SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything on the platform.
    Everything,
    /// What belongs to one organization, and the platform's catalogue.
    Organization(OrganizationId),
    /// What belongs to one user, and the platform's catalogue.
    Own(UserId),
}

/// Where a resource stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The organization that it belongs to.
    pub organization: Option<OrganizationId>,
    /// The station that it belongs to.
    pub station: Option<StationId>,
    /// The user that it is or belongs to.
    pub owner: Option<UserId>,
    /// Whether it is part of a catalogue, which everybody on the platform sees.
    pub catalogue: bool,
}

impl Target {
    /// A product or variant.
    pub const fn catalogue(organization: Option<OrganizationId>) -> Self {
        Self {
            organization,
            station: None,
            owner: None,
            catalogue: true,
        }
    }

    /// The platform itself.
    pub const PLATFORM: Self = Self {
        organization: None,
        station: None,
        owner: None,
        catalogue: false,
    };
}

/// Why the policy says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// It does not exist for the actor (D4): 404.
    Hidden,
    /// The actor sees it but may not do this: 403.
    Denied,
}

/// Proof that the policy was asked and said yes. Only [`authorize`] makes one.
#[derive(Debug)]
pub struct Permit(());

/// Whether the actor may do this to what stands there.
pub fn authorize(actor: &Actor, permission: Permission, target: &Target) -> Result<Permit, Denial> {
    if !sees(actor, target) {
        return Err(Denial::Hidden);
    }
    if !actor.holds(permission) || !reaches(actor, permission, target) {
        return Err(Denial::Denied);
    }
    Ok(Permit(()))
}

fn sees(actor: &Actor, target: &Target) -> bool {
    if target.catalogue && target.organization.is_none() {
        return true;
    }
    match actor.scope() {
        Scope::Everything => true,
        Scope::Organization(organization) => target.organization == Some(organization),
        Scope::Own(user) => target.owner == Some(user),
    }
}

/// Seeing the platform's catalogue is not changing it: writes stay inside the actor's own scope.
fn reaches(actor: &Actor, permission: Permission, target: &Target) -> bool {
    match actor.scope() {
        Scope::Everything => true,
        Scope::Organization(organization) => {
            permission == Permission::ProductsRead || target.organization == Some(organization)
        }
        Scope::Own(user) => permission == Permission::ProductsRead || target.owner == Some(user),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn actor(role: Role, organization: Option<u128>) -> Actor {
        Actor::User {
            id: UserId(Uuid::from_u128(1)),
            role,
            organization: organization.map(|id| OrganizationId(Uuid::from_u128(id))),
            station: None,
        }
    }

    fn target(organization: Option<u128>, owner: Option<u128>) -> Target {
        Target {
            organization: organization.map(|id| OrganizationId(Uuid::from_u128(id))),
            station: None,
            owner: owner.map(|id| UserId(Uuid::from_u128(id))),
            catalogue: false,
        }
    }

    #[test]
    fn names_go_both_ways() {
        for permission in Permission::ALL {
            assert_eq!(Permission::parse(permission.as_str()), Some(permission));
        }
        assert_eq!(Permission::parse("users.fly"), None);
    }

    /// The whole matrix of role, place and permission, readable in review.
    #[test]
    fn the_matrix_is_the_golden_one() {
        let places: [(&str, Target); 6] = [
            ("platform", Target::PLATFORM),
            ("itself", target(Some(7), Some(1))),
            ("same organization", target(Some(7), Some(2))),
            ("other organization", target(Some(8), Some(3))),
            ("platform catalogue", Target::catalogue(None)),
            (
                "own catalogue",
                Target::catalogue(Some(OrganizationId(Uuid::from_u128(7)))),
            ),
        ];
        let mut printed = String::from("role | place | permitted; h = hidden\n");
        for role in Role::ALL {
            let organization = (role != Role::SuperAdmin).then_some(7);
            for (place, target) in &places {
                let answers = Permission::ALL.map(|permission| {
                    match authorize(&actor(role, organization), permission, target) {
                        Ok(_) => permission.as_str(),
                        Err(Denial::Denied) => "-",
                        Err(Denial::Hidden) => "h",
                    }
                });
                let line = format!("{} | {place} | {}\n", role.as_str(), answers.join(" "));
                printed.push_str(&line);
            }
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/policy-matrix.txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(path, &printed).expect("the golden file can be written");
        }
        let golden = std::fs::read_to_string(path).expect("the golden file is there");
        assert_eq!(
            printed, golden,
            "run with UPDATE_GOLDEN=1 and read the difference"
        );
    }
}
