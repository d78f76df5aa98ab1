//! API keys: how long they work, how they rotate, and who may have them.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Actor, ApiKeyId, Caller, Event, Permission as P, Permissions, Refusal, ResourceKind, Time,
    UserId,
    api_key::{self, ApiKey, ApiKeyStatus, Created, Owner, Rotated},
    role,
    user::Role,
};
use given::{Given, START, after, name, organization};

/// A key of a member of the first organization, until then.
fn a_key(given: &mut Given, expires_at: Option<Time>) -> ApiKeyId {
    let realm = Some(organization(1));
    let user = given.member_of(realm);
    let id = ApiKeyId(given.id());
    let created = Created {
        user_id: Some(user),
        realm,
        name: name("key"),
        digest: "first".to_owned(),
        permissions: None,
        expires_at,
        bootstrap: false,
    };
    let made = Event::ApiKeyCreated(created).of(id.0);
    given.happen(Ok(vec![made])).unwrap();
    id
}

fn key(given: &Given, id: ApiKeyId) -> ApiKey {
    given.set.get(id).unwrap().clone()
}

fn rotate(
    given: &mut Given,
    id: ApiKeyId,
    digest: &str,
    until: Time,
) -> Result<Vec<Event>, Refusal> {
    let key = key(given, id);
    given.happen(api_key::rotate(&key, digest.to_owned(), until, given.now))
}

#[test]
fn a_key_works_until_its_end_or_its_revocation() {
    let mut given = Given::empty();
    let (forever, ending) = (a_key(&mut given, None), a_key(&mut given, Some(after(60))));
    for (at, due) in [(59, ApiKeyStatus::Active), (60, ApiKeyStatus::Expired)] {
        assert_eq!(key(&given, ending).status(after(at)), due);
        assert_eq!(key(&given, forever).status(after(at)), ApiKeyStatus::Active);
    }
    given.now = after(10);
    for id in [forever, ending] {
        let fact = api_key::revoke(&key(&given, id)).unwrap();
        given.happen(Ok(vec![fact])).unwrap();
        let now = key(&given, id);
        assert_eq!((now.revoked_at, now.version), (Some(after(10)), 2));
        // What was revoked never shows as merely expired.
        assert_eq!(now.status(after(100)), ApiKeyStatus::Revoked);
        assert_eq!(api_key::revoke(&now), None);
    }
}

#[test]
fn the_former_secret_works_for_the_overlap() {
    let mut given = Given::empty();
    let id = a_key(&mut given, None);
    let events = rotate(&mut given, id, "second", after(60)).unwrap();
    let rotated = Rotated {
        digest: "second".to_owned(),
        previous_until: after(60),
    };
    assert_eq!(events, [Event::ApiKeyRotated(rotated)]);
    let now = key(&given, id);
    assert_eq!((now.digest.as_str(), now.version), ("second", 2));
    assert_eq!(now.previous, Some(("first".to_owned(), after(60))));
    assert_eq!(now.previous_until(after(59)), Some(after(60)));
    assert_eq!(now.previous_until(after(60)), None);
    rotate(&mut given, id, "third", START).unwrap();
    let now = key(&given, id);
    assert_eq!(now.previous, Some(("second".to_owned(), START)));
    assert_eq!(now.previous_until(START), None, "no overlap was asked for");
}

#[test]
fn a_rotation_lets_nothing_outlive_the_key() {
    let mut given = Given::empty();
    let id = a_key(&mut given, Some(after(60)));
    rotate(&mut given, id, "second", after(3600)).unwrap();
    let now = key(&given, id);
    assert_eq!(now.previous_until(START), Some(after(60)));
    assert_eq!(now.expires_at, Some(after(60)));
    let gone = Err(Refusal::NotFound {
        kind: ResourceKind::ApiKey,
        id: id.0,
    });
    given.now = after(60);
    assert_eq!(rotate(&mut given, id, "third", after(90)), gone, "expired");
    given.now = after(10);
    let fact = api_key::revoke(&now).unwrap();
    given.happen(Ok(vec![fact])).unwrap();
    assert_eq!(rotate(&mut given, id, "third", after(90)), gone, "revoked");
}

/// A member of the first organization with these permissions from custom roles.
fn member(id: UserId, permissions: &[P]) -> Actor {
    let caller = Caller {
        user: Some(id),
        key: None,
        role: Role::Member,
        organization: Some(organization(1)),
        station: None,
        fixed: Role::Member.permissions(),
        granted: Permissions::NONE,
    };
    Actor::Caller(caller.with_roles(Permissions::of(permissions)))
}

#[test]
fn nobody_has_a_key_that_may_do_more_than_they() {
    let mut given = Given::empty();
    let home = Some(organization(1));
    let [mary, bob] = [given.member_of(home), given.member_of(home)];
    let reads = [P::UsersRead, P::ApiKeysCreate];
    let (actor, all) = (member(mary, &reads), role::grantable());
    let theirs = Owner::Organization(organization(2));
    let ours = Owner::Organization(organization(1));
    let set = |permissions: &[P]| Some(Permissions::of(permissions));
    let of_member = Role::Member.permissions();
    for (owner, power, permissions, due) in [
        (ours, all, None, false),
        (ours, all, set(&[P::UsersRead]), true),
        (ours, all, set(&[P::UsersRead, P::UsersUpdate]), false),
        (theirs, all, set(&[P::UsersRead]), false),
        // Over their own, another member may read seats; she may not read these.
        (Owner::User(bob, home), of_member, None, false),
        (
            Owner::User(bob, home),
            of_member,
            set(&[P::UsersReadSelf]),
            true,
        ),
        // Her own keys may what she may.
        (Owner::User(mary, home), of_member, None, true),
    ] {
        let made = api_key::may_be_made(&actor, owner, power, permissions);
        assert_eq!(made.is_ok(), due, "{owner:?} {permissions:?}");
        assert_eq!(
            api_key::may_be_had(&actor, owner, power, permissions).is_ok(),
            due
        );
    }
    // A key is not made for more than its owner may; one that was, is no more than the owner may.
    let beyond = set(&[P::UsersRead]);
    let (owner, power) = (Owner::User(bob, home), Permissions::NONE);
    assert!(api_key::may_be_made(&Actor::System, owner, power, beyond).is_err());
    assert!(api_key::may_be_had(&actor, owner, power, beyond).is_ok());
}

#[test]
fn a_key_may_no_more_than_its_owner_and_makes_no_keys() {
    let mut given = Given::empty();
    let id = a_key(&mut given, None);
    let mary = given.member_of(Some(organization(1)));
    let Actor::Caller(caller) = member(mary, &[P::UsersRead, P::ApiKeysCreate, P::ApiKeysRead])
    else {
        panic!("a member is a caller");
    };
    let through = |permissions: Option<&[P]>, bootstrap| {
        let key = ApiKey {
            permissions: permissions.map(Permissions::of),
            bootstrap,
            ..key(&given, id)
        };
        let caller = caller.clone().with_key(&key);
        assert_eq!(caller.key, Some(id));
        caller.permissions()
    };
    let owner = caller.permissions();
    assert_eq!(
        through(None, false),
        owner.without(Permissions::of(&[P::ApiKeysCreate]))
    );
    assert_eq!(through(None, true), owner);
    let asked = [P::UsersRead, P::UsersDelete, P::ApiKeysCreate];
    assert_eq!(
        through(Some(&asked), false),
        Permissions::of(&[P::UsersRead])
    );
}
