//! Which logs a decision about a seat needs: that of the holder's organization, and that of the
//! platform for its own seats.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    AssignmentId, Realm, Refusal, VariantId, WorkingSet,
    assignment::{self, AssignmentPatch, AssignmentStatus as Status},
    user,
};
use given::{Given, Holds, START, endless, organization, seat_for, tenant::NO_POOL, to};

/// What the decision comes to over each of the logs alone and over both.
fn over<T>(
    given: &Given,
    home: domain::OrganizationId,
    decide: impl Fn(&WorkingSet) -> Result<T, Refusal>,
) -> [Option<Refusal>; 3] {
    let own = given.holding([Some(home)]);
    let platforms = given.holding([None]);
    let both = given.holding([None, Some(home)]);
    [own, platforms, both].map(|set| decide(&set).err())
}

fn assign(given: &Given, holder: impl Holds, variant: VariantId) -> [Option<Refusal>; 3] {
    let home = organization(1);
    let id = AssignmentId(uuid::Uuid::from_u128(1));
    over(given, home, |set| {
        assignment::assign(set, id, seat_for(holder, variant), true, given.now)
    })
}

fn not_held(realm: Realm) -> Option<Refusal> {
    Some(Refusal::NotHeld(realm))
}

#[test]
fn a_seat_of_the_pool_needs_only_the_log_of_the_organization() {
    let mut given = Given::empty();
    let (home, variant) = given.a_pool(Some(9), 1);
    let (ada, hamburg) = (given.member_of(Some(home)), given.station_of(home));

    let expected = [None, not_held(Some(home)), None];
    assert_eq!(assign(&given, ada, variant), expected);
    assert_eq!(assign(&given, hamburg, variant), expected);
}

#[test]
fn a_seat_of_the_platform_needs_both_logs() {
    let mut given = Given::empty();
    let (home, variant) = (given.tenant(1), given.seats(Some(9)));
    let (ada, hamburg) = (given.member_of(Some(home)), given.station_of(home));

    let expected = [not_held(None), not_held(Some(home)), None];
    assert_eq!(assign(&given, ada, variant), expected);
    assert_eq!(assign(&given, hamburg, variant), expected);
}

#[test]
fn a_partner_without_a_pool_needs_no_log_of_the_platform() {
    let mut given = Given::empty();
    let (home, variant) = (given.tenant(1), given.seats(Some(9)));
    let ada = given.member_of(Some(home));
    let set = given.holding([Some(home)]);
    let id = AssignmentId(given.id());

    let refused = assignment::assign(&set, id, seat_for(ada, variant), false, START);

    assert_eq!(refused, Err(NO_POOL));
}

#[test]
fn the_place_of_a_lapsed_seat_needs_the_log_of_the_platform_too() {
    let (given, home, variant, lapsed) = Given::lapsed_beside_a_pool(1);
    let holder = given.seat(lapsed).holder;

    let expected = [not_held(None), not_held(Some(home)), None];
    assert_eq!(assign(&given, holder, variant), expected);
}

#[test]
fn a_change_needs_the_log_of_the_seat_and_taking_it_again_that_of_its_holder() {
    let mut given = Given::empty();
    let (home, variant) = (given.tenant(1), given.seats(Some(9)));
    let seat = given.minute(home, variant);
    let change = |given: &Given, patch: &AssignmentPatch| {
        over(given, home, |set| {
            let row = given.seat(seat);
            assignment::patch(set, row, patch.clone(), true, given.now)
        })
    };
    assert_eq!(change(&given, &endless()), [not_held(None), None, None]);
    given.revoke(seat);

    let again = change(&given, &to(Status::Active));

    assert_eq!(again, [not_held(None), not_held(Some(home)), None]);
}

#[test]
fn the_end_of_a_user_needs_the_log_of_the_platform_when_it_gave_a_seat() {
    let mut given = Given::empty();
    let (home, pooled) = given.a_pool(Some(9), 1);
    let ada = given.member_of(Some(home));
    given.assign(ada, pooled).unwrap();
    let delete = |given: &Given| {
        let set = given.holding([Some(home)]);
        user::delete(&set, None, given.user(ada), given.now).err()
    };
    assert_eq!(delete(&given), None);
    let direct = given.seats(Some(9));
    given.assign(ada, direct).unwrap();

    assert_eq!(delete(&given), not_held(None));
}

#[test]
fn a_working_set_reports_the_logs_it_holds() {
    let given = Given::empty();
    let set = given.holding([Some(organization(1))]);

    assert!(set.holds(Some(organization(1))) && !set.holds(None));
    assert_eq!(set.must_hold(Some(organization(1))), Ok(()));
    assert_eq!(set.must_hold(None), Err(Refusal::NotHeld(None)));
}
