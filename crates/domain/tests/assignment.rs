//! Who gets a seat, and what it means to hold one: L1, L2, L4, L9 and L10.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Refusal,
    assignment::AssignmentStatus as Status,
    user::{Role, UserStatus},
};
use given::{Given, START, after, organization, to};

mod l1_capacity {
    use super::*;

    #[test]
    fn the_seat_after_the_last_is_refused_with_what_is_known() {
        let mut given = Given::empty();
        let (ada, bob, cleo) = (given.member(), given.member(), given.member());
        let variant = given.seats(Some(2));
        given
            .assign_for(ada, variant, None, Some(after(90)))
            .unwrap();
        given
            .assign_for(bob, variant, None, Some(after(60)))
            .unwrap();

        let refused = given.assign(cleo, variant);

        let full = Refusal::CapacityExceeded {
            capacity: 2,
            active: 2,
            next_free_at: Some(after(60)),
        };
        assert_eq!(refused, Err(full));
        assert_eq!(given.variant(variant).active_count, 2);
    }

    #[test]
    fn the_next_free_seat_is_known_after_another_was_given_back() {
        let mut given = Given::empty();
        let (ada, bob, cleo) = (given.member(), given.member(), given.member());
        let variant = given.seats(Some(2));
        let first = given
            .assign_for(ada, variant, None, Some(after(60)))
            .unwrap();
        given
            .assign_for(bob, variant, None, Some(after(90)))
            .unwrap();
        given.revoke(first);
        given.assign(ada, variant).unwrap();

        let refused = given.assign(cleo, variant);

        let full = Refusal::CapacityExceeded {
            capacity: 2,
            active: 2,
            next_free_at: Some(after(90)),
        };
        assert_eq!(refused, Err(full));
    }

    #[test]
    fn no_capacity_is_no_limit_and_still_counts() {
        let mut given = Given::empty();
        let variant = given.seats(None);
        for _ in 0..20 {
            let user = given.member();
            given.assign(user, variant).unwrap();
        }
        assert_eq!(given.variant(variant).active_count, 20);
    }

    #[test]
    fn a_capacity_of_zero_has_no_seat() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(0)));

        let refused = given.assign(ada, variant);

        assert!(matches!(refused, Err(Refusal::CapacityExceeded { .. })));
    }

    #[test]
    fn a_revoked_seat_can_be_given_to_another() {
        let mut given = Given::empty();
        let (ada, bob) = (given.member(), given.member());
        let variant = given.seats(Some(1));
        let seat = given.assign(ada, variant).unwrap();

        given.revoke(seat);

        given.assign(bob, variant).unwrap();
        assert_eq!(given.variant(variant).active_count, 1);
        assert_eq!(given.variant(variant).assignment_count, 2);
    }
}

mod l2_one_seat_a_person {
    use super::*;

    #[test]
    fn a_second_seat_of_the_same_variant_is_refused() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(None));
        given.assign(ada, variant).unwrap();

        let refused = given.assign(ada, variant);

        assert_eq!(refused, Err(Refusal::DuplicateActiveAssignment));
    }

    #[test]
    fn the_second_seat_is_the_reason_even_when_all_are_held() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        given.assign(ada, variant).unwrap();

        let refused = given.assign(ada, variant);

        assert_eq!(refused, Err(Refusal::DuplicateActiveAssignment));
    }

    #[test]
    fn another_variant_and_a_seat_after_a_revoked_one_are_fine() {
        let mut given = Given::empty();
        let (ada, one, two) = (given.member(), given.seats(Some(1)), given.seats(Some(1)));
        let seat = given.assign(ada, one).unwrap();
        given.assign(ada, two).unwrap();

        given.revoke(seat);

        given.assign(ada, one).unwrap();
    }
}

mod l4_scheduled {
    use super::*;

    #[test]
    fn a_seat_is_held_before_it_takes_effect() {
        let mut given = Given::empty();
        let (ada, bob) = (given.member(), given.member());
        let variant = given.seats(Some(1));
        let (start, end) = (after(60), after(120));
        let seat = given
            .assign_for(ada, variant, Some(start), Some(end))
            .unwrap();

        let refused = given.assign(bob, variant);

        assert!(matches!(refused, Err(Refusal::CapacityExceeded { .. })));
        let seat = given.seat(seat);
        assert_eq!(seat.status, Status::Active);
        let effective = [59, 60, 119, 120].map(|at| seat.is_effective(after(at)));
        assert_eq!(effective, [false, true, true, false]);
    }

    #[test]
    fn a_revoked_seat_has_no_effect() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(None));
        let seat = given.assign(ada, variant).unwrap();
        assert!(given.seat(seat).is_effective(START));

        given.now = after(60);
        given.revoke(seat);

        assert!(!given.seat(seat).is_effective(after(30)));
    }
}

mod l9_users {
    use super::*;

    #[test]
    fn inactive_and_deleted_users_get_no_seat() {
        let mut given = Given::empty();
        let variant = given.seats(None);
        let (locked, gone) = (given.member(), given.member());
        given.deactivate(locked).unwrap();
        given.delete_user(gone).unwrap();

        let refusals = [locked, gone].map(|user| given.assign(user, variant).unwrap_err());

        let expected = [UserStatus::Inactive, UserStatus::Deleted].map(Refusal::UserNotActive);
        assert_eq!(refusals, expected);
    }

    #[test]
    fn pending_and_active_users_get_a_seat() {
        let mut given = Given::empty();
        let variant = given.seats(None);
        for status in [UserStatus::Pending, UserStatus::Active] {
            let user = given.person(Role::Member, status, None, None);
            given.assign(user, variant).unwrap();
        }
    }

    #[test]
    fn inactive_users_take_no_seat_again() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(None));
        let seat = given.assign(ada, variant).unwrap();
        given.revoke(seat);
        given.deactivate(ada).unwrap();

        let refused = given.patch(seat, to(Status::Active));

        assert_eq!(refused, Err(Refusal::UserNotActive(UserStatus::Inactive)));
    }
}

mod l10_organizations {
    use super::*;

    #[test]
    fn an_organizations_seats_go_only_to_its_users() {
        let mut given = Given::empty();
        let (ours, theirs) = (Some(organization(1)), Some(organization(2)));
        let product = given.product_of(ours);
        let variant = given.variant_of(product, None);
        let people = [ours, theirs, None].map(|realm| given.member_of(realm));

        let answers = people.map(|user| given.assign(user, variant).err());

        let mismatch = Some(Refusal::OrganizationMismatch);
        assert_eq!(answers, [None, mismatch.clone(), mismatch]);
    }

    #[test]
    fn the_platforms_seats_go_to_anyone() {
        let mut given = Given::empty();
        let variant = given.seats(None);
        for realm in [None, Some(organization(1)), Some(organization(2))] {
            let user = given.member_of(realm);
            let seat = given.assign(user, variant).unwrap();
            assert_eq!(given.seat(seat).organization_id, realm);
        }
    }
}
