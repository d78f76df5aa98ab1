//! What becomes of a tenant, its slug, its people, its seats and its pools.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Event, OrganizationId, Refusal, UserId, VariantId,
    allocation::AllocationTo,
    assignment::AssignmentStatus as Status,
    organization::{self, OrganizationStatus},
    pool::{PoolOf, PoolsOf},
    product,
    user::{self, Role, UserStatus},
    variant,
};
use given::{Given, START, after, email, key, name, organization as numbered, tenant::slug, to};

/// Makes the organization with this number under this slug.
fn create(given: &mut Given, number: u128, text: &str) -> Result<OrganizationId, Refusal> {
    let new = organization::Created {
        name: name("Volt"),
        slug: slug(text),
    };
    given.happen(organization::create(&given.set, numbered(number), new))?;
    Ok(numbered(number))
}

/// Gives the organization this slug.
fn rename(given: &mut Given, id: OrganizationId, text: &str) -> Result<Vec<Event>, Refusal> {
    let change = organization::Updated {
        name: name("Volt"),
        slug: slug(text),
    };
    let decided = organization::update(&given.set, given.organization(id), change);
    given.happen(decided)
}

fn suspend(given: &mut Given, id: OrganizationId) -> Result<Vec<Event>, Refusal> {
    given.happen(organization::suspend(given.organization(id)))
}

fn activate(given: &mut Given, id: OrganizationId) -> Result<Vec<Event>, Refusal> {
    given.happen(organization::activate(given.organization(id)))
}

mod slugs {
    use super::*;

    #[test]
    fn a_slug_is_unique_on_the_platform() {
        let mut given = Given::empty();
        create(&mut given, 1, "volt").unwrap();

        let refused = create(&mut given, 2, "volt");

        assert_eq!(refused, Err(Refusal::DuplicateKey));
        assert_eq!(given.set.get(numbered(2)), None);
        create(&mut given, 2, "volt-2").unwrap();
    }

    #[test]
    fn the_slug_of_a_deleted_organization_is_never_used_again() {
        let mut given = Given::empty();
        let gone = create(&mut given, 1, "volt").unwrap();
        let other = create(&mut given, 2, "watt").unwrap();
        given.delete_organization(gone).unwrap();

        let answers = [
            create(&mut given, 3, "volt").err(),
            rename(&mut given, other, "volt").err(),
        ];

        assert_eq!(answers, [(); 2].map(|()| Some(Refusal::DuplicateKey)));
    }

    #[test]
    fn no_organization_takes_the_slug_of_another_but_each_may_keep_its_own() {
        let mut given = Given::empty();
        create(&mut given, 1, "volt").unwrap();
        let other = create(&mut given, 2, "watt").unwrap();

        let refused = rename(&mut given, other, "volt");

        assert_eq!(refused, Err(Refusal::DuplicateKey));
        assert_eq!(given.organization(other).slug, slug("watt"));
        assert_eq!(rename(&mut given, other, "watt"), Ok(vec![]));
    }

    /// Organizations have a log each, and only that of the platform keeps two of them apart.
    #[test]
    fn a_new_slug_needs_the_log_of_the_platform() {
        let mut given = Given::empty();
        let home = create(&mut given, 1, "volt").unwrap();
        let set = given.holding([Some(home), Some(numbered(2))]);
        let new = organization::Created {
            name: name("Watt"),
            slug: slug("watt"),
        };
        let change = organization::Updated {
            name: name("Volt"),
            slug: slug("watt"),
        };

        let answers = [
            organization::create(&set, numbered(2), new),
            organization::update(&set, given.organization(home), change),
        ];

        assert_eq!(answers, [(); 2].map(|()| Err(Refusal::NotHeld(None))));
    }

    #[test]
    fn a_slug_that_was_given_up_is_free() {
        let mut given = Given::empty();
        let volt = create(&mut given, 1, "volt").unwrap();

        rename(&mut given, volt, "ohm").unwrap();

        assert_eq!(given.organization(volt).slug, slug("ohm"));
        create(&mut given, 2, "volt").unwrap();
        let refused = create(&mut given, 3, "ohm");
        assert_eq!(refused, Err(Refusal::DuplicateKey));
    }
}

mod status {
    use super::*;

