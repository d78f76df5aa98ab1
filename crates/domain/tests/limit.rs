//! The events when seats run out.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{Event, VariantId, limit::Reached};
use given::{Given, after};

fn reached(variant_id: VariantId, active: i64, capacity: i32) -> Reached {
    Reached {
        variant_id,
        capacity,
        active,
    }
}

fn warning(of: VariantId, active: i64, capacity: i32) -> Event {
    Event::VariantCapacityWarning(reached(of, active, capacity))
}

fn exhausted(of: VariantId, active: i64, capacity: i32) -> Event {
    Event::VariantCapacityExhausted(reached(of, active, capacity))
}

fn take(given: &mut Given, variant: VariantId, count: usize) {
    for _ in 0..count {
        let user = given.member();
        given.assign(user, variant).unwrap();
    }
}

#[test]
fn a_warning_follows_when_most_seats_are_taken_and_one_event_when_all_are() {
    let mut given = Given::empty();
    let ten = given.seats(Some(10));
    take(&mut given, ten, 7);
    assert_eq!(given.reached, []);
    take(&mut given, ten, 1);
    assert_eq!(given.reached, [warning(ten, 8, 10)]);
    take(&mut given, ten, 1);
    assert_eq!(given.reached, [warning(ten, 8, 10)], "it is warned of once");
    take(&mut given, ten, 1);
    assert_eq!(given.reached, [warning(ten, 8, 10), exhausted(ten, 10, 10)]);
    assert_eq!(
        given.variant(ten).version,
        3,
        "each is a fact about the variant"
    );
    assert_eq!(given.variant(ten).updated_at, given.variant(ten).created_at);
}

#[test]
fn few_seats_run_out_without_a_warning_and_endless_ones_never() {
    let mut given = Given::empty();
    let (two, endless) = (given.seats(Some(2)), given.seats(None));
    take(&mut given, endless, 5);
    take(&mut given, two, 2);
    assert_eq!(given.reached, [exhausted(two, 2, 2)]);
}

#[test]
fn freeing_a_due_seat_and_taking_it_gives_no_event() {
    let mut given = Given::empty();
    let one = given.seats(Some(1));
    let (ada, bob) = (given.member(), given.member());
    let end = Some(after(60));
    given.assign_for(ada, one, None, end).unwrap();
    assert_eq!(given.reached.len(), 1);
    given.a_minute_later();
    given.assign(bob, one).unwrap();
    assert_eq!(given.reached.len(), 1, "it was full and is full");
}

#[test]
fn the_event_comes_again_when_a_seat_was_free_in_between() {
    let mut given = Given::empty();
    let one = given.seats(Some(1));
    let ada = given.member();
    let seat = given.assign(ada, one).unwrap();
    given.revoke(seat);
    take(&mut given, one, 1);
    assert_eq!(given.reached, [exhausted(one, 1, 1), exhausted(one, 1, 1)]);
}

#[test]
fn a_cut_capacity_runs_out_and_a_grown_one_does_not() {
    let mut given = Given::empty();
    let variant = given.seats(Some(10));
    take(&mut given, variant, 4);
    given.resize(variant, Some(5)).unwrap();
    given.resize(variant, Some(4)).unwrap();
    given.resize(variant, Some(9)).unwrap();
    assert_eq!(
        given.reached,
        [warning(variant, 4, 5), exhausted(variant, 4, 4)]
    );
    given.resize(variant, None).unwrap();
    assert_eq!(given.reached.len(), 2);
}

#[test]
fn a_pool_runs_out_of_its_own_seats() {
    let mut given = Given::empty();
    let (home, variant) = given.a_pool(Some(9), 2);
    for _ in 0..2 {
        let user = given.member_of(Some(home));
        given.assign_by_partner(user, variant).unwrap();
    }
    let full = reached(variant, 2, 2);
    assert_eq!(given.reached, [Event::PoolCapacityExhausted(full)]);
}

#[test]
fn a_variant_without_seats_does_not_run_out() {
    let mut given = Given::empty();
    let variant = given.seats(Some(1));
    given.resize(variant, Some(0)).unwrap();
    assert_eq!(given.reached, []);
}
