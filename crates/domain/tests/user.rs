//! Who people are and what becomes of them: D1, D2, D5, their email, and their seats (L9).
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Event, OrganizationId, Refusal, UserId,
    assignment::AssignmentStatus,
    user::{self, Role, SuperAdmins, UserByEmail, UserStatus},
};
use given::{Given, after, email, name, organization};

/// Makes a member of the realm with this email.
fn join(
    given: &mut Given,
    organization_id: Option<OrganizationId>,
    text: &str,
) -> Result<UserId, Refusal> {
    given.found(organization_id);
    let id = UserId(given.id());
    let new = user::Created {
        email: email(text),
        display_name: name("Ada"),
        role: Role::Member,
        status: UserStatus::Pending,
        organization_id,
        station_id: None,
        password: None,
    };
    given.happen(user::create(&given.set, id, new))?;
    Ok(id)
}

/// Gives the user another email.
fn readdress(given: &mut Given, id: UserId, text: &str) -> Result<Vec<Event>, Refusal> {
    let change = user::Updated {
        email: email(text),
        display_name: name("Ada"),
    };
    given.happen(user::update(&given.set, given.user(id), change))
}

#[test]
fn d1_each_role_has_its_ties() {
    let mut given = Given::empty();
    let home = given.tenant(1);
    let station = given.station_of(home);
    let places = [
        (None, None),
        (Some(home), None),
        (Some(home), Some(station)),
        (None, Some(station)),
    ];
    let mut allowed = |role| {
        places.map(|(organization_id, station_id)| {
            let new = user::Created {
                email: email("ada@example.com"),
                display_name: name("Ada"),
                role,
                status: UserStatus::Pending,
                organization_id,
                station_id,
                password: None,
            };
            let id = UserId(given.id());
            user::create(&given.set, id, new).is_ok()
        })
    };
    assert_eq!(allowed(Role::SuperAdmin), [true, false, false, false]);
    assert_eq!(allowed(Role::Partner), [false, true, false, false]);
    assert_eq!(allowed(Role::Operator), [false, false, true, false]);
    assert_eq!(allowed(Role::Member), [true, true, false, false]);
}

#[test]
fn d2_no_fact_of_a_life_changes_its_ties() {
    let mut given = Given::empty();
    let home = Some(given.tenant(1));
    let station = Some(given.station_of(organization(1)));
    let olga = given.person(Role::Operator, UserStatus::Pending, home, station);

    readdress(&mut given, olga, "olga@example.com").unwrap();
    given.activate(olga).unwrap();
    given.deactivate(olga).unwrap();
    given.delete_user(olga).unwrap();

    let olga = given.user(olga);
    assert_eq!(
        (olga.role, olga.organization_id, olga.station_id),
        (Role::Operator, home, station)
    );
    assert_eq!(olga.version, 5);
}

mod d5_status {
    use super::*;

    #[test]
    fn goes_from_pending_to_active_and_to_inactive_and_back() {
        let mut given = Given::empty();
        let ada = given.person(Role::Member, UserStatus::Pending, None, None);

        given.activate(ada).unwrap();
        assert_eq!(given.user(ada).status, UserStatus::Active);
        given.deactivate(ada).unwrap();
        assert_eq!(given.user(ada).status, UserStatus::Inactive);
        given.activate(ada).unwrap();
        assert_eq!(given.user(ada).status, UserStatus::Active);
    }

    #[test]
    fn asking_for_the_status_it_has_changes_nothing() {
        let mut given = Given::empty();
        let ada = given.member();

        assert_eq!(given.activate(ada), Ok(vec![]));
        given.deactivate(ada).unwrap();
        assert_eq!(given.deactivate(ada), Ok(vec![]));
        given.delete_user(ada).unwrap();
        assert_eq!(given.delete_user(ada), Ok(vec![]));
    }

    #[test]
    fn deleted_is_the_end() {
        let mut given = Given::empty();
        let ada = given.member();
        given.delete_user(ada).unwrap();

        let answers = [
            given.activate(ada),
            given.deactivate(ada),
            readdress(&mut given, ada, "ada@example.com"),
        ];

        let over = Err(Refusal::UserNotActive(UserStatus::Deleted));
        assert_eq!(answers, [over.clone(), over.clone(), over]);
    }