    #[test]
    fn goes_from_active_to_suspended_and_back() {
        let mut given = Given::empty();
        let home = given.tenant(1);
        assert_eq!(given.organization(home).status, OrganizationStatus::Active);

        given.now = after(60);
        suspend(&mut given, home).unwrap();
        let suspended = given.organization(home).clone();
        activate(&mut given, home).unwrap();

        assert_eq!(suspended.status, OrganizationStatus::Suspended);
        assert_eq!(suspended.updated_at, after(60));
        assert_eq!(suspended.created_at, START);
        assert_eq!(given.organization(home).status, OrganizationStatus::Active);
        assert_eq!(given.organization(home).version, 3);
    }

    #[test]
    fn asking_for_the_status_it_has_changes_nothing() {
        let mut given = Given::empty();
        let home = given.tenant(1);

        assert_eq!(activate(&mut given, home), Ok(vec![]));
        suspend(&mut given, home).unwrap();
        assert_eq!(suspend(&mut given, home), Ok(vec![]));
        given.delete_organization(home).unwrap();
        assert_eq!(given.delete_organization(home), Ok(vec![]));
        assert_eq!(given.organization(home).version, 3);
    }

    #[test]
    fn deleted_is_the_end() {
        let mut given = Given::empty();
        let home = given.tenant(1);
        given.delete_organization(home).unwrap();

        let answers = [
            suspend(&mut given, home),
            activate(&mut given, home),
            rename(&mut given, home, "volt"),
        ];

        assert_eq!(answers, [(); 3].map(|()| Err(Refusal::OrganizationDeleted)));
        assert_eq!(given.organization(home).status, OrganizationStatus::Deleted);
    }

    #[test]
    fn suspending_keeps_seats_and_pools() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(2), 1);
        let ada = given.member_of(Some(home));
        let seat = given.assign(ada, variant).unwrap();

        suspend(&mut given, home).unwrap();

        assert_eq!(given.seat(seat).status, Status::Active);
        assert_eq!(given.pool(home, variant).active_count, 1);
        assert_eq!(given.user(ada).status, UserStatus::Active);
    }
}

mod deleting {
    use super::*;

    #[test]
    fn frees_the_seats_of_its_people_and_stations_on_both_sides() {
        let mut given = Given::empty();
        let home = given.tenant(1);
        let (ada, hamburg) = (given.member_of(Some(home)), given.station_of(home));
        let (direct, pooled) = (given.seats(Some(5)), given.seats(Some(5)));
        let own = given.product_of(Some(home));
        let own = given.variant_of(own, Some(5));
        given.give(home, pooled, 3).unwrap();
        let variants = [direct, pooled, own];
        let seats = variants.map(|variant| given.assign(ada, variant).unwrap());
        let sites = variants.map(|variant| given.assign(hamburg, variant).unwrap());
        let counts = variants.map(|id| given.variant(id).active_count);
        assert_eq!(counts, [2, 3, 2]);
        given.now = after(60);

        given.delete_organization(home).unwrap();

        for seat in seats.into_iter().chain(sites) {
            assert_eq!(given.seat(seat).status, Status::Revoked);
            assert_eq!(given.seat(seat).ends_at, Some(after(60)));
        }
        let counts = variants.map(|id| given.variant(id).active_count);
        assert_eq!(counts, [0, 0, 0]);
        let ever = variants.map(|id| given.variant(id).assignment_count);
        assert_eq!(ever, [2, 2, 2]);
    }

    #[test]
    fn gives_every_pool_back_after_its_seats_and_is_the_last_fact() {
        let mut given = Given::empty();
        let (home, one) = given.a_pool(Some(4), 4);
        let two = given.seats(None);
        given.give(home, two, 7).unwrap();
        let ada = given.member_of(Some(home));
        given.assign(ada, one).unwrap();

        let events = given.delete_organization(home).unwrap();

        let kinds: Vec<_> = events.iter().map(Event::kind).collect();
        assert_eq!(kinds.len(), 6);
        assert!(matches!(events[0], Event::AssignmentRevoked(_)));
        assert_eq!(events[5], Event::OrganizationDeleted {});
        for variant in [one, two] {
            assert_eq!(given.set.found(&PoolOf(home, variant)), None);
            assert_eq!(given.set.found(&AllocationTo(home, variant)), None);
            assert_eq!(given.variant(variant).allocated, 0);
            assert_eq!(given.variant(variant).allocation_count, 0);
        }
        assert_eq!(
            given.set.listed(&PoolsOf(home)),
            Vec::<&domain::pool::Pool>::new()
        );
    }

