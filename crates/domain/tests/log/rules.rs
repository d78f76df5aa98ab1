//! What holds after every fact, and what holds again after every decision.

use crate::truth;
use domain::{
    AssignmentId, Event, Fact, Holder, Realm, VariantId, WorkingSet,
    allocation::{Allocation, AllocationTo},
    assignment::{Assignment, AssignmentStatus},
    organization::{Organization, OrganizationStatus},
    pool::{Pool, PoolOf},
    station::OperationalStatus,
    user::UserStatus,
    variant::Variant,
};
use std::collections::BTreeMap;

/// What every fact keeps.
pub fn hold(set: &WorkingSet, last: Option<&Fact>) {
    for variant in set.all::<Variant>().into_values() {
        counts_of_the_variant(set, variant);
    }
    for pool in set.all::<Pool>().into_values() {
        let active = of_seat_pool(set, pool.variant_id, Some(pool.organization_id));
        assert_eq!(pool.active_count, active);
        assert!(active <= i64::from(pool.seats), "the pool: {pool:?}");
    }
    let mut held: BTreeMap<(Holder, VariantId), AssignmentId> = BTreeMap::new();
    for seat in set.all::<Assignment>().into_values() {
        goes_where_it_may(set, seat);
        if seat.status == AssignmentStatus::Active {
            let other = held.insert((seat.holder, seat.variant_id), seat.id);
            assert_eq!(other, None, "L2: {seat:?}");
            let gone = is_gone(set, seat.holder) && !is_going(seat.holder, last);
            assert!(!gone, "L9: {seat:?}");
        }
    }
}

/// L1: what is in use and what is given away, each by itself and both together.
fn counts_of_the_variant(set: &WorkingSet, variant: &Variant) {
    let capacity = variant.capacity.map_or(i64::MAX, i64::from);
    let given: Vec<_> = set.all::<Allocation>().into_values().collect();
    let given = given.iter().filter(|a| a.variant_id == variant.id);
    let allocated: i64 = given.clone().map(|a| i64::from(a.seats)).sum();
    let outside = of_seat_pool(set, variant.id, variant.organization_id);
    assert_eq!(variant.allocated, allocated);
    assert_eq!(variant.allocation_count, given.count() as i64);
    assert_eq!(variant.active_count, allocated + outside);
    assert!(variant.active_count <= capacity, "L1: {variant:?}");
    let active = truth::active(set).filter(|seat| seat.variant_id == variant.id);
    assert!(active.count() as i64 <= capacity, "L1: {variant:?}");
}

fn of_seat_pool(set: &WorkingSet, variant: VariantId, realm: Realm) -> i64 {
    let seats = truth::active(set);
    let of_it = seats.filter(|seat| (seat.variant_id, seat.realm) == (variant, realm));
    of_it.count() as i64
}

/// L10: the pool owner is the owner, or has a pool of what is the platform's; and it gives to its own.
fn goes_where_it_may(set: &WorkingSet, seat: &Assignment) {
    assert_eq!(seat.organization_id, crate::need::home(set, seat.holder));
    let owner = set.get(seat.variant_id).unwrap().organization_id;
    let owner_may = owner.is_none() || seat.realm == owner;
    let holder_may = seat.realm.is_none() || seat.realm == seat.organization_id;
    assert!(owner_may && holder_may, "L10: {seat:?}");
}

fn is_gone(set: &WorkingSet, holder: Holder) -> bool {
    match holder {
        Holder::User(id) => set.get(id).unwrap().status == UserStatus::Deleted,
        Holder::Station(id) => {
            let station = set.get(id).unwrap();
            station.profile.operational_status == OperationalStatus::Removed
        }
    }
}

/// The seats of a holder go before the holder does, so that no removed holder holds any.
fn is_going(holder: Holder, last: Option<&Fact>) -> bool {
    let gone = [Event::UserDeleted {}, Event::StationRemoved {}];
    last.is_some_and(|fact| fact.id == holder.id() && !gone.contains(&fact.event))
}

/// What every decision keeps: the two sides of a pool are alike, the sum of what is given away stays
/// within the capacity, no assignment is forgotten, a deleted organization has no pool, and nobody keeps
/// a seat beside one.
pub fn hold_after_a_decision(set: &WorkingSet, now: domain::Time) {
    let pools = set.all::<Pool>().into_values();
    let pools: Vec<_> = pools
        .map(|pool| ((pool.organization_id, pool.variant_id), pool.seats))
        .collect();
    let mut allocations = set.all::<Allocation>().into_values().map(|allocation| {
        let pair = (allocation.organization_id, allocation.variant_id);
        assert_eq!(set.found(&AllocationTo(pair.0, pair.1)), Some(allocation));
        (pair, allocation.seats)
    });
    assert!(allocations.all(|side| pools.contains(&side)));
    assert_eq!(set.all::<Allocation>().len(), pools.len());
    for variant in set.all::<Variant>().into_values() {
        no_more_is_given_than_there_is(set, variant);
    }
    for (id, organization) in set.all::<Organization>() {
        let gone = organization.status == OrganizationStatus::Deleted;
        assert!(!gone || truth::pools_of(set, id).is_empty(), "{id}");
    }
    for seat in truth::active(set).filter(|seat| seat.realm.is_none()) {
        let beside = seat
            .organization_id
            .and_then(|home| set.found(&PoolOf(home, seat.variant_id)));
        assert!(beside.is_none() || seat.is_due(now), "outside: {seat:?}");
    }
}

fn no_more_is_given_than_there_is(set: &WorkingSet, variant: &Variant) {
    let pools: Vec<_> = set.all::<Pool>().into_values().collect();
    let pools = pools.iter().filter(|pool| pool.variant_id == variant.id);
    let given: i64 = pools.clone().map(|pool| i64::from(pool.seats)).sum();
    let outside = of_seat_pool(set, variant.id, variant.organization_id);
    let capacity = variant.capacity.map_or(i64::MAX, i64::from);
    assert!(given + outside <= capacity, "{variant:?}");
    let counted: i64 = pools.map(|pool| pool.assignment_count).sum();
    let seats = set.all::<Assignment>().into_values();
    let ever = seats.filter(|seat| seat.variant_id == variant.id).count();
    assert_eq!(
        variant.assignment_count + counted,
        ever as i64,
        "L7: {variant:?}"
    );
}
