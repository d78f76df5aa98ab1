//! What the platform gives away of its catalogue: the two sides of a pool, and their size (L1, L5).
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    AllocationId, OrganizationId, PoolId, Refusal, VariantId,
    allocation::{AllocationTo, NewIds},
    assignment::{Assignment, AssignmentStatus as Status},
    pool,
    pool::PoolOf,
};
use given::{Given, START, after, organization};

/// The seats of the pool on the side of the organization, on that of the platform, and taken out of
/// the variant.
fn sides(given: &Given, of: OrganizationId, variant: VariantId) -> (i32, i32, i64) {
    let (pool, allocation) = (given.pool(of, variant), given.allocation(of, variant));
    (
        pool.seats,
        allocation.seats,
        given.variant(variant).allocated,
    )
}

/// A pool that is full of seats which are over, and how many seats the variant has.
fn lapsed(capacity: i32, seats: i32) -> (Given, OrganizationId, VariantId) {
    let mut given = Given::empty();
    let (home, variant) = given.a_pool(Some(capacity), seats);
    for _ in 0..seats {
        given.minute(home, variant);
    }
    given.a_minute_later();
    (given, home, variant)
}

mod both_sides {
    use super::*;

    #[test]
    fn are_made_together() {
        let mut given = Given::empty();
        let (home, variant) = (given.tenant(1), given.seats(Some(5)));

        let events = given.give(home, variant, 3).unwrap();

        assert_eq!(events.len(), 2);
        assert_eq!(sides(&given, home, variant), (3, 3, 3));
        let row = given.variant(variant);
        assert_eq!((row.active_count, row.allocation_count), (3, 1));
        assert_eq!((row.version, row.updated_at), (1, START));
    }

    #[test]
    fn change_together() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(5), 3);
        given.now = after(60);

        for seats in [5, 1, 0] {
            let events = given.give(home, variant, seats).unwrap();
            assert_eq!(events.len(), 2);
            let taken = i64::from(seats);
            assert_eq!(sides(&given, home, variant), (seats, seats, taken));
            assert_eq!(given.variant(variant).active_count, taken);
        }

        let (pool, allocation) = (given.pool(home, variant), given.allocation(home, variant));
        assert_eq!((pool.version, allocation.version), (4, 4));
        assert_eq!(
            (pool.updated_at, allocation.updated_at),
            (after(60), after(60))
        );
        assert_eq!(given.variant(variant).allocation_count, 1);
    }

    #[test]
    fn end_together() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(5), 3);

        let events = given.give_back(home, variant).unwrap();

        assert_eq!(events.len(), 2);
        assert_eq!(given.set.found(&PoolOf(home, variant)), None);
        assert_eq!(given.set.found(&AllocationTo(home, variant)), None);
        let row = given.variant(variant);
        assert_eq!(
            (row.active_count, row.allocated, row.allocation_count),
            (0, 0, 0)
        );
    }

    #[test]
    fn give_no_fact_when_nothing_changes() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(5), 3);

        assert_eq!(given.give(home, variant, 3), Ok(vec![]));
    }

    #[test]
    fn are_two_logs_that_are_both_needed() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(5), 3);
        let new = NewIds {
            allocation: AllocationId(given.id()),
            pool: PoolId(given.id()),
        };
        let change = |realm| {
            let set = given.holding([realm]);
            let row = given.variant(variant);
            domain::allocation::put(&set, home, row, 2, new, START)
        };
        let end = |realm| {
            let set = given.holding([realm]);
            pool::give_back(&set, given.pool(home, variant), START)
        };

        let needed = [None, Some(home)].map(|realm| Err(Refusal::NotHeld(realm)));
        assert_eq!([Some(home), None].map(change), needed);
        assert_eq!([Some(home), None].map(end), needed);
    }
}

mod within_the_capacity {
    use super::*;

    #[test]
    fn pools_and_the_seats_beside_them_never_exceed_it() {
        let mut given = Given::empty();
        let (_, variant) = given.a_pool(Some(6), 3);
        let (next, ada) = (given.tenant(2), given.member());
        given.assign(ada, variant).unwrap();

        let refused = given.give(next, variant, 3);

        let over = Refusal::AllocationExceedsCapacity {
            capacity: 6,
            taken: 4,
        };
        assert_eq!(refused, Err(over));
        assert_eq!(given.set.found(&PoolOf(next, variant)), None);
        given.give(next, variant, 2).unwrap();
        assert_eq!(given.variant(variant).active_count, 6);
    }

