//! The sites of organizations: their code, what may change and by whom (D2, D3), their end.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Event, Invalid, Refusal, StationId,
    assignment::{AssignmentStatus as Status, SeatsOf},
    place::{Coordinates, Country, TimeZone},
    station::{self, OperationalStatus, Profile, Station},
};
use given::{Given, Holds, START, after, key, name, organization, tenant::site, to};

/// Changes the station, as its partner or as its operator.
fn update(
    given: &mut Given,
    id: StationId,
    change: Profile,
    operational_only: bool,
) -> Result<Vec<Event>, Refusal> {
    given.happen(station::update(given.station(id), change, operational_only))
}

mod codes {
    use super::*;

    #[test]
    fn a_code_is_unique_in_its_organization_only() {
        let mut given = Given::empty();
        let (home, next) = (given.tenant(1), given.tenant(2));
        given.build(home, "HAM-1").unwrap();

        let refused = given.build(home, "HAM-1");

        assert_eq!(refused, Err(Refusal::DuplicateKey));
        given.build(home, "ham-1").unwrap();
        given.build(next, "HAM-1").unwrap();
    }

    #[test]
    fn the_code_of_a_removed_station_is_never_used_again() {
        let mut given = Given::empty();
        let home = given.tenant(1);
        let hamburg = given.build(home, "HAM-1").unwrap();
        given.remove(hamburg).unwrap();

        let refused = given.build(home, "HAM-1");

        assert_eq!(refused, Err(Refusal::DuplicateKey));
    }

    #[test]
    fn an_organization_that_is_not_there_is_named() {
        let mut given = Given::empty();
        let nowhere = organization(8);

        let refused = given.build(nowhere, "HAM-1");

        assert_eq!(refused, Err(domain::not_found(nowhere)));
    }
}

mod changing {
    use super::*;

    type Change = fn(&mut Profile);

    /// Each field that can change, and whether an operator may change it.
    const FIELDS: [(&str, bool, Change); 7] = [
        ("name", true, |site| site.name = name("Port")),
        ("address", true, |site| site.address = None),
        ("status", true, |site| {
            site.operational_status = OperationalStatus::OutOfService;
        }),
        ("attributes", true, |site| {
            site.attributes.insert("plugs".to_owned(), 4.into());
        }),
        ("coordinates", false, |site| {
            site.coordinates = Coordinates::from_micro_degrees(1, 2);
        }),
        ("time zone", false, |site| {
            site.time_zone = TimeZone::parse("Europe/Paris", "/timeZone").unwrap();
        }),
        ("country", false, |site| {
            site.country = Country::parse("FR", "/country").unwrap();
        }),
    ];

    /// What a working station becomes by the change.
    fn changed(change: Change) -> Profile {
        let mut profile = site(OperationalStatus::Available);
        change(&mut profile);
        profile
    }

    #[test]
    fn a_partner_changes_everything() {
        for (field, _, change) in FIELDS {
            let change = changed(change);
            let mut given = Given::empty();
            let home = given.tenant(1);
            let hamburg = given.station_of(home);
            given.now = after(60);

            update(&mut given, hamburg, change.clone(), false).unwrap();

            assert_eq!(given.station(hamburg).profile, change, "{field}");
            assert_eq!(given.station(hamburg).version, 2, "{field}");
            assert_eq!(given.station(hamburg).updated_at, after(60), "{field}");
        }
    }

    #[test]
    fn d3_an_operator_changes_the_operational_fields_only() {
        for (field, may, change) in FIELDS {
            let change = changed(change);
            let mut given = Given::empty();
            let home = given.tenant(1);
            let hamburg = given.station_of(home);

            let answer = update(&mut given, hamburg, change, true);

            assert_eq!(answer.is_ok(), may, "{field}");
            let forbidden = matches!(answer, Err(Refusal::Forbidden(_)));
            assert_eq!(forbidden, !may, "{field}");
        }
    }

    #[test]
    fn one_field_too_many_leaves_the_others_as_they_were() {
        let mut given = Given::empty();
        let home = given.tenant(1);
        let hamburg = given.station_of(home);
        let change = Profile {
            name: name("Port"),
            coordinates: None,
            ..site(OperationalStatus::Available)
        };

        let refused = update(&mut given, hamburg, change, true);

        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        let before = site(OperationalStatus::Available);
        assert_eq!(given.station(hamburg).profile, before);
    }

    #[test]
    fn an_update_with_the_same_values_changes_nothing() {
        let mut given = Given::empty();
        let home = given.tenant(1);
        let hamburg = given.station_of(home);

        for operational_only in [false, true] {
            let same = site(OperationalStatus::Available);
            let answer = update(&mut given, hamburg, same, operational_only);
            assert_eq!(answer, Ok(vec![]));
        }
        assert_eq!(given.station(hamburg).version, 1);
    }

