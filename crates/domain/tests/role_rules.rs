//! Custom roles: their names, what they carry, who gives them, and on whom nobody acts.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Actor, Event, OrganizationId, Permission as P, Refusal, ResourceKind, Target, UserId,
    role::{self, Granted, MOST},
    user::{Role, UserStatus},
};
use given::{
    Given, START, organization,
    role::{grantable, profile},
};

/// An organization with a partner and a member.
fn home() -> (Given, OrganizationId, Actor, UserId) {
    let mut given = Given::empty();
    let of = organization(1);
    let partner = given.person(Role::Partner, UserStatus::Active, Some(of), None);
    let partner = given.actor(partner);
    let member = given.member_of(Some(of));
    (given, of, partner, member)
}

fn is_forbidden<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> bool {
    matches!(answer, Err(Refusal::Forbidden(_)))
}

#[test]
fn a_role_begins_changes_and_goes() {
    let (mut given, of, partner, _) = home();
    let new = profile("Desk", &[P::UsersRead]);
    let id = given.make_role(&partner, of, new.clone()).unwrap();
    let made = given.set.get(id).unwrap().clone();
    assert_eq!((made.organization_id, &made.profile), (of, &new));
    assert_eq!((made.created_at, made.version), (START, 1));
    assert_eq!(given.change_role(&partner, id, new).unwrap(), []);
    let change = profile("Desk", &[P::UsersRead, P::StationsRead]);
    given.change_role(&partner, id, change.clone()).unwrap();
    let now = given.set.get(id).unwrap();
    assert_eq!((&now.profile, now.version), (&change, 2));
    given.delete_role(&partner, id).unwrap();
    assert_eq!(given.set.get(id), None);
}

#[test]
fn a_name_is_taken_in_its_organization_until_it_goes() {
    let (mut given, of, partner, _) = home();
    let other = given.tenant(2);
    let first = given
        .make_role(&partner, of, profile("Desk", &[P::UsersRead]))
        .unwrap();
    let again = profile("DESK", &[P::UsersRead]);
    let refused = given.make_role(&partner, of, again.clone());
    assert_eq!(refused, Err(Refusal::DuplicateKey));
    assert!(
        given
            .make_role(&Actor::System, other, again.clone())
            .is_ok()
    );
    assert!(given.change_role(&partner, first, again.clone()).is_ok());
    let second = given
        .make_role(&partner, of, profile("West", &[P::UsersRead]))
        .unwrap();
    let refused = given.change_role(&partner, second, profile("desk", &[P::UsersRead]));
    assert_eq!(refused, Err(Refusal::DuplicateKey));
    given.delete_role(&partner, first).unwrap();
    assert!(given.change_role(&partner, second, again).is_ok());
}

#[test]
fn the_service_itself_makes_no_role_that_is_not_grantable() {
    let (mut given, of, ..) = home();
    for permission in P::ALL.iter().copied() {
        let text = permission.as_str();
        let made = given.make_role(&Actor::System, of, profile(text, &[permission]));
        assert_eq!(made.is_ok(), grantable(permission), "{text}");
    }
}

#[test]
fn a_role_is_granted_once_and_only_at_home() {
    let (mut given, of, partner, mary) = home();
    let elsewhere = given.member_of(Some(organization(2)));
    let nowhere = given.member();
    let new = profile("Desk", &[P::UsersRead]);
    let id = given.make_role(&partner, of, new).unwrap();
    let granted = Event::UserRoleGranted(Granted { role_id: id });
    assert_eq!(given.set_role(&partner, mary, id, true), Ok(vec![granted]));
    assert_eq!(given.set_role(&partner, mary, id, true), Ok(vec![]));
    for user in [elsewhere, nowhere] {
        let refused = given.set_role(&Actor::System, user, id, true);
        assert_eq!(refused, Err(Refusal::OrganizationMismatch));
    }
    let revoked = Event::UserRoleRevoked(Granted { role_id: id });
    assert_eq!(given.set_role(&partner, mary, id, false), Ok(vec![revoked]));
    assert_eq!(
        given.set_role(&partner, mary, id, false),
        Err(Refusal::NotFound {
            kind: ResourceKind::Role,
            id: id.0
        })
    );
    given.deactivate(mary).unwrap();
    assert_eq!(
        given.set_role(&partner, mary, id, true),
        Err(Refusal::UserNotActive(UserStatus::Inactive))
    );
}