    #[test]
    fn a_pool_grows_by_what_is_left_and_its_own_seats_do_not_count_twice() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(6), 3);
        let next = given.tenant(2);
        given.give(next, variant, 1).unwrap();

        let refused = given.give(home, variant, 6);

        let over = Refusal::AllocationExceedsCapacity {
            capacity: 6,
            taken: 1,
        };
        assert_eq!(refused, Err(over));
        given.give(home, variant, 5).unwrap();
    }

    #[test]
    fn the_platform_does_not_assign_seats_that_are_in_pools() {
        let mut given = Given::empty();
        let (_, variant) = given.a_pool(Some(4), 3);
        let (ada, bob) = (given.member(), given.member());
        given.assign(ada, variant).unwrap();

        let refused = given.assign(bob, variant);

        let full = Refusal::CapacityExceeded {
            capacity: 4,
            active: 4,
            next_free_at: None,
        };
        assert_eq!(refused, Err(full));
    }

    #[test]
    fn without_a_capacity_there_is_no_limit_to_pools() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(None, i32::MAX);
        let next = given.tenant(2);

        given.give(next, variant, i32::MAX).unwrap();

        assert_eq!(sides(&given, home, variant).2, 2 * i64::from(i32::MAX));
    }

    #[test]
    fn a_pool_that_is_given_back_leaves_room_for_another() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(3), 3);
        let next = given.tenant(2);
        assert!(given.give(next, variant, 1).is_err());

        given.give_back(home, variant).unwrap();

        given.give(next, variant, 3).unwrap();
    }

    #[test]
    fn l5_the_platforms_lapsed_seats_are_freed_for_a_pool() {
        let mut given = Given::empty();
        let (home, variant) = (given.tenant(1), given.seats(Some(3)));
        let (ada, bob) = (given.member(), given.member());
        let end = Some(after(60));
        let lapsed = given.assign_for(ada, variant, None, end).unwrap();
        given.assign(bob, variant).unwrap();
        given.a_minute_later();

        let refused = given.give(home, variant, 3);

        let over = Refusal::AllocationExceedsCapacity {
            capacity: 3,
            taken: 1,
        };
        assert_eq!(refused, Err(over));
        assert_eq!(given.seat(lapsed).status, Status::Active);
        given.give(home, variant, 2).unwrap();
        assert_eq!(given.seat(lapsed).status, Status::Revoked);
        assert_eq!(given.variant(variant).active_count, 3);
    }

    #[test]
    fn seats_of_an_organization_are_not_given_away() {
        let mut given = Given::empty();
        let (home, next) = (given.tenant(1), given.tenant(2));
        let product = given.product_of(Some(home));
        let variant = given.variant_of(product, Some(5));

        let answers = [home, next].map(|of| given.give(of, variant, 1));

        assert_eq!(
            answers,
            [(); 2].map(|()| Err(Refusal::OrganizationMismatch))
        );
    }

    #[test]
    fn an_organization_that_is_not_there_is_named() {
        let mut given = Given::empty();
        let (nowhere, variant) = (organization(8), given.seats(Some(5)));

        let refused = given.give(nowhere, variant, 1);

        assert_eq!(refused, Err(domain::not_found(nowhere)));
    }
}

mod never_below_the_seats_in_use {
    use super::*;

    #[test]
    fn a_cut_is_refused_with_the_numbers() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 5);
        for _ in 0..3 {
            given.minute(home, variant);
        }

        let answers = [given.give(home, variant, 2), given.give_back(home, variant)];

        let below = |capacity| {
            Err(Refusal::CapacityBelowActive {
                capacity,
                active: 3,
            })
        };
        assert_eq!(answers, [below(2), below(0)]);
        assert_eq!(sides(&given, home, variant), (5, 5, 5));
        given.give(home, variant, 3).unwrap();
    }

    #[test]
    fn l5_lapsed_seats_are_not_in_use_and_go_with_the_cut() {
        let (mut given, home, variant) = lapsed(9, 3);

        given.give(home, variant, 1).unwrap();

        assert_eq!(given.pool(home, variant).active_count, 0);
        assert_eq!(sides(&given, home, variant), (1, 1, 1));
    }

    #[test]
    fn a_cut_that_lapsed_seats_cannot_carry_frees_none_of_them() {
        let (mut given, home, variant) = lapsed(9, 2);
        given.give(home, variant, 3).unwrap();
        let ada = given.member_of(Some(home));
        given.assign(ada, variant).unwrap();

        let refused = given.give(home, variant, 0);

        let below = Refusal::CapacityBelowActive {
            capacity: 0,
            active: 1,
        };
        assert_eq!(refused, Err(below));
        assert_eq!(given.pool(home, variant).active_count, 3);
    }

    #[test]
    fn l5_a_pool_is_given_back_over_its_lapsed_seats() {
        let (mut given, home, variant) = lapsed(9, 2);

        given.give_back(home, variant).unwrap();

        assert_eq!(given.set.found(&PoolOf(home, variant)), None);
        let seats = given.set.all::<Assignment>().into_values();
        let mut revoked = seats.map(|seat| seat.status == Status::Revoked);
        assert!(revoked.all(|is| is));
    }
}
