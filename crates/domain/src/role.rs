//! Custom roles: named sets of permissions inside an organization.

use crate::{
    Event, Fact, Invalid, OrganizationId, Permission, Permissions, Realm, Refusal, RoleId, Time,
    WorkingSet,
    kernel::{Question, Resource},
    not_found, organization,
    permission::{KEY_MAKING, OF_SELF},
    policy::{Actor, Target},
    text::Name,
    user,
    user::User,
};
use serde::{Deserialize, Serialize};

/// Custom roles that a user may have.
pub const MOST: usize = 20;

/// A named set of permissions inside an organization, granted to users on top of their fixed role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomRole {
    /// Its id.
    pub id: RoleId,
    /// Its organization, for ever.
    pub organization_id: OrganizationId,
    /// What it is.
    pub profile: Profile,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// The number of its facts.
    pub version: i64,
}

impl Resource for CustomRole {
    fn realm(&self) -> Realm {
        Some(self.organization_id)
    }

    fn target(&self) -> Target {
        Target::of(Some(self.organization_id))
    }

    fn evolve(state: Option<Self>, id: RoleId, event: &Event, at: Time) -> Option<Self> {
        if let Event::RoleCreated(new) = event {
            return state.is_none().then(|| CustomRole {
                id,
                organization_id: new.organization_id,
                profile: new.profile.clone(),
                created_at: at,
                updated_at: at,
                version: 1,
            });
        }
        let mut role = state?;
        let Event::RoleUpdated(change) = event else {
            return None;
        };
        role.profile = change.clone();
        role.updated_at = at;
        role.version += 1;
        Some(role)
    }

    fn is_removed_by(event: &Event) -> bool {
        matches!(event, Event::RoleDeleted {})
    }
}

/// Which custom role of the organization has this name (compared form).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleByName(pub OrganizationId, pub String);

impl Question for RoleByName {
    type Of = CustomRole;
    type Answer = Option<RoleId>;

    fn about(role: &CustomRole) -> Option<Self> {
        Some(Self(role.organization_id, role.profile.key()))
    }
}

/// What can change of a custom role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The name, unique in the organization whatever its case.
    pub name: Name,
    /// What it is for.
    pub description: Option<String>,
    /// What its holders may do in the organization.
    pub permissions: Permissions,
}

impl Profile {
    /// The form in which two names are compared: lower case.
    pub fn key(&self) -> String {
        self.name.as_str().to_lowercase()
    }
}

/// A custom role was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Its organization, for ever.
    pub organization_id: OrganizationId,
    /// What it is.
    #[serde(flatten)]
    pub profile: Profile,
}

/// A custom role was granted to a user, or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Granted {
    /// Which role.
    pub role_id: RoleId,
}

/// Makes a custom role (D7).
pub fn create(
    set: &WorkingSet,
    actor: &Actor,
    id: RoleId,
    new: Created,
) -> Result<Vec<Fact>, Refusal> {
    organization::open_realm(set, Some(new.organization_id))?;
    name_is_free(set, id, new.organization_id, &new.profile)?;
    may_be_given(actor, new.organization_id, new.profile.permissions)?;
    Ok(vec![Event::RoleCreated(new).of(id.0)])
}

/// Changes a custom role. The actor must hold all that it then carries (D7).
pub fn update(
    set: &WorkingSet,
    actor: &Actor,
    role: &CustomRole,
    change: Profile,
) -> Result<Vec<Fact>, Refusal> {
    name_is_free(set, role.id, role.organization_id, &change)?;
    may_be_given(actor, role.organization_id, change.permissions)?;
    if role.profile == change {
        return Ok(Vec::new());
    }
    Ok(vec![Event::RoleUpdated(change).of(role.id.0)])
}

/// Deletes a custom role; users who have it lose what it carries.
pub fn delete(role: &CustomRole) -> Vec<Fact> {
    vec![Event::RoleDeleted {}.of(role.id.0)]
}

/// Grants a custom role to a user of its organization. Nobody gives what they do not hold (D7).
pub fn grant(
    set: &WorkingSet,
    actor: &Actor,
    user: &User,
    role: &CustomRole,
) -> Result<Vec<Fact>, Refusal> {
    if user.organization_id != Some(role.organization_id) {
        return Err(Refusal::OrganizationMismatch);
    }
    may_be_given(actor, role.organization_id, role.profile.permissions)?;
    user.may_take_seat()?;
    if user.roles.contains(&role.id) {
        return Ok(Vec::new());
    }
    let (alive, gone): (Vec<RoleId>, Vec<RoleId>) =
        user.roles.iter().partition(|id| set.get(**id).is_some());
    if alive.len() >= MOST {
        let message = "the user has 20 custom roles already";
        return Err(Invalid::new("/roleId", "TOO_MANY", message).into());
    }
    // Deleted roles are dropped with the next grant, so that the list of a user stays bounded.
    let leave = gone.into_iter().map(|role_id| Granted { role_id });
    let facts = leave.map(Event::UserRoleRevoked);
    let facts = facts.chain([Event::UserRoleGranted(Granted { role_id: role.id })]);
    Ok(facts.map(|event| event.of(user.id.0)).collect())
}

/// Takes a custom role back from a user.
pub fn revoke(actor: &Actor, user: &User, role: &CustomRole) -> Result<Vec<Fact>, Refusal> {
    may_be_given(actor, role.organization_id, role.profile.permissions)?;
    if !user.roles.contains(&role.id) {
        return Err(not_found(role.id));
    }
    let granted = Granted { role_id: role.id };
    Ok(vec![Event::UserRoleRevoked(granted).of(user.id.0)])
}

