//! Who may do what, and who sees what. The only place that decides it.

use crate::{
    ApiKeyId, OrganizationId, Permission, Permissions, Realm, StationId, UserId,
    api_key::ApiKey,
    permission::KEY_MAKING,
    user::{Role, User},
};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person, or a program with a key.
    Caller(Caller),
    /// The service itself: seeds, the expiry sweep, the first start.
    System,
}

/// A person, or a program with the key of a person or of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The person; none for the key of an organization.
    pub user: Option<UserId>,
    /// The key, when it acts through one.
    pub key: Option<ApiKeyId>,
    /// The fixed role, whose scope its permissions have. An organization's key acts as a partner.
    pub role: Role,
    /// Its organization.
    pub organization: Realm,
    /// Its station.
    pub station: Option<StationId>,
    /// What the fixed role gives, within the scope of the role.
    pub fixed: Permissions,
    /// What custom roles give on top, within the organization.
    pub granted: Permissions,
}

impl Caller {
    /// A person, with the permissions of its fixed role.
    pub const fn of(user: &User) -> Self {
        Self {
            user: Some(user.id),
            key: None,
            role: user.role,
            organization: user.organization_id,
            station: user.station_id,
            fixed: user.role.permissions(),
            granted: Permissions::NONE,
        }
    }

    /// A program with the key of an organization: it acts as a partner without a self.
    pub fn of_organization(organization: OrganizationId, key: &ApiKey) -> Self {
        let partner = Self {
            user: None,
            key: None,
            role: Role::Partner,
            organization: Some(organization),
            station: None,
            fixed: crate::role::grantable(),
            granted: Permissions::NONE,
        };
        partner.with_key(key)
    }

    /// The same with what custom roles give on top, when it belongs to an organization.
    #[must_use]
    pub fn with_roles(mut self, granted: Permissions) -> Self {
        if self.organization.is_some() {
            self.granted = granted.intersection(crate::role::grantable());
        }
        self
    }

    /// The same through a key: no more than the key may, and no making of other keys.
    #[must_use]
    pub fn with_key(mut self, key: &ApiKey) -> Self {
        let allowed = key.permissions.unwrap_or(Permissions::ALL);
        let allowed = match key.bootstrap {
            true => allowed,
            false => allowed.without(KEY_MAKING),
        };
        self.key = Some(key.id);
        self.fixed = self.fixed.intersection(allowed);
        self.granted = self.granted.intersection(allowed);
        self
    }

    /// Everything that it may do somewhere.
    pub const fn permissions(&self) -> Permissions {
        self.fixed.union(self.granted)
    }

    /// What the fixed role sees.
    const fn role_scope(&self) -> Scope {
        match (self.role, self.organization, self.station) {
            (Role::SuperAdmin, ..) => Scope::Everything,
            (Role::Partner, Some(organization), _) => Scope::Organization(organization),
            (Role::Operator, Some(organization), Some(station)) => {
                Scope::Station(organization, station)
            }
            _ => Scope::Own(self.user),
        }
    }
}

impl From<Caller> for Actor {
    fn from(caller: Caller) -> Self {
        Self::Caller(caller)
    }
}

impl Actor {
    /// The caller, unless the service itself acts.
    pub const fn caller(&self) -> Option<&Caller> {
        match self {
            Self::Caller(caller) => Some(caller),
            Self::System => None,
        }
    }

    /// The person, when one acts, itself or through a key.
    pub fn user_id(&self) -> Option<UserId> {
        self.caller()?.user
    }

    /// The key that it acts through.
    pub fn key_id(&self) -> Option<ApiKeyId> {
        self.caller()?.key
    }

    /// The organization that it belongs to.
    pub fn organization(&self) -> Realm {
        self.caller()?.organization
    }

    /// Everything that it may do somewhere.
    pub const fn permissions(&self) -> Permissions {
        match self {
            Self::Caller(caller) => caller.permissions(),
            Self::System => Permissions::ALL,
        }
    }

    /// Whether the actor has the permission somewhere.
    pub const fn holds(&self, permission: Permission) -> bool {
        self.permissions().contains(permission)
    }

