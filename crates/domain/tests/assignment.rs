//! Who gets a seat, and when it comes free again: L1 to L4.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Refusal,
    assignment::{AssignmentPatch, AssignmentStatus as Status},
};
use given::{Given, START, after};

/// A patch that only asks for a status.
fn to(status: Status) -> AssignmentPatch {
    AssignmentPatch {
        status: Some(status),
        ..AssignmentPatch::default()
    }
}

/// A patch that only writes a note.
fn noted(text: &str) -> AssignmentPatch {
    AssignmentPatch {
        note: Some(Some(text.to_owned())),
        ..AssignmentPatch::default()
    }
}

/// A patch that only moves the end.
fn ending(end: Option<domain::Time>) -> AssignmentPatch {
    AssignmentPatch {
        ends_at: Some(end),
        ..AssignmentPatch::default()
    }
}

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

mod l3_revoke_and_take_again {
    use super::*;

    #[test]
    fn a_revoked_seat_ends_now() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        let open = given
            .assign_for(ada, variant, None, Some(after(900)))
            .unwrap();
        given.now = after(60);

        given.patch(open, to(Status::Revoked)).unwrap();

        assert_eq!(given.seat(open).status, Status::Revoked);
        assert_eq!(given.seat(open).ends_at, Some(after(60)));
        assert_eq!(given.variant(variant).active_count, 0);
    }

    #[test]
    fn a_seat_that_ended_earlier_keeps_its_end_when_revoked() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        let seat = given
            .assign_for(ada, variant, None, Some(after(10)))
            .unwrap();
        given.now = after(60);

        given.revoke(seat);

        assert_eq!(given.seat(seat).status, Status::Revoked);
        assert_eq!(given.seat(seat).ends_at, Some(after(10)));
    }

    #[test]
    fn an_end_that_the_patch_gives_is_cut_off_at_now() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        let seat = given.assign(ada, variant).unwrap();
        given.now = after(60);
        let patch = AssignmentPatch {
            status: Some(Status::Revoked),
            ..ending(Some(after(900)))
        };

        given.patch(seat, patch).unwrap();

        assert_eq!(given.seat(seat).ends_at, Some(after(60)));
        assert_eq!(given.seat(seat).version, 3);
    }

    #[test]
    fn taking_a_seat_again_clears_an_end_that_has_passed() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        let seat = given.assign(ada, variant).unwrap();
        given.revoke(seat);

        given.patch(seat, to(Status::Active)).unwrap();

        assert_eq!(given.seat(seat).status, Status::Active);
        assert_eq!(given.seat(seat).ends_at, None);
        assert_eq!(given.variant(variant).active_count, 1);
        assert_eq!(given.variant(variant).assignment_count, 1);
    }

    #[test]
    fn taking_a_seat_again_keeps_an_end_to_come() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        let seat = given.assign(ada, variant).unwrap();
        given.revoke(seat);
        given.patch(seat, ending(Some(after(900)))).unwrap();
        given.now = after(60);

        given.patch(seat, to(Status::Active)).unwrap();

        assert_eq!(given.seat(seat).ends_at, Some(after(900)));
    }

    #[test]
    fn taking_a_seat_again_needs_a_free_one() {
        let mut given = Given::empty();
        let (ada, bob) = (given.member(), given.member());
        let variant = given.seats(Some(1));
        let seat = given.assign(ada, variant).unwrap();
        given.revoke(seat);
        given.assign(bob, variant).unwrap();

        let refused = given.patch(seat, to(Status::Active));

        assert!(matches!(refused, Err(Refusal::CapacityExceeded { .. })));
        assert_eq!(given.seat(seat).status, Status::Revoked);
    }

    #[test]
    fn taking_a_seat_again_beside_another_of_the_same_person_is_refused() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(None));
        let old = given.assign(ada, variant).unwrap();
        given.revoke(old);
        given.assign(ada, variant).unwrap();

        let refused = given.patch(old, to(Status::Active));

        assert_eq!(refused, Err(Refusal::DuplicateActiveAssignment));
    }

    #[test]
    fn asking_for_the_status_it_has_changes_nothing() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        let seat = given.assign(ada, variant).unwrap();

        assert_eq!(given.patch(seat, to(Status::Active)), Ok(vec![]));
        given.revoke(seat);
        assert_eq!(given.patch(seat, to(Status::Revoked)), Ok(vec![]));
        assert_eq!(given.seat(seat).version, 2);
    }

    #[test]
    fn a_note_can_be_written_on_a_seat_that_was_revoked_before_it_began() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        let seat = given
            .assign_for(ada, variant, Some(after(900)), None)
            .unwrap();
        given.revoke(seat);

        given.patch(seat, noted("booked twice")).unwrap();

        assert_eq!(given.seat(seat).note.as_deref(), Some("booked twice"));
        assert_eq!(given.seat(seat).ends_at, Some(START));
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