/// What a custom role can carry at all: what a partner may do in its organization. Nothing else
/// stays inside of it.
pub const fn grantable() -> Permissions {
    user::Role::Partner.permissions().without(OF_SELF)
}

/// D7: nobody gives a permission that they do not hold throughout the organization.
fn may_be_given(
    actor: &Actor,
    organization: OrganizationId,
    permissions: Permissions,
) -> Result<(), Refusal> {
    if !grantable().contains_all(permissions) {
        let message = "a custom role carries only what a partner may do in its organization";
        return Err(Invalid::new("/permissions", "NOT_GRANTABLE", message).into());
    }
    match actor
        .permissions_over(Some(organization))
        .contains_all(permissions)
    {
        true => Ok(()),
        false => Err(Refusal::forbidden(
            "the custom role carries a permission that the caller does not hold",
        )),
    }
}

/// Refuses an actor who may do less than the user: it could otherwise act as that user.
pub fn must_outrank(set: &WorkingSet, actor: &Actor, user: &User) -> Result<(), Refusal> {
    let roles = user.roles.iter().filter_map(|id| set.get(*id));
    let granted = roles.fold(Permissions::NONE, |all, role| {
        all.union(role.profile.permissions)
    });
    let own = actor.user_id() == Some(user.id);
    let at = user.target();
    let outranks = holds(actor, by_fixed_role(user.role), at)
        && holds(actor, granted, Target::of(user.organization_id));
    match own || outranks {
        true => Ok(()),
        false => Err(Refusal::forbidden("the user may do more than the caller")),
    }
}

/// D7: nobody makes a user of a fixed role who may do more than they may themselves. A super admin
/// comes from a super admin in person: what that role gives holds the making of keys, which no key
/// has but the one of the first start.
pub fn may_make(actor: &Actor, fixed: user::Role, at: Target) -> Result<(), Refusal> {
    let power = by_fixed_role(fixed);
    let may = match fixed {
        user::Role::SuperAdmin => actor.permissions_at(&at).contains_all(power),
        _ => holds(actor, power, at),
    };
    match may {
        true => Ok(()),
        false => Err(Refusal::forbidden(
            "the new user could do more than the caller",
        )),
    }
}

/// D7: the reader of the mail of a new user can become that user. So no key sets the address of a
/// user whose role makes keys: that user would outlive the key.
pub fn may_address(actor: &Actor, fixed: user::Role, at: Target) -> Result<(), Refusal> {
    match actor.permissions_at(&at).contains_all(by_fixed_role(fixed)) {
        true => Ok(()),
        false => Err(Refusal::forbidden("the user could do more than the caller")),
    }
}

/// What a fixed role gives over others, where the user stands: everywhere, in the organization, or
/// at the station. What everybody may do with what is their own is not power over anybody.
const fn by_fixed_role(role: user::Role) -> Permissions {
    match role {
        user::Role::SuperAdmin => Permissions::ALL.without(OF_SELF),
        user::Role::Partner => grantable(),
        user::Role::Operator => role.permissions().without(OF_SELF),
        user::Role::Member => Permissions::NONE,
    }
}

/// Whether the actor holds that power there. A key may make no keys; what its owner may do counts.
fn holds(actor: &Actor, power: Permissions, at: Target) -> bool {
    let power = match actor.key_id() {
        Some(_) => power.without(KEY_MAKING),
        None => power,
    };
    actor.permissions_at(&at).contains_all(power)
}

fn name_is_free(
    set: &WorkingSet,
    id: RoleId,
    organization: OrganizationId,
    profile: &Profile,
) -> Result<(), Refusal> {
    let key = profile.key();
    // Some letters become two in lower case, and the column has a limit.
    if key.chars().count() > Name::MAX {
        let message = "must have at most 200 characters, also in lower case";
        return Err(Invalid::new("/name", "MAX_LENGTH", message).into());
    }
    match set.find(&RoleByName(organization, key.to_owned())) {
        Some(holder) if holder != id => Err(Refusal::DuplicateKey),
        _ => Ok(()),
    }
}

/// The permissions with these names, or which of them are none.
pub fn permissions(names: &[String]) -> Result<Permissions, Vec<Invalid>> {
    let (mut set, mut wrong) = (Permissions::NONE, Vec::new());
    for (index, name) in names.iter().enumerate() {
        match Permission::parse(name) {
            Some(known) => set = set.union(Permissions::of(&[known])),
            None => {
                let pointer = format!("/permissions/{index}");
                let message = "is no permission; GET /api/v1/permissions lists them";
                wrong.push(Invalid::new(&pointer, "UNKNOWN_PERMISSION", message));
            }
        }
    }
    match wrong.is_empty() {
        true => Ok(set),
        false => Err(wrong),
    }
}

#[cfg(test)]
impl crate::event::Samples for CustomRole {
    fn samples() -> Vec<Event> {
        use crate::event::tests::{id, name};
        let profile = Profile {
            name: name("Fleet desk"),
            description: Some("Who hands out seats".to_owned()),
            permissions: Permissions::of(&[Permission::AssignmentsCreate, Permission::UsersRead]),
        };
        vec![
            Event::RoleCreated(Created {
                organization_id: OrganizationId(id(1)),
                profile: profile.clone(),
            }),
            Event::RoleUpdated(profile),
            Event::RoleDeleted {},
        ]
    }
}
