//! Which facts cannot happen in a working set: the log, or a decision, would be wrong.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Event, Fact, WorkingSet, allocation,
    allocation::Allocation,
    api_key::ApiKey,
    assignment,
    assignment::Assignment,
    organization::Organization,
    pool,
    pool::Pool,
    product::Product,
    station::{OperationalStatus, Station},
    user,
    user::User,
    variant::Variant,
};
use given::{Given, START, email, name, tenant::site};

/// Asserts that the facts cannot happen and leave no trace.
fn cannot(given: &mut Given, facts: &[Fact]) {
    given.set.take_changes();
    for fact in facts {
        let before = format!("{:?}", rows(&given.set));
        let impossible = given.set.apply(fact, given.now).unwrap_err();
        assert_eq!(impossible.kind, fact.resource().kind);
        assert_eq!(impossible.id, fact.id);
        assert_eq!(format!("{:?}", rows(&given.set)), before, "{fact:?}");
        let changes = given.set.take_changes();
        assert!(changes.touched.is_empty() && changes.tallies.is_empty());
    }
}

fn rows(set: &WorkingSet) -> impl std::fmt::Debug {
    let tenants = (set.all::<Organization>(), set.all::<Station>());
    let people = (set.all::<User>(), set.all::<ApiKey>());
    let catalogue = (set.all::<Product>(), set.all::<Variant>());
    let pools = (set.all::<Pool>(), set.all::<Allocation>());
    (tenants, people, catalogue, pools, set.all::<Assignment>())
}

#[test]
fn nothing_happens_to_a_resource_that_is_not_there() {
    let mut given = Given::empty();
    let id = given.id();
    let facts = [
        Event::UserActivated {},
        Event::ProductDeleted {},
        Event::VariantDeleted {},
        Event::AssignmentExpired {},
        Event::OrganizationActivated {},
        Event::OrganizationDeleted {},
        Event::StationRemoved {},
        Event::PoolChanged(pool::Changed { seats: 1 }),
        Event::PoolClosed {},
        Event::AllocationChanged(allocation::Changed { seats: 1 }),
        Event::AllocationClosed(allocation::Closed { assignments: 0 }),
    ]
    .map(|event| event.of(id));

    cannot(&mut given, &facts);
}

#[test]
fn nothing_is_made_twice() {
    let mut given = Given::empty();
    let (home, variant) = given.a_pool(Some(20), 10);
    let hamburg = given.station_of(home);
    let ada = given.member();
    given.assign(ada, variant).unwrap();
    given.assign(hamburg, variant).unwrap();
    let made: Vec<Fact> = given.log.iter().map(|(fact, ..)| fact.clone()).collect();
    assert_eq!(made.len(), 9);

    cannot(&mut given, &made);
}

#[test]
fn a_seat_is_given_back_once_and_taken_again_once() {
    let mut given = Given::empty();
    let (ada, variant) = (given.member(), given.seats(None));
    let seat = given.assign(ada, variant).unwrap();
    let terms = assignment::Updated {
        starts_at: None,
        ends_at: None,
        note: None,
    };
    let taken = Event::AssignmentReactivated(terms).of(seat.0);
    let given_back = assignment::revoke(given.seat(seat), START).unwrap();
    let expired = Event::AssignmentExpired {}.of(seat.0);

    cannot(&mut given, &[taken]);
    given.happen(Ok(vec![given_back.clone()])).unwrap();
    cannot(&mut given, &[given_back, expired]);
}

#[test]
fn a_seat_needs_its_variant() {
    let mut given = Given::empty();
    let (ada, variant) = (given.member(), given.seats(None));
    given.assign(ada, variant).unwrap();
    let (made, ..) = given.log.pop().unwrap();

    let mut stranger = Given::empty();

    cannot(&mut stranger, &[made]);
}

#[test]
fn a_deleted_user_takes_no_further_facts() {
    let mut given = Given::empty();
    let ada = given.member();
    given.delete_user(ada).unwrap();
    let renamed = user::Updated {
        email: email("ada@example.com"),
        display_name: name("Ada"),
    };
    let facts = [Event::UserActivated {}, Event::UserUpdated(renamed)];

    cannot(&mut given, &facts.map(|event| event.of(ada.0)));
}

#[test]
fn a_user_who_is_not_deleted_is_not_erased() {
    let mut given = Given::empty();
    let ada = given.member();

    cannot(&mut given, &[Event::UserErased {}.of(ada.0)]);
}

#[test]
fn a_seat_of_a_pool_needs_the_pool() {
    let mut given = Given::empty();
    let (home, variant) = given.a_pool(Some(2), 1);
    let seat = given.minute(home, variant);
    let (made, ..) = given.log.pop().unwrap();
    given.revoke(seat);
    given.give_back(home, variant).unwrap();
    let terms = assignment::Updated {
        starts_at: None,
        ends_at: None,
        note: None,
    };
    let again = Event::AssignmentReactivated(terms).of(seat.0);

    cannot(&mut given, &[again]);
    cannot(&mut Given::empty(), &[made]);
}

#[test]
fn an_allocation_needs_its_variant() {
    let mut given = Given::empty();
    let (home, variant) = given.a_pool(Some(2), 1);
    let made = Event::AllocationCreated(allocation::Created {
        organization_id: home,
        variant_id: variant,
        seats: 1,
    });
    let id = given.allocation(home, variant).id;

    cannot(&mut Given::empty(), &[made.of(id.0)]);
}

#[test]
fn a_pool_that_was_given_back_takes_no_further_facts() {
    let mut given = Given::empty();
    let (home, variant) = given.a_pool(Some(2), 1);
    let (pool, allocation) = (
        given.pool(home, variant).id,
        given.allocation(home, variant).id,
    );
    given.give_back(home, variant).unwrap();

    let facts = [
        Event::PoolChanged(pool::Changed { seats: 2 }).of(pool.0),
        Event::PoolClosed {}.of(pool.0),
        Event::AllocationChanged(allocation::Changed { seats: 2 }).of(allocation.0),
    ];

    cannot(&mut given, &facts);
}

#[test]
fn a_deleted_organization_and_a_removed_station_take_no_further_facts() {
    let mut given = Given::empty();
    let home = given.tenant(1);
    let hamburg = given.station_of(home);
    given.remove(hamburg).unwrap();
    given.delete_organization(home).unwrap();
    let of_home = [
        Event::OrganizationActivated {},
        Event::OrganizationSuspended {},
        Event::OrganizationDeleted {},
    ];
    let of_station = [
        Event::StationUpdated(site(OperationalStatus::Available)),
        Event::StationRemoved {},
    ];

    cannot(&mut given, &of_home.map(|event| event.of(home.0)));
    cannot(&mut given, &of_station.map(|event| event.of(hamburg.0)));
}
