//! Where everything belongs: a realm is there before anyone is in it (D1, D2), and whose log a fact is
//! in.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    OrganizationId, Refusal, StationId, UserId, not_found,
    user::{self, Role, UserStatus},
};
use given::{Given, email, name, organization as numbered};

fn person(
    role: Role,
    organization_id: Option<OrganizationId>,
    station_id: Option<StationId>,
) -> user::Created {
    user::Created {
        email: email("olga@example.com"),
        display_name: name("Olga"),
        role,
        status: UserStatus::Pending,
        organization_id,
        station_id,
        password: None,
    }
}

#[test]
fn a_missing_organization_or_station_is_named() {
    let mut given = Given::empty();
    let home = given.tenant(1);
    let (nowhere, nothing) = (numbered(8), StationId(given.id()));
    let id = UserId(given.id());
    let make = |role, organization, station| {
        user::create(&given.set, id, person(role, organization, station))
    };

    let in_no_organization = make(Role::Partner, Some(nowhere), None);
    let at_no_station = make(Role::Operator, Some(home), Some(nothing));

    assert_eq!(in_no_organization, Err(not_found(nowhere)));
    assert_eq!(at_no_station, Err(domain::not_found(nothing)));
}

#[test]
fn the_station_of_another_organization_is_not_there() {
    let mut given = Given::empty();
    let (home, next) = (given.tenant(1), given.tenant(2));
    let theirs = given.station_of(next);
    let olga = person(Role::Operator, Some(home), Some(theirs));
    let id = UserId(given.id());

    let refused = user::create(&given.set, id, olga);

    assert_eq!(refused, Err(domain::not_found(theirs)));
}

#[test]
fn nobody_is_made_at_a_removed_station() {
    let mut given = Given::empty();
    let home = given.tenant(1);
    let hamburg = given.station_of(home);
    given.remove(hamburg).unwrap();
    let olga = person(Role::Operator, Some(home), Some(hamburg));
    let id = UserId(given.id());

    let refused = user::create(&given.set, id, olga);

    assert_eq!(refused, Err(Refusal::StationRemoved));
}

#[test]
fn a_fact_about_an_organization_may_be_in_the_log_of_the_platform() {
    let mut given = Given::empty();
    let (home, variant) = given.a_pool(Some(9), 2);
    let direct = given.seats(Some(2));
    let ada = given.member_of(Some(home));
    let (of_pool, of_platform) = (given.assign(ada, variant), given.assign(ada, direct));
    let resource = |kind, id| domain::ResourceId { kind, id };
    use domain::ResourceKind::{Allocation, Assignment, Organization, Pool};
    let resources = [
        resource(Organization, home.0),
        resource(Pool, given.pool(home, variant).id.0),
        resource(Allocation, given.allocation(home, variant).id.0),
        resource(Assignment, of_pool.unwrap().0),
        resource(Assignment, of_platform.unwrap().0),
    ];

    let logs = resources.map(|resource| given.set.realm_of(resource).unwrap());
    let abouts = resources.map(|resource| given.set.organization_of(resource));

    let home = Some(home);
    assert_eq!(logs, [home, home, None, home, None]);
    assert_eq!(abouts, [home; 5]);
}
