//! A station holds a seat under the same rules as a person.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Holder, Refusal, StationId,
    assignment::{AssignmentStatus as Status, SeatOf},
    kernel::Resource,
    not_found,
    station::{self, OperationalStatus},
};
use given::{Given, Holds, after, tenant::site};

#[test]
fn l1_and_l2_hold_for_stations_and_people_together() {
    let (mut given, home, hamburg, variant) = Given::at_a_station(2);
    let (ada, bob) = (given.member_of(Some(home)), given.member_of(Some(home)));
    given.assign(hamburg, variant).unwrap();
    assert_eq!(
        given.assign(hamburg, variant),
        Err(Refusal::DuplicateActiveAssignment)
    );
    given.assign(ada, variant).unwrap();

    let refused = given.assign(bob, variant);

    let full = Refusal::CapacityExceeded {
        capacity: 2,
        active: 2,
        next_free_at: None,
    };
    assert_eq!(refused, Err(full));
}

#[test]
fn l5_the_lapsed_seat_of_a_station_is_in_nobodys_way() {
    let (mut given, home, hamburg, variant) = Given::at_a_station(1);
    let end = Some(after(60));
    let lapsed = given.assign_for(hamburg, variant, None, end).unwrap();
    let ada = given.member_of(Some(home));
    given.a_minute_later();

    given.assign(ada, variant).unwrap();

    assert_eq!(given.seat(lapsed).status, Status::Revoked);
    assert_eq!(given.seat(lapsed).ends_at, end);
}

#[test]
fn l9_a_station_takes_a_seat_whether_it_works_or_not() {
    for status in OperationalStatus::ALL {
        if status == OperationalStatus::Removed {
            continue;
        }
        let (mut given, _, hamburg, variant) = Given::at_a_station(1);
        let changed = station::update(given.station(hamburg), site(status), false);
        given.happen(changed).unwrap();
        given.assign(hamburg, variant).unwrap();
    }
}

#[test]
fn l10_the_seats_of_an_organization_go_to_its_stations_only() {
    let mut given = Given::empty();
    let (home, next) = (given.tenant(1), given.tenant(2));
    let product = given.product_of(Some(home));
    let variant = given.variant_of(product, Some(5));
    let stations = [home, next].map(|of| given.station_of(of));

    let answers = stations.map(|station| given.assign(station, variant).err());

    assert_eq!(answers, [None, Some(Refusal::OrganizationMismatch)]);
}

#[test]
fn know_their_holder_and_its_organization() {
    let (mut given, home, hamburg, variant) = Given::at_a_station(1);

    let seat = given.assign(hamburg, variant).unwrap();

    let row = given.seat(seat);
    assert_eq!(row.holder, Holder::Station(hamburg));
    assert_eq!((row.organization_id, row.realm), (Some(home), Some(home)));
    let target = row.target();
    assert_eq!((target.station, target.owner), (Some(hamburg), None));
    let known = given.set.find(&SeatOf(hamburg.holder(), variant));
    assert_eq!(known, Some(seat));
}

#[test]
fn a_user_and_a_station_are_never_taken_for_one_another() {
    let (mut given, _, hamburg, variant) = Given::at_a_station(2);
    let nobody = domain::UserId(hamburg.0);
    given.assign(hamburg, variant).unwrap();

    let no_user = given.assign(nobody, variant);
    let nothing = StationId(given.id());
    let no_station = given.assign(nothing, variant);

    assert_eq!(no_user, Err(domain::not_found(nobody)));
    assert_eq!(no_station, Err(not_found(nothing)));
    assert_eq!(given.set.find(&SeatOf(nobody.holder(), variant)), None);
}