    /// What the actor may do throughout the realm, and not only with what is its own.
    pub fn permissions_over(&self, realm: Realm) -> Permissions {
        self.permissions_at(&Target::of(realm))
    }

    /// What the actor may do to anything at the target, and not only with what is its own.
    pub fn permissions_at(&self, target: &Target) -> Permissions {
        let held = self.permissions().iter();
        let there = held.filter(|one| match self.scope(*one) {
            Scope::Own(_) => false,
            scope => scope.covers(target),
        });
        there.collect()
    }

    /// Where the actor may do this, if it holds the permission.
    pub const fn scope(&self, permission: Permission) -> Scope {
        let Self::Caller(caller) = self else {
            return Scope::Everything;
        };
        if permission.is_of_self() {
            return Scope::Own(caller.user);
        }
        match caller.organization {
            Some(organization) if caller.granted.contains(permission) => {
                Scope::Organization(organization)
            }
            _ => caller.role_scope(),
        }
    }

    /// Whether it is there for the actor at all (D4): inside of what its role or this permission
    /// reaches, or in a catalogue that it sees.
    pub fn sees(&self, permission: Permission, target: &Target) -> bool {
        let seen_by_role = match self {
            Self::Caller(caller) => caller.role_scope().covers(target),
            Self::System => true,
        };
        seen_by_role || self.scope(permission).covers(target) || self.sees_in_catalogue(target)
    }

    /// The catalogues that the actor sees.
    pub fn catalogues(&self) -> Catalogues {
        match self.scope(Permission::ProductsRead) {
            Scope::Everything => Catalogues::All,
            _ => Catalogues::SeenBy(self.organization()),
        }
    }

    /// Everybody sees the platform's catalogue, and the one of their own organization.
    fn sees_in_catalogue(&self, target: &Target) -> bool {
        let own = target.organization.is_none() || target.organization == self.organization();
        target.catalogue && own
    }
}

/// The part of the data that a read may see; every read query has it in its SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything on the platform.
    Everything,
    /// What belongs to one organization.
    Organization(OrganizationId),
    /// What belongs to one station of the organization.
    Station(OrganizationId, StationId),
    /// What belongs to one user; nothing without one.
    Own(Option<UserId>),
}

impl Scope {
    /// Whether the target is inside.
    pub fn covers(self, target: &Target) -> bool {
        match self {
            Self::Everything => true,
            Self::Organization(organization) => target.organization == Some(organization),
            Self::Station(organization, station) => {
                target.organization == Some(organization) && target.station == Some(station)
            }
            Self::Own(user) => user.is_some() && target.owner == user,
        }
    }
}

/// The catalogues whose products a reader sees; every read query of them has it in its SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Catalogues {
    /// Of everybody.
    All,
    /// Of the platform, and of the reader's organization.
    SeenBy(Realm),
}

/// Where a resource belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The organization that it belongs to.
    pub organization: Realm,
    /// The station that it belongs to.
    pub station: Option<StationId>,
    /// The user that it is or belongs to.
    pub owner: Option<UserId>,
    /// Whether it is part of a catalogue.
    pub catalogue: bool,
}

impl Target {
    /// What belongs to the realm and to nobody in it.
    pub const fn of(realm: Realm) -> Self {
        Self {
            organization: realm,
            station: None,
            owner: None,
            catalogue: false,
        }
    }

    /// A product or variant.
    pub const fn catalogue(realm: Realm) -> Self {
        Self {
            catalogue: true,
            ..Self::of(realm)
        }
    }

    /// The platform itself.
    pub const PLATFORM: Self = Self::of(None);
}

/// Why the policy refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// It does not exist for the actor (D4): 404.
    Hidden,
    /// The actor sees it but may not do this: 403.
    Denied,
}

/// Proof that the policy was asked and agreed. Only [`authorize`] makes one.
#[derive(Debug)]
pub struct Permit(());

