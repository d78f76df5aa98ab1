//! What pools mean for the variant that they are of: its size (L6) and its history (L7).
#![allow(clippy::unwrap_used)]

mod given;

use domain::{Event, Refusal, VariantId, assignment::AssignmentStatus as Status, product, variant};
use given::{Given, after};

mod l6_the_capacity_of_the_variant {
    use super::*;

    #[test]
    fn is_not_cut_below_what_is_given_away_and_in_use() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 5);
        let ada = given.member();
        given.assign(ada, variant).unwrap();

        let refused = given.resize(variant, Some(5));

        let below = Refusal::CapacityBelowAllocated {
            capacity: 5,
            taken: 6,
        };
        assert_eq!(refused, Err(below));
        assert_eq!(given.variant(variant).capacity, Some(9));
        given.resize(variant, Some(6)).unwrap();
        assert_eq!(given.pool(home, variant).seats, 5);
    }

    #[test]
    fn an_empty_seat_of_a_pool_is_given_away_all_the_same() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 4);
        given.minute(home, variant);
        given.a_minute_later();

        let refused = given.resize(variant, Some(3));

        let below = Refusal::CapacityBelowAllocated {
            capacity: 3,
            taken: 4,
        };
        assert_eq!(refused, Err(below));
    }

    #[test]
    fn l5_the_platforms_lapsed_seats_go_with_the_cut() {
        let mut given = Given::empty();
        let (_, variant) = given.a_pool(Some(9), 5);
        let (ada, bob) = (given.member(), given.member());
        let end = Some(after(60));
        given.assign_for(ada, variant, None, end).unwrap();
        given.assign(bob, variant).unwrap();
        given.a_minute_later();

        let refused = given.resize(variant, Some(5));

        let below = Refusal::CapacityBelowAllocated {
            capacity: 5,
            taken: 6,
        };
        assert_eq!(refused, Err(below));
        given.resize(variant, Some(6)).unwrap();
        assert_eq!(given.variant(variant).active_count, 6);
    }

    #[test]
    fn when_nothing_is_given_away_the_reason_is_the_use() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 5);
        given.give_back(home, variant).unwrap();
        let ada = given.member();
        given.assign(ada, variant).unwrap();

        let refused = given.resize(variant, Some(0));

        let below = Refusal::CapacityBelowActive {
            capacity: 0,
            active: 1,
        };
        assert_eq!(refused, Err(below));
    }
}

mod l7_history_stays {
    use super::*;

    fn deleting(given: &Given, id: VariantId) -> [Option<Refusal>; 2] {
        let variant = given.variant(id);
        let product = given.product(variant.product_id);
        [
            variant::delete(variant).err(),
            product::delete(&given.set, product).err(),
        ]
    }

    #[test]
    fn a_variant_with_pools_is_not_deleted() {
        let mut given = Given::empty();
        let (_, variant) = given.a_pool(Some(9), 0);
        let next = given.tenant(2);
        given.give(next, variant, 1).unwrap();

        let refused = Some(Refusal::HasAllocations(2));

        assert_eq!(deleting(&given, variant), [refused.clone(), refused]);
    }

    #[test]
    fn an_unassigned_variant_is_deleted_once_the_last_pool_is_given_back() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 4);

        given.give_back(home, variant).unwrap();

        assert_eq!(deleting(&given, variant), [None, None]);
    }

    #[test]
    fn the_assignments_of_a_pool_are_remembered_when_it_is_given_back() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 4);
        for _ in 0..2 {
            let seat = given.minute(home, variant);
            given.revoke(seat);
        }
        assert_eq!(given.pool(home, variant).assignment_count, 2);
        assert_eq!(given.variant(variant).assignment_count, 0);

        let closed = given.give_back(home, variant).unwrap();

        let expected = Event::AllocationClosed(domain::allocation::Closed { assignments: 2 });
        assert_eq!(closed, [Event::PoolClosed {}, expected]);
        let refused = Some(Refusal::HasAssignments(2));
        assert_eq!(deleting(&given, variant), [refused.clone(), refused]);
    }

    #[test]
    fn a_seat_that_is_taken_again_in_a_new_pool_is_counted_once() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 4);
        let seat = given.minute(home, variant);
        given.revoke(seat);
        given.give_back(home, variant).unwrap();
        given.give(home, variant, 1).unwrap();

        given.patch(seat, given::to(Status::Active)).unwrap();
        assert_eq!(given.pool(home, variant).active_count, 1);
        given.revoke(seat);
        given.give_back(home, variant).unwrap();

        assert_eq!(given.variant(variant).assignment_count, 1);
    }
}