#[test]
fn a_user_has_so_many_roles_and_no_more() {
    let (mut given, of, partner, mary) = home();
    let mut ids = Vec::new();
    for number in 0..=MOST {
        let new = profile(&format!("Role {number}"), &[P::UsersRead]);
        ids.push(given.make_role(&partner, of, new).unwrap());
    }
    for id in &ids[..MOST] {
        given.set_role(&partner, mary, *id, true).unwrap();
    }
    let refused = given.set_role(&partner, mary, ids[MOST], true);
    assert!(matches!(refused, Err(Refusal::Invalid(_))), "{refused:?}");
    given.delete_role(&partner, ids[0]).unwrap();
    assert!(given.set_role(&partner, mary, ids[MOST], true).is_ok());
}

#[test]
fn nobody_acts_on_a_user_who_may_do_more() {
    let (mut given, of, partner, mary) = home();
    let bob = given.member_of(Some(of));
    let boss = given.person(Role::Partner, UserStatus::Active, Some(of), None);
    let admin = given.super_admin();
    let less = profile("Less", &[P::UsersUpdate]);
    let more = profile("More", &[P::UsersUpdate, P::SettingsRead]);
    let less = given.make_role(&partner, of, less).unwrap();
    let more = given.make_role(&partner, of, more).unwrap();
    given.set_role(&partner, mary, less, true).unwrap();
    given.set_role(&partner, bob, more, true).unwrap();
    let outranks = |given: &Given, actor: &Actor, user: UserId| {
        role::must_outrank(&given.set, actor, given.user(user)).is_ok()
    };
    let (as_mary, as_bob) = (given.actor(mary), given.actor(bob));
    assert!(outranks(&given, &as_bob, mary) && outranks(&given, &as_mary, mary));
    assert!(!outranks(&given, &as_mary, bob));
    for top in [boss, admin] {
        assert!(!outranks(&given, &as_bob, top));
    }
    // Partners are equals; nobody of an organization stands over the platform's.
    assert!(outranks(&given, &partner, boss) && !outranks(&given, &partner, admin));
    assert!(outranks(&given, &given.actor(admin), boss));
    given.delete_role(&partner, more).unwrap();
    assert!(
        outranks(&given, &as_mary, bob),
        "what is gone gives nothing"
    );
}

#[test]
fn an_operator_has_power_over_a_station() {
    let (mut given, of, partner, mary) = home();
    let (here, there) = (given.station_of(of), given.station_of(of));
    let at = |given: &mut Given, station| {
        given.person(Role::Operator, UserStatus::Active, Some(of), Some(station))
    };
    let (olga, otto, emil) = (
        at(&mut given, here),
        at(&mut given, here),
        at(&mut given, there),
    );
    let changes = profile("Changes people", &[P::UsersUpdate, P::UsersCreate]);
    let changes = given.make_role(&partner, of, changes).unwrap();
    for user in [mary, olga] {
        given.set_role(&partner, user, changes, true).unwrap();
    }
    let outranks = |given: &Given, actor: &Actor, user: UserId| {
        role::must_outrank(&given.set, actor, given.user(user)).is_ok()
    };
    let makes = |actor: &Actor, station| {
        let at = Target {
            station: Some(station),
            ..Target::of(Some(of))
        };
        role::may_make(actor, Role::Operator, at).is_ok()
    };
    let (as_mary, as_olga) = (given.actor(mary), given.actor(olga));
    assert!(!outranks(&given, &as_mary, otto) && !makes(&as_mary, here));
    assert!(outranks(&given, &as_olga, otto) && makes(&as_olga, here));
    assert!(!outranks(&given, &as_olga, emil) && !makes(&as_olga, there));
    assert!(outranks(&given, &partner, emil) && makes(&partner, there));
    let runs = [P::StationsRead, P::StationsUpdate, P::EventsRead];
    let runs = given
        .make_role(&partner, of, profile("Runs", &runs))
        .unwrap();
    given.set_role(&partner, mary, runs, true).unwrap();
    let as_mary = given.actor(mary);
    assert!(outranks(&given, &as_mary, otto) && makes(&as_mary, there));
}

#[test]
fn a_user_passes_on_permissions_that_it_was_given() {
    let (mut given, of, partner, mary) = home();
    let bob = given.member_of(Some(of));
    let new = profile("Hands out", &[P::RolesCreate, P::RolesGrant, P::UsersRead]);
    let id = given.make_role(&partner, of, new).unwrap();
    given.set_role(&partner, mary, id, true).unwrap();
    let as_mary = given.actor(mary);
    let beyond = profile("Beyond", &[P::UsersRead, P::UsersDelete]);
    assert!(is_forbidden(given.make_role(&as_mary, of, beyond)));
    let within = profile("Within", &[P::UsersRead]);
    let within = given.make_role(&as_mary, of, within).unwrap();
    given.set_role(&as_mary, bob, within, true).unwrap();
    let as_bob = given.actor(bob);
    assert!(as_bob.permissions_over(Some(of)).contains(P::UsersRead));
    assert!(is_forbidden(given.set_role(&as_bob, mary, within, true)));
}
