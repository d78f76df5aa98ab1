//! People.

mod erase;
mod question;
mod role;
#[cfg(test)]
mod samples;

pub use erase::{PERSONAL, erase, erased};
pub use question::{SuperAdmins, UserByEmail};
pub use role::{Role, UserStatus};

use crate::{
    Event, Fact, Holder, Invalid, OrganizationId, Realm, Refusal, RoleId, SessionId, StationId,
    Time, UserId, WorkingSet, assignment,
    assignment::SeatsOf,
    kernel::Resource,
    not_found, organization,
    policy::Target,
    session::{self, EndReason, SessionsOf},
    tally::Tally,
    text::{Email, Name},
};
use erase::not_of_the_erased;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Unique among the users of the realm that are not deleted, whatever its case.
    pub email: Email,
    /// How people call it.
    pub display_name: Name,
    /// Fixed at creation.
    pub role: Role,
    /// Where it is in its life.
    pub status: UserStatus,
    /// Its organization; `None` in the platform realm.
    pub organization_id: Option<OrganizationId>,
    /// Its station, for an operator.
    pub station_id: Option<StationId>,
    /// The custom roles that it was granted; those that are gone give nothing.
    #[serde(default)]
    pub roles: BTreeSet<RoleId>,
    /// What is known of its password, which itself is not in the log; `None` when it has none.
    #[serde(default)]
    pub password: Option<Password>,
    /// Rises when every access token that was issued before is to be refused.
    #[serde(default)]
    pub authz_epoch: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// The number of its facts.
    pub version: i64,
}

impl Resource for User {
    fn realm(&self) -> Realm {
        self.organization_id
    }

    fn target(&self) -> Target {
        Target {
            organization: self.organization_id,
            station: self.station_id,
            owner: Some(self.id),
            catalogue: false,
        }
    }

    fn evolve(state: Option<Self>, id: UserId, event: &Event, at: Time) -> Option<Self> {
        if let Event::UserCreated(new) = event {
            return state.is_none().then(|| User {
                id,
                email: new.email.clone(),
                display_name: new.display_name.clone(),
                role: new.role,
                status: new.status,
                organization_id: new.organization_id,
                station_id: new.station_id,
                roles: BTreeSet::new(),
                password: new.password.map(|set| Password {
                    set_at: at,
                    must_change: set.must_change,
                }),
                authz_epoch: 0,
                created_at: at,
                updated_at: at,
                version: 1,
            });
        }
        let mut user = state?;
        let is_deleted = user.status == UserStatus::Deleted;
        if is_deleted != matches!(event, Event::UserErased {}) {
            return None;
        }
        match event {
            Event::UserErased {} => {
                let [(_, email), (_, name)] = erased(id);
                user.email = Email::parse(&email, "").ok()?;
                user.display_name = Name::parse(&name, "").ok()?;
            }
            Event::UserUpdated(change) => {
                user.email = change.email.clone();
                user.display_name = change.display_name.clone();
            }
            Event::UserActivated {} => user.status = UserStatus::Active,
            Event::UserDeactivated {} => {
                user.status = UserStatus::Inactive;
                user.authz_epoch += 1;
            }
            Event::UserDeleted {} => {
                user.status = UserStatus::Deleted;
                user.authz_epoch += 1;
            }
            Event::UserRoleGranted(granted) => {
                if !user.roles.insert(granted.role_id) {
                    return None;
                }
            }
            Event::UserRoleRevoked(granted) => {
                if !user.roles.remove(&granted.role_id) {
                    return None;
                }
            }
            Event::UserPasswordSet(set) => {
                user.password = Some(Password {
                    set_at: at,
                    must_change: set.must_change,
                });
            }
            _ => return None,
        }
        user.updated_at = at;
        user.version += 1;
        Some(user)
    }

    fn station(&self) -> Option<StationId> {
        self.station_id
    }

    fn tally(&self) -> Option<Tally> {
        Some(Tally::Users(self.status))
    }

    fn begin(&self, set: &mut WorkingSet) {
        set.put_answer(SeatsOf(Holder::User(self.id)), BTreeSet::new());
        set.put_answer(SessionsOf(self.id), BTreeSet::new());
    }
}

impl User {
    /// Whether the user may do anything at all.
    pub const fn may_act(&self) -> bool {
        matches!(self.status, UserStatus::Pending | UserStatus::Active)
    }

    /// L9: whether the user may take a seat.
    pub fn may_take_seat(&self) -> Result<(), Refusal> {
        match self.status {
            UserStatus::Pending | UserStatus::Active => Ok(()),
            UserStatus::Inactive | UserStatus::Deleted => Err(Refusal::UserNotActive(self.status)),
        }
    }

    fn not_deleted(&self) -> Result<(), Refusal> {
        match self.status {
            UserStatus::Deleted => Err(Refusal::UserNotActive(self.status)),
            _ => Ok(()),
        }
    }

    /// Whether its personal data is erased.
    pub fn is_erased(&self) -> bool {
        let [(_, email), (_, name)] = erased(self.id);
        let personal = (self.email.as_str(), self.display_name.as_str());
        self.status == UserStatus::Deleted && personal == (&email, &name)
    }

    fn is_active_super_admin(&self) -> bool {
        self.role == Role::SuperAdmin && self.status == UserStatus::Active
    }
}

/// What is known of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Password {
    /// When it was set.
    pub set_at: Time,
    /// Whether nothing else may be done before it is changed.
    pub must_change: bool,
}

/// A user's password was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordSet {
    /// Whether nothing else may be done before it is changed.
    pub must_change: bool,
}