/// Whether the actor may do this to the target.
pub fn authorize(actor: &Actor, permission: Permission, target: &Target) -> Result<Permit, Denial> {
    if !actor.sees(permission, target) {
        return Err(Denial::Hidden);
    }
    // Seeing a catalogue is not changing it: only reading reaches out of the actor's own scope.
    let reads = permission == Permission::ProductsRead && actor.sees_in_catalogue(target);
    let reaches = reads || actor.scope(permission).covers(target);
    if !actor.holds(permission) || !reaches {
        return Err(Denial::Denied);
    }
    Ok(Permit(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const ORGANIZATION: OrganizationId = OrganizationId(Uuid::from_u128(7));
    const STATION: StationId = StationId(Uuid::from_u128(70));

    fn caller(role: Role) -> Caller {
        Caller {
            user: Some(UserId(Uuid::from_u128(1))),
            key: None,
            role,
            organization: (role != Role::SuperAdmin).then_some(ORGANIZATION),
            station: (role == Role::Operator).then_some(STATION),
            fixed: role.permissions(),
            granted: Permissions::NONE,
        }
    }

    fn target(organization: u128, station: Option<u128>, owner: Option<u128>) -> Target {
        Target {
            station: station.map(|id| StationId(Uuid::from_u128(id))),
            owner: owner.map(|id| UserId(Uuid::from_u128(id))),
            ..Target::of(Some(OrganizationId(Uuid::from_u128(organization))))
        }
    }

    fn places() -> Vec<(&'static str, Target)> {
        let other = OrganizationId(Uuid::from_u128(8));
        vec![
            ("platform", Target::PLATFORM),
            ("itself", target(7, None, Some(1))),
            ("own organization", target(7, None, None)),
            ("user of own organization", target(7, None, Some(2))),
            ("own station", target(7, Some(70), None)),
            ("other station", target(7, Some(71), None)),
            ("other organization", target(8, None, None)),
            ("user of other organization", target(8, None, Some(3))),
            ("station of other organization", target(8, Some(80), None)),
            ("platform catalogue", Target::catalogue(None)),
            ("own catalogue", Target::catalogue(Some(ORGANIZATION))),
            ("other catalogue", Target::catalogue(Some(other))),
        ]
    }

    /// What the actor may do there; `hidden` when nothing there exists for it.
    fn answers(actor: &Actor, place: &Target) -> String {
        let mut hidden = true;
        let mut permitted = Vec::new();
        for permission in Permission::ALL.iter().copied() {
            match authorize(actor, permission, place) {
                Ok(_) => permitted.push(permission.as_str()),
                Err(Denial::Hidden) => continue,
                Err(Denial::Denied) => {}
            }
            hidden = false;
        }
        match (hidden, permitted.len() == Permission::ALL.len()) {
            (true, _) => "hidden".to_owned(),
            (_, true) => "everything".to_owned(),
            _ if permitted.is_empty() => "-".to_owned(),
            _ => permitted.join(" "),
        }
    }

    /// The whole matrix of role, place and permission, readable in review.
    #[test]
    fn the_matrix_is_the_golden_one() {
        let granted = Permissions::of(&[Permission::UsersRead, Permission::StationsCreate]);
        let with_grants = |role| Caller {
            granted,
            ..caller(role)
        };
        let mut actors: Vec<(String, Caller)> = Role::ALL
            .iter()
            .map(|role| (role.as_str().to_owned(), caller(*role)))
            .collect();
        for role in [Role::Operator, Role::Member] {
            let name = format!("{} + users.read stations.create", role.as_str());
            actors.push((name, with_grants(role)));
        }
        let mut printed = String::from("role | place | permitted; hidden = does not exist there\n");
        for (name, caller) in actors {
            let actor = Actor::Caller(caller);
            for (place, target) in places() {
                printed.push_str(&format!(
                    "{name} | {place} | {}\n",
                    answers(&actor, &target)
                ));
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

    #[test]
    fn a_key_of_an_organization_has_no_self() {
        let actor = Actor::Caller(Caller {
            user: None,
            ..caller(Role::Partner)
        });
        let nobody = target(7, None, None);
        let denied = authorize(&actor, Permission::UsersReadSelf, &nobody);
        assert!(denied.is_err());
    }
}