    #[test]
    fn no_one_removes_themselves() {
        let mut given = Given::empty();
        let ada = given.member();
        let user = given.user(ada);

        let answers = [
            user::deactivate(&given.set, Some(ada), user),
            user::delete(&given.set, Some(ada), user, given.now),
        ];

        let no = Err(Refusal::Forbidden(
            "no one deactivates or deletes themselves".into(),
        ));
        assert_eq!(answers, [no.clone(), no]);
    }

    #[test]
    fn the_last_active_super_admin_stays() {
        let mut given = Given::empty();
        let (root, second) = (given.super_admin(), given.super_admin());
        given.person(Role::SuperAdmin, UserStatus::Pending, None, None);
        given.deactivate(second).unwrap();

        let answers = [given.deactivate(root), given.delete_user(root)];

        let last = Err(Refusal::LastSuperAdmin);
        assert_eq!(answers, [last.clone(), last]);
        given.activate(second).unwrap();
        given.delete_user(root).unwrap();
    }

    #[test]
    fn a_super_admin_who_is_not_active_may_go_at_any_time() {
        let mut given = Given::empty();
        given.super_admin();
        let pending = given.person(Role::SuperAdmin, UserStatus::Pending, None, None);

        given.delete_user(pending).unwrap();

        assert_eq!(given.set.number(&SuperAdmins), 1);
    }
}

mod erasing {
    use super::*;

    #[test]
    fn only_a_deleted_user_is_erased_and_only_once() {
        let mut given = Given::empty();
        let ada = given.member();
        assert_eq!(given.erase(ada), Err(Refusal::UserNotDeleted));
        given.deactivate(ada).unwrap();
        assert_eq!(given.erase(ada), Err(Refusal::UserNotDeleted));
        given.delete_user(ada).unwrap();
        let before = given.user(ada).clone();
        assert_eq!(given.erase(ada), Ok(vec![Event::UserErased {}]));
        let after = given.user(ada);
        assert_eq!(
            after.email.as_str(),
            format!("erased-{}@erased.invalid", ada.0.simple())
        );
        assert_eq!(after.display_name.as_str(), "Erased");
        assert_eq!(
            (after.status, after.version),
            (before.status, before.version + 1)
        );
        assert_eq!(given.erase(ada), Ok(Vec::new()));
    }

    /// A user who got the address of the erased before it was refused, under this name.
    fn disguised(given: &mut Given, as_name: &str) -> UserId {
        let ada = given.member();
        let change = user::Updated {
            email: email(&format!("erased-{}@erased.invalid", ada.0.simple())),
            display_name: name(as_name),
        };
        let fact = Event::UserUpdated(change).of(ada.0);
        given.happen(Ok(vec![fact])).unwrap();
        ada
    }

    #[test]
    fn a_user_whose_address_only_looks_erased_is_erased() {
        let mut given = Given::empty();
        let ada = disguised(&mut given, "Ada");
        given.delete_user(ada).unwrap();
        assert!(!given.user(ada).is_erased());
        assert_eq!(given.erase(ada), Ok(vec![Event::UserErased {}]));
        assert!(given.user(ada).is_erased());
        assert_eq!(given.erase(ada), Ok(Vec::new()));
    }

    #[test]
    fn nobody_alive_is_erased() {
        let mut given = Given::empty();
        let ada = disguised(&mut given, "Erased");
        assert!(!given.user(ada).is_erased());
    }

    #[test]
    fn no_one_takes_an_address_of_the_erased() {
        let mut given = Given::empty();
        let bob = join(&mut given, None, "bob@example.com").unwrap();
        let own = format!("erased-{}@erased.invalid", bob.0.simple());
        for text in [own.as_str(), "ada@erased.invalid", "ada@Erased.INVALID"] {
            let refusals = [
                join(&mut given, None, text).unwrap_err(),
                readdress(&mut given, bob, text).unwrap_err(),
            ];
            for refusal in refusals {
                let Refusal::Invalid(wrong) = refusal else {
                    panic!("{text}: {refusal:?}");
                };
                assert_eq!(
                    (&*wrong[0].pointer, &*wrong[0].code),
                    ("/email", "RESERVED")
                );
            }
        }
        readdress(&mut given, bob, "bob@not-erased.invalid").unwrap();
    }

