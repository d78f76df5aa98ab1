//! How a seat is given back and taken again: L3 and L8.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Refusal,
    assignment::{AssignmentPatch, AssignmentStatus as Status},
};
use given::{Given, Holds, START, after, to};

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
    fn an_end_in_the_past_that_the_patch_gives_stays() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        let seat = given.assign(ada, variant).unwrap();
        given.now = after(60);
        let patch = AssignmentPatch {
            status: Some(Status::Revoked),
            ..ending(Some(after(30)))
        };

        given.patch(seat, patch).unwrap();

        assert_eq!(given.seat(seat).status, Status::Revoked);
        assert_eq!(given.seat(seat).ends_at, Some(after(30)));
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

mod l8_history {
    use super::*;

    #[test]
    fn revoking_keeps_the_assignment_and_twice_is_once() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        let seat = given.assign(ada, variant).unwrap();

        let first = given.revoke(seat);
        let again = given.revoke(seat);

        assert_eq!((first.len(), again.len()), (1, 0));
        assert_eq!(given.seat(seat).holder, ada.holder());
        assert_eq!(given.seat(seat).version, 2);
        assert_eq!(given.variant(variant).assignment_count, 1);
    }
}
