//! Seats that the platform gave to an organization itself, and no pool beside them.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Need, OrganizationId, Refusal, VariantId,
    assignment::{AssignmentStatus as Status, CountedAt, SeatsOutsidePool},
};
use given::{Given, endless, to};

#[test]
fn seats_outside_a_pool_refuse_one_with_their_number() {
    let mut given = Given::empty();
    let (home, variant) = (given.tenant(1), given.seats(Some(9)));
    let seats = [given.minute(home, variant), given.minute(home, variant)];
    let hamburg = given.station_of(home);
    let of_station = given.assign(hamburg, variant).unwrap();

    let refused = given.give(home, variant, 5);

    assert_eq!(refused, Err(Refusal::SeatsOutsidePool(3)));
    for seat in seats.into_iter().chain([of_station]) {
        given.revoke(seat);
    }
    given.give(home, variant, 5).unwrap();
}

#[test]
fn seats_of_others_or_of_another_variant_refuse_no_pool() {
    let mut given = Given::empty();
    let (home, variant) = (given.tenant(1), given.seats(Some(9)));
    let (next, other) = (given.tenant(2), given.seats(Some(9)));
    given.minute(next, variant);
    given.minute(home, other);
    let ada = given.member();
    given.assign(ada, variant).unwrap();

    given.give(home, variant, 5).unwrap();
}

#[test]
fn seats_outside_a_pool_are_not_taken_again_beside_one() {
    let mut given = Given::empty();
    let (home, variant) = (given.tenant(1), given.seats(Some(9)));
    let old = given.minute(home, variant);
    given.revoke(old);
    given.give(home, variant, 5).unwrap();

    let answers = [
        given.patch(old, to(Status::Active)),
        given.patch_by_partner(old, to(Status::Active)),
    ];

    let refused = || Err(Refusal::SeatsOutsidePool(1));
    assert_eq!(answers, [refused(), refused()]);
}

#[test]
fn l5_lapsed_seats_outside_a_pool_are_not_kept_beside_one() {
    let (mut given, _, _, lapsed) = Given::lapsed_beside_a_pool(5);

    let answers = [endless(), to(Status::Active)].map(|wish| given.patch(lapsed, wish));

    let refused = || Err(Refusal::SeatsOutsidePool(1));
    assert_eq!(answers, [refused(), refused()]);
}

/// Their number, when the working set knows it.
fn known_count(given: &Given, home: OrganizationId, variant: VariantId) -> Option<i64> {
    let need = Need::from(SeatsOutsidePool(home, variant));
    let known = given.set.knows(&need, given.now);
    known.then(|| given.set.seats_outside_pool(home, variant))
}

#[test]
fn seats_outside_a_pool_are_counted_as_they_are_taken_and_revoked() {
    let mut given = Given::empty();
    let (home, variant) = (given.tenant(1), given.seats(Some(9)));
    given.set.put_answer(
        SeatsOutsidePool(home, variant),
        CountedAt::new(0, given.now),
    );

    let seat = given.minute(home, variant);
    let after_one = known_count(&given, home, variant);
    given.revoke(seat);
    let after_none = known_count(&given, home, variant);

    assert!(matches!(after_one, None | Some(1)), "{after_one:?}");
    assert!(matches!(after_none, None | Some(0)), "{after_none:?}");
}

#[test]
fn l5_lapsed_seats_outside_a_pool_are_not_counted() {
    let mut given = Given::empty();
    let (home, variant) = (given.tenant(1), given.seats(Some(9)));
    given.minute(home, variant);
    given.set.put_answer(
        SeatsOutsidePool(home, variant),
        CountedAt::new(1, given.now),
    );

    given.a_minute_later();

    let count = known_count(&given, home, variant);
    assert!(matches!(count, None | Some(0)), "{count:?}");
}