    #[test]
    fn a_station_is_never_removed_by_a_change() {
        let mut given = Given::empty();
        let home = given.tenant(1);
        let hamburg = given.station_of(home);
        let removed = site(OperationalStatus::Removed);
        let new = station::Created {
            organization_id: home,
            code: key("HAM-2"),
            profile: removed.clone(),
        };
        let id = StationId(given.id());

        let answers = [
            update(&mut given, hamburg, removed.clone(), false),
            update(&mut given, hamburg, removed, true),
            given.happen(station::create(&given.set, id, new)),
        ];

        let message = "a station is removed by DELETE";
        let refused: Refusal = Invalid::new("/operationalStatus", "REMOVED", message).into();
        assert_eq!(answers, [(); 3].map(|()| Err(refused.clone())));
        assert_eq!(given.set.all::<Station>().len(), 1);
    }

    #[test]
    fn d2_no_fact_of_a_life_moves_it_to_another_organization_or_code() {
        let mut given = Given::empty();
        let home = given.tenant(1);
        let hamburg = given.build(home, "HAM-1").unwrap();

        for (.., change) in FIELDS {
            update(&mut given, hamburg, changed(change), false).unwrap();
        }
        given.remove(hamburg).unwrap();

        let station = given.station(hamburg);
        assert_eq!(station.organization_id, home);
        assert_eq!(station.code, key("HAM-1"));
        assert_eq!(station.created_at, START);
        assert_eq!(station.version, 9);
    }
}

mod removing {
    use super::*;

    #[test]
    fn frees_its_seats_before_it_is_gone() {
        let (mut given, home, hamburg, pooled) = Given::at_a_station(3);
        let other = given.station_of(home);
        let direct = given.seats(Some(2));
        let end = Some(after(10));
        let held = given.assign(hamburg, pooled).unwrap();
        let ended = given.assign_for(hamburg, direct, None, end).unwrap();
        let of_another = given.assign(other, pooled).unwrap();
        given.now = after(60);

        let events = given.remove(hamburg).unwrap();

        assert_eq!(events.len(), 3);
        assert_eq!(events.last(), Some(&Event::StationRemoved {}));
        assert_eq!(given.seat(held).ends_at, Some(after(60)));
        assert_eq!(given.seat(ended).ends_at, Some(after(10)));
        let status = [held, ended, of_another].map(|seat| given.seat(seat).status);
        assert_eq!(status, [Status::Revoked, Status::Revoked, Status::Active]);
        assert_eq!(given.pool(home, pooled).active_count, 1);
        assert_eq!(given.variant(direct).active_count, 0);
        assert_eq!(given.set.list(&SeatsOf(hamburg.holder())), vec![]);
    }

    #[test]
    fn twice_is_once_and_it_stays_for_its_history() {
        let (mut given, _, hamburg, _) = Given::at_a_station(1);

        given.remove(hamburg).unwrap();

        assert_eq!(given.remove(hamburg), Ok(vec![]));
        let status = given.station(hamburg).profile.operational_status;
        assert_eq!(status, OperationalStatus::Removed);
        assert_eq!(given.station(hamburg).version, 2);
    }

    #[test]
    fn is_the_end() {
        let (mut given, _, hamburg, variant) = Given::at_a_station(1);
        let seat = given.assign(hamburg, variant).unwrap();
        given.remove(hamburg).unwrap();

        let answers = [
            update(
                &mut given,
                hamburg,
                site(OperationalStatus::Available),
                false,
            )
            .err(),
            given.assign(hamburg, variant).err(),
            given.patch(seat, to(Status::Active)).err(),
        ];

        assert_eq!(answers, [(); 3].map(|()| Some(Refusal::StationRemoved)));
    }

    #[test]
    fn needs_the_log_of_the_platform_for_a_seat_that_the_platform_gave() {
        let (mut given, home, hamburg, pooled) = Given::at_a_station(1);
        given.assign(hamburg, pooled).unwrap();
        let remove = |given: &Given| {
            let set = given.holding([Some(home)]);
            station::remove(&set, given.station(hamburg), given.now).err()
        };
        assert_eq!(remove(&given), None);

        let direct = given.seats(None);
        given.assign(hamburg, direct).unwrap();

        assert_eq!(remove(&given), Some(Refusal::NotHeld(None)));
    }
}

#[test]
fn no_number_is_taken_for_a_point_that_is_not_on_earth() {
    let beside = [(i32::MIN, 0), (0, i32::MIN), (i32::MAX, 0), (0, i32::MAX)];
    for (latitude, longitude) in beside {
        let point = Coordinates::from_micro_degrees(latitude, longitude);
        assert_eq!(point, None, "{latitude} {longitude}");
    }
}
