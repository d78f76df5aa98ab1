//! A seat whose end has passed frees itself and stands in nobody's way (L5).
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    AssignmentId, Event, Invalid, Refusal, Time, VariantId,
    assignment::{self, AssignmentPatch, AssignmentStatus as Status, SeatOf},
    user::UserStatus,
};
use given::{Given, Holds, START, after, seat_for};

fn end_before_start() -> Refusal {
    Invalid::new("/endsAt", "AFTER_START", "must be after startsAt").into()
}

/// A patch that only moves the end.
fn ending(end: Option<Time>) -> AssignmentPatch {
    AssignmentPatch {
        ends_at: Some(end),
        ..AssignmentPatch::default()
    }
}

/// A variant of one seat, whose holder's time is over, and nobody swept.
fn one_lapsed_seat() -> (Given, VariantId, AssignmentId) {
    let mut given = Given::empty();
    let (ada, variant) = (given.member(), given.seats(Some(1)));
    let seat = given.assign_for(ada, variant, None, Some(after(60)));
    given.now = after(60);
    (given, variant, seat.unwrap())
}

mod times {
    use super::*;

    #[test]
    fn an_end_lies_after_the_start() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(None));
        let (start, end) = (Some(after(60)), Some(after(60)));

        let refused = given.assign_for(ada, variant, start, end);

        assert_eq!(refused, Err(end_before_start()));
        let end = Some(after(61));
        given.assign_for(ada, variant, start, end).unwrap();
    }

    #[test]
    fn without_a_start_an_end_lies_after_now() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(None));

        let refused = given.assign_for(ada, variant, None, Some(START));

        assert_eq!(refused, Err(end_before_start()));
    }

    #[test]
    fn a_patch_cannot_turn_start_and_end_round() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(None));
        let seat = given
            .assign_for(ada, variant, None, Some(after(60)))
            .unwrap();

        let early_end = given.patch(seat, ending(Some(START)));
        let late_start = given.patch(
            seat,
            AssignmentPatch {
                starts_at: Some(Some(after(60))),
                ..AssignmentPatch::default()
            },
        );

        assert_eq!(early_end, Err(end_before_start()));
        assert_eq!(late_start, Err(end_before_start()));
        assert_eq!(given.seat(seat).version, 1);
    }

    #[test]
    fn a_patch_that_takes_a_seat_again_cannot_either() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(None));
        let seat = given.assign(ada, variant).unwrap();
        given.revoke(seat);
        let patch = AssignmentPatch {
            status: Some(Status::Active),
            ..ending(Some(START))
        };

        let refused = given.patch(seat, patch);

        assert_eq!(refused, Err(end_before_start()));
    }

    #[test]
    fn null_clears_and_absent_leaves() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(None));
        let (start, end) = (Some(after(10)), Some(after(60)));
        let seat = given.assign_for(ada, variant, start, end).unwrap();
        let patch = AssignmentPatch {
            note: Some(Some("on trial".to_owned())),
            ..ending(None)
        };

        given.patch(seat, patch).unwrap();

        assert_eq!(given.seat(seat).starts_at, start);
        assert_eq!(given.seat(seat).ends_at, None);
        assert_eq!(given.seat(seat).note.as_deref(), Some("on trial"));
    }
}

mod in_nobodys_way {
    use super::*;

    #[test]
    fn a_lapsed_seat_goes_to_the_next_person() {
        let (mut given, variant, lapsed) = one_lapsed_seat();
        let bob = given.member();

        given.assign(bob, variant).unwrap();

        assert_eq!(given.seat(lapsed).status, Status::Revoked);
        assert_eq!(given.seat(lapsed).ends_at, Some(after(60)));
        assert_eq!(given.variant(variant).active_count, 1);
    }

    #[test]
    fn a_seat_is_held_up_to_its_last_microsecond() {
        let (mut given, variant, _) = one_lapsed_seat();
        let bob = given.member();
        given.now = Time::from_micros(after(60).micros() - 1);

        let refused = given.assign(bob, variant);

        assert!(matches!(refused, Err(Refusal::CapacityExceeded { .. })));
    }

    #[test]
    fn a_lapsed_seat_does_not_keep_its_holder_from_a_new_one() {
        let (mut given, variant, lapsed) = one_lapsed_seat();
        let ada = given.seat(lapsed).holder;

        let fresh = given.assign(ada, variant).unwrap();

        assert_eq!(given.seat(lapsed).status, Status::Revoked);
        assert_eq!(given.set.find(&SeatOf(ada, variant)), Some(fresh));
    }

    #[test]
    fn a_lapsed_seat_lets_an_old_one_be_taken_again() {
        let (mut given, variant, lapsed) = one_lapsed_seat();
        let bob = given.member();
        let old = given.assign(bob, variant).unwrap();
        given.revoke(old);
        let ada = given.seat(lapsed).holder;
        given
            .assign_for(ada, variant, None, Some(after(70)))
            .unwrap();
        given.now = after(70);
        let patch = AssignmentPatch {
            status: Some(Status::Active),
            ..AssignmentPatch::default()
        };

        given.patch(old, patch).unwrap();

        assert_eq!(given.set.find(&SeatOf(ada, variant)), None);
        assert_eq!(given.set.find(&SeatOf(bob.holder(), variant)), Some(old));
    }

