//! Conversions of users between the contract and the domain.

use super::{
    enums::{ToContract, ToDomain},
    faults::Faults,
    timestamp,
};
use app::UserFilter;
use contract::{ListUsersParams, Problem, User, UserStatus, UserUpdate};
use domain::{
    OrganizationId, Realm, StationId,
    text::{Email, Name},
    user as domain_user,
};

/// The filter of a list of users.
pub(super) fn filter(params: ListUsersParams) -> UserFilter {
    UserFilter {
        email: params.email,
        role: params.role.map(ToDomain::to_domain),
        status: params.status.map(ToDomain::to_domain),
        organization: params.organization_id.map(OrganizationId),
        station: params.station_id.map(StationId),
        text: params.q,
    }
}

/// Users of the role in an organization.
pub(super) fn of_role(
    role: domain_user::Role,
    status: Option<UserStatus>,
    text: Option<String>,
) -> UserFilter {
    UserFilter {
        role: Some(role),
        status: status.map(ToDomain::to_domain),
        text,
        ..UserFilter::default()
    }
}

/// The values of a new user, unchecked.
pub(super) struct Person<'a> {
    pub email: &'a str,
    pub display_name: &'a str,
    pub role: domain_user::Role,
    pub organization: Realm,
    pub station: Option<StationId>,
}

/// The values of a new user, checked.
pub(super) fn created(person: &Person<'_>, home: Realm) -> Result<domain_user::Created, Problem> {
    let (email, display_name) = names(person.email, person.display_name)?;
    Ok(domain_user::Created {
        email,
        display_name,
        role: person.role,
        status: domain_user::UserStatus::Pending,
        organization_id: person.organization.or(home),
        station_id: person.station,
        password: None,
    })
}

/// The values of a changed user, checked.
pub(super) fn updated(body: &UserUpdate) -> Result<domain_user::Updated, Problem> {
    let (email, display_name) = names(&body.email, &body.display_name)?;
    Ok(domain_user::Updated {
        email,
        display_name,
    })
}

/// Reports every fault at once.
fn names(email: &str, display_name: &str) -> Result<(Email, Name), Problem> {
    let mut faults = Faults::default();
    let email = faults.keep(Email::parse(email, "/email"));
    let display_name = faults.keep(Name::parse(display_name, "/displayName"));
    email.zip(display_name).ok_or_else(|| faults.problem())
}

/// A user on the wire.
pub(super) fn view(user: &domain_user::User) -> User {
    User {
        id: user.id.0,
        email: user.email.as_str().to_owned(),
        display_name: user.display_name.as_str().to_owned(),
        role: user.role.to_contract(),
        status: user.status.to_contract(),
        organization_id: user.organization_id.map(|id| id.0),
        station_id: user.station_id.map(|id| id.0),
        created_at: timestamp(user.created_at),
        updated_at: timestamp(user.updated_at),
        version: user.version,
    }
}