    #[test]
    fn the_email_stays_with_who_has_it_by_then() {
        let mut given = Given::empty();
        let ada = given.member();
        let address = given.user(ada).email.clone();
        given.delete_user(ada).unwrap();
        let eve = given.member();
        let taken = user::Updated {
            email: address.clone(),
            display_name: name("Eve"),
        };
        let facts = user::update(&given.set, given.user(eve), taken);
        given.happen(facts).unwrap();
        given.erase(ada).unwrap();
        assert_eq!(
            given.set.find(&UserByEmail(None, address.key().to_owned())),
            Some(eve)
        );
    }
}

mod l9_seats {
    use super::*;

    #[test]
    fn deleting_a_user_frees_the_seats_before_the_user_is_gone() {
        let mut given = Given::empty();
        let (ada, bob) = (given.member(), given.member());
        let (one, two) = (given.seats(Some(1)), given.seats(Some(2)));
        let held = given.assign(ada, one).unwrap();
        let ended = given.assign_for(ada, two, None, Some(after(10))).unwrap();
        let of_another = given.assign(bob, two).unwrap();
        given.now = after(60);

        let events = given.delete_user(ada).unwrap();

        assert_eq!(events.len(), 3);
        assert_eq!(events.last(), Some(&Event::UserDeleted {}));
        assert_eq!(given.seat(held).ends_at, Some(after(60)));
        assert_eq!(given.seat(ended).ends_at, Some(after(10)));
        assert_eq!(given.seat(ended).status, AssignmentStatus::Revoked);
        assert_eq!(given.seat(of_another).status, AssignmentStatus::Active);
        let counts = [one, two].map(|id| given.variant(id).active_count);
        assert_eq!(counts, [0, 1]);
    }

    #[test]
    fn deactivating_a_user_keeps_the_seats() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        let seat = given.assign(ada, variant).unwrap();

        given.deactivate(ada).unwrap();

        assert_eq!(given.seat(seat).status, AssignmentStatus::Active);
        assert_eq!(given.variant(variant).active_count, 1);
    }
}

mod emails {
    use super::*;

    #[test]
    fn an_email_is_unique_in_its_realm_whatever_its_case() {
        let mut given = Given::empty();
        let home = Some(organization(1));
        join(&mut given, home, "ada@example.com").unwrap();

        let refused = join(&mut given, home, "ADA@Example.com");

        assert_eq!(refused, Err(Refusal::DuplicateEmail));
        join(&mut given, None, "ada@example.com").unwrap();
        join(&mut given, Some(organization(2)), "ada@example.com").unwrap();
    }

    #[test]
    fn no_one_takes_the_email_of_another_but_may_write_their_own_otherwise() {
        let mut given = Given::empty();
        join(&mut given, None, "ada@example.com").unwrap();
        let bob = join(&mut given, None, "bob@example.com").unwrap();

        let refused = readdress(&mut given, bob, "Ada@example.com");

        assert_eq!(refused, Err(Refusal::DuplicateEmail));
        readdress(&mut given, bob, "Bob@example.com").unwrap();
        assert_eq!(given.user(bob).email.as_str(), "Bob@example.com");
        assert_eq!(readdress(&mut given, bob, "Bob@example.com"), Ok(vec![]));
    }

    #[test]
    fn the_email_of_a_deleted_user_and_one_given_up_are_free() {
        let mut given = Given::empty();
        let ada = join(&mut given, None, "ada@example.com").unwrap();
        let bob = join(&mut given, None, "bob@example.com").unwrap();

        given.delete_user(ada).unwrap();
        readdress(&mut given, bob, "robert@example.com").unwrap();

        join(&mut given, None, "ada@example.com").unwrap();
        join(&mut given, None, "bob@example.com").unwrap();
        let refused = join(&mut given, None, "robert@example.com");
        assert_eq!(refused, Err(Refusal::DuplicateEmail));
    }
}