    #[test]
    fn leaves_what_others_hold() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 2);
        let (next, bob) = (given.tenant(2), given.member_of(Some(numbered(2))));
        given.give(next, variant, 3).unwrap();
        let (theirs, cleo) = (given.assign(bob, variant).unwrap(), given.member());
        let platforms = given.assign(cleo, variant).unwrap();

        given.delete_organization(home).unwrap();

        let seats = [theirs, platforms].map(|seat| given.seat(seat).status);
        assert_eq!(seats, [Status::Active, Status::Active]);
        assert_eq!(given.pool(next, variant).active_count, 1);
        assert_eq!(given.variant(variant).active_count, 3 + 1);
    }

    #[test]
    fn keeps_an_end_that_came_earlier() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(4), 4);
        let seat = given.minute(home, variant);
        given.now = after(90);

        given.delete_organization(home).unwrap();

        assert_eq!(given.seat(seat).ends_at, Some(after(60)));
    }

    #[test]
    fn needs_the_logs_of_both_sides() {
        let mut given = Given::empty();
        let home = given.tenant(1);
        let row = given.organization(home);
        let decide = |realms| organization::delete(&given.holding([realms]), row, given.now);

        let answers = [Some(home), None].map(decide);

        let needed = [None, Some(home)].map(|realm| Err(Refusal::NotHeld(realm)));
        assert_eq!(answers, needed);
    }
}

/// What is deleted stays for its history, and nothing begins in it any more.
mod in_a_deleted_one {
    use super::*;

    fn deleted() -> (Given, OrganizationId) {
        let mut given = Given::empty();
        let home = given.tenant(1);
        given.delete_organization(home).unwrap();
        (given, home)
    }

    #[test]
    fn no_user_station_or_product_is_made() {
        let (mut given, home) = deleted();
        let member = user::Created {
            email: email("ada@example.com"),
            display_name: name("Ada"),
            role: Role::Member,
            status: UserStatus::Pending,
            organization_id: Some(home),
            station_id: None,
            password: None,
        };
        let school = product::Created {
            organization_id: Some(home),
            key: key("school"),
            name: name("School"),
            description: None,
        };
        let id = given.id();

        let answers = [
            user::create(&given.set, UserId(id), member).err(),
            product::create(&given.set, domain::ProductId(id), school).err(),
            given.build(home, "HAM-1").err(),
        ];

        assert_eq!(
            answers,
            [(); 3].map(|()| Some(Refusal::OrganizationDeleted))
        );
    }

    #[test]
    fn no_variant_is_made() {
        let mut given = Given::empty();
        let home = given.tenant(1);
        let product = given.product_of(Some(home));
        given.delete_organization(home).unwrap();
        let new = variant::Updated {
            key: key("pro"),
            name: name("Pro"),
            capacity: None,
            attributes: serde_json::Map::new(),
        };
        let id = VariantId(given.id());

        let refused = variant::create(&given.set, id, given.product(product), new);

        assert_eq!(refused, Err(Refusal::OrganizationDeleted));
    }

    #[test]
    fn no_pool_is_made() {
        let (mut given, home) = deleted();
        let variant = given.seats(Some(5));

        let refused = given.give(home, variant, 1);

        assert_eq!(refused, Err(Refusal::OrganizationDeleted));
    }

    #[test]
    fn no_seat_is_taken_for_the_first_time_or_again() {
        let mut given = Given::empty();
        let home = given.tenant(1);
        let (ada, hamburg) = (given.member_of(Some(home)), given.station_of(home));
        let variant = given.seats(Some(5));
        let old = given.assign(ada, variant).unwrap();
        given.delete_organization(home).unwrap();

        let answers = [
            given.assign(ada, variant).err(),
            given.assign(hamburg, variant).err(),
            given.patch(old, to(Status::Active)).err(),
        ];

        assert_eq!(
            answers,
            [(); 3].map(|()| Some(Refusal::OrganizationDeleted))
        );
        assert_eq!(given.variant(variant).active_count, 0);
    }
}