    #[test]
    fn only_as_many_are_freed_as_are_needed_those_first_that_ended_first() {
        let mut given = Given::empty();
        let (ada, bob, cleo) = (given.member(), given.member(), given.member());
        let variant = given.seats(Some(2));
        let later = given
            .assign_for(ada, variant, None, Some(after(20)))
            .unwrap();
        let sooner = given
            .assign_for(bob, variant, None, Some(after(10)))
            .unwrap();
        given.now = after(60);

        given.assign(cleo, variant).unwrap();

        assert_eq!(given.seat(sooner).status, Status::Revoked);
        assert_eq!(given.seat(later).status, Status::Active);
    }

    #[test]
    fn a_refused_request_frees_nothing() {
        let (mut given, variant, lapsed) = one_lapsed_seat();
        let gone = given.member();
        given.deactivate(gone).unwrap();

        let refused = given.assign(gone, variant);

        assert_eq!(refused, Err(Refusal::UserNotActive(UserStatus::Inactive)));
        assert_eq!(given.seat(lapsed).status, Status::Active);
    }
}

mod the_sweep {
    use super::*;

    #[test]
    fn frees_what_is_due_and_only_that() {
        let mut given = Given::empty();
        let (ada, bob, cleo) = (given.member(), given.member(), given.member());
        let variant = given.seats(None);
        let due = given
            .assign_for(ada, variant, None, Some(after(60)))
            .unwrap();
        given
            .assign_for(bob, variant, None, Some(after(61)))
            .unwrap();
        given.assign(cleo, variant).unwrap();

        let facts =
            assignment::expire_due(&given.set, given.variant(variant).seat_pool(), after(60));

        assert_eq!(facts, vec![Event::AssignmentExpired {}.of(due.0)]);
    }

    #[test]
    fn frees_a_seat_once() {
        let (mut given, variant, lapsed) = one_lapsed_seat();
        let fact = assignment::expire(given.seat(lapsed), given.now);
        assert_eq!(fact, Some(Event::AssignmentExpired {}.of(lapsed.0)));
        given.happen(Ok(fact.into_iter().collect())).unwrap();

        assert_eq!(assignment::expire(given.seat(lapsed), given.now), None);
        assert_eq!(given.revoke(lapsed), vec![]);
        assert_eq!(given.variant(variant).active_count, 0);
    }

    #[test]
    fn leaves_a_seat_that_is_not_over() {
        let (given, _, seat) = one_lapsed_seat();
        assert_eq!(assignment::expire(given.seat(seat), after(59)), None);
    }
}

/// The answer does not depend on whether the sweep ran: to keep a lapsed seat is to take one.
mod keeping_a_lapsed_seat {
    use super::*;

    #[test]
    fn asking_for_active_takes_the_seat_again_without_its_end() {
        let (mut given, variant, lapsed) = one_lapsed_seat();
        let patch = AssignmentPatch {
            status: Some(Status::Active),
            ..AssignmentPatch::default()
        };

        given.patch(lapsed, patch).unwrap();

        assert_eq!(given.seat(lapsed).ends_at, None);
        assert!(given.seat(lapsed).is_effective(given.now));
        assert_eq!(given.variant(variant).active_count, 1);
    }

    #[test]
    fn a_new_end_is_refused_to_someone_who_is_inactive() {
        let (mut given, _, lapsed) = one_lapsed_seat();
        let ada = given.seat(lapsed).holder.user().unwrap();
        given.deactivate(ada).unwrap();

        for end in [None, Some(after(900))] {
            let refused = given.patch(lapsed, ending(end));
            assert_eq!(refused, Err(Refusal::UserNotActive(UserStatus::Inactive)));
        }
    }

    #[test]
    fn a_new_end_lets_it_go_on() {
        let (mut given, variant, lapsed) = one_lapsed_seat();

        given.patch(lapsed, ending(Some(after(900)))).unwrap();

        assert!(given.seat(lapsed).is_effective(given.now));
        assert_eq!(given.variant(variant).active_count, 1);
    }

    #[test]
    fn a_note_or_an_earlier_end_does_not_wake_it() {
        let (mut given, _, lapsed) = one_lapsed_seat();
        let patch = AssignmentPatch {
            note: Some(Some("was on trial".to_owned())),
            ..ending(Some(after(30)))
        };

        given.patch(lapsed, patch).unwrap();

        assert!(given.seat(lapsed).is_due(given.now));
    }
}

#[test]
fn a_missing_holder_or_variant_is_named() {
    let mut given = Given::empty();
    let (ada, variant) = (given.member(), given.seats(None));
    let nobody = domain::UserId(given.id());
    let nothing = VariantId(given.id());
    let id = AssignmentId(given.id());
    let decide = |new| assignment::assign(&given.set, id, new, true, START);

    let no_user = decide(seat_for(nobody, variant));
    let no_variant = decide(seat_for(ada, nothing));

    assert_eq!(no_user, Err(domain::not_found(nobody)));
    assert_eq!(no_variant, Err(domain::not_found(nothing)));
}