/// A user was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Its email.
    pub email: Email,
    /// How people call it.
    pub display_name: Name,
    /// Its role, for ever.
    pub role: Role,
    /// PENDING, but for the bootstrap super admin, who is ACTIVE.
    pub status: UserStatus,
    /// Its organization, for ever.
    pub organization_id: Option<OrganizationId>,
    /// Its station, for ever.
    pub station_id: Option<StationId>,
    /// What is known of the password that it is made with, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordSet>,
}

/// A user's email or name changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Updated {
    /// The email from now on.
    pub email: Email,
    /// The name from now on.
    pub display_name: Name,
}

/// D1: which role has an organization and which a station.
pub fn check_ties(
    role: Role,
    organization: Option<OrganizationId>,
    station: Option<StationId>,
) -> Result<(), Refusal> {
    let wrong = |message| Err(Invalid::new("/role", "TIES", message).into());
    match (role, organization, station) {
        (Role::SuperAdmin, None, None)
        | (Role::Partner, Some(_), None)
        | (Role::Operator, Some(_), Some(_))
        | (Role::Member, _, None) => Ok(()),
        (Role::SuperAdmin, ..) => wrong("a super admin has no organization and no station"),
        (Role::Partner, ..) => wrong("a partner needs an organization and has no station"),
        (Role::Operator, ..) => wrong("an operator needs an organization and a station of it"),
        (Role::Member, ..) => wrong("a member has no station"),
    }
}

/// Makes a user.
pub fn create(set: &WorkingSet, id: UserId, new: Created) -> Result<Vec<Fact>, Refusal> {
    check_ties(new.role, new.organization_id, new.station_id)?;
    organization::open_realm(set, new.organization_id)?;
    if let Some(id) = new.station_id {
        let station = set.existing(id)?;
        if Some(station.organization_id) != new.organization_id {
            return Err(not_found(id));
        }
        station.not_removed()?;
    }
    not_of_the_erased(&new.email)?;
    email_is_free(set, id, new.organization_id, &new.email)?;
    Ok(vec![Event::UserCreated(new).of(id.0)])
}

/// Changes email and name. Gives no fact when nothing changes.
pub fn update(set: &WorkingSet, user: &User, change: Updated) -> Result<Vec<Fact>, Refusal> {
    user.not_deleted()?;
    not_of_the_erased(&change.email)?;
    email_is_free(set, user.id, user.organization_id, &change.email)?;
    if user.email == change.email && user.display_name == change.display_name {
        return Ok(Vec::new());
    }
    Ok(vec![Event::UserUpdated(change).of(user.id.0)])
}

/// PENDING or INACTIVE becomes ACTIVE.
pub fn activate(user: &User) -> Result<Vec<Fact>, Refusal> {
    user.not_deleted()?;
    if user.status == UserStatus::Active {
        return Ok(Vec::new());
    }
    Ok(vec![Event::UserActivated {}.of(user.id.0)])
}

/// Locks the user out; its seats stay.
pub fn deactivate(
    set: &WorkingSet,
    caller: Option<UserId>,
    user: &User,
) -> Result<Vec<Fact>, Refusal> {
    user.not_deleted()?;
    if user.status == UserStatus::Inactive {
        return Ok(Vec::new());
    }
    may_go(set, caller, user)?;
    let mut facts = session::end_all(set, user.id, EndReason::UserLockedOut, None);
    facts.push(Event::UserDeactivated {}.of(user.id.0));
    Ok(facts)
}

/// Sets the password, which itself is kept beside the log, and ends every other session.
pub fn set_password(
    set: &WorkingSet,
    user: &User,
    must_change: bool,
    session: Option<SessionId>,
) -> Result<Vec<Fact>, Refusal> {
    user.not_deleted()?;
    let mut facts = session::end_all(set, user.id, EndReason::PasswordChanged, session);
    facts.push(Event::UserPasswordSet(PasswordSet { must_change }).of(user.id.0));
    Ok(facts)
}

/// A PENDING user accepts an invitation: sets a password and becomes ACTIVE.
pub fn accept_invitation(set: &WorkingSet, user: &User) -> Result<Vec<Fact>, Refusal> {
    if user.status != UserStatus::Pending {
        return Err(Refusal::UserNotActive(user.status));
    }
    let mut facts = set_password(set, user, false, None)?;
    facts.push(Event::UserActivated {}.of(user.id.0));
    Ok(facts)
}

/// Marks the user deleted and frees its seats (L9). A deleted user stays as it is.
pub fn delete(
    set: &WorkingSet,
    caller: Option<UserId>,
    user: &User,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    if user.status == UserStatus::Deleted {
        return Ok(Vec::new());
    }
    may_go(set, caller, user)?;
    let mut facts = assignment::free(set, Holder::User(user.id), now)?;
    let reason = EndReason::UserLockedOut;
    facts.extend(session::end_all(set, user.id, reason, None));
    facts.push(Event::UserDeleted {}.of(user.id.0));
    Ok(facts)
}

/// D5: no one removes themselves, and the last active super admin stays.
fn may_go(set: &WorkingSet, caller: Option<UserId>, user: &User) -> Result<(), Refusal> {
    if user.is_active_super_admin() && set.number(&SuperAdmins) <= 1 {
        return Err(Refusal::LastSuperAdmin);
    }
    if caller == Some(user.id) {
        return Err(Refusal::forbidden(
            "no one deactivates or deletes themselves",
        ));
    }
    Ok(())
}

fn email_is_free(
    set: &WorkingSet,
    id: UserId,
    realm: Option<OrganizationId>,
    email: &Email,
) -> Result<(), Refusal> {
    match set.find(&UserByEmail(realm, email.key().to_owned())) {
        Some(holder) if holder != id => Err(Refusal::DuplicateEmail),
        _ => Ok(()),
    }
}
