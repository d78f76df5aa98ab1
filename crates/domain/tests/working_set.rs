//! What a working set knows and what it does not, and the changes that it reports.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    ApiKeyId, AssignmentId, Event, Need, OrganizationId, ResourceId, ResourceKind, SeatPool,
    UserId, VariantId, WorkingSet,
    allocation::{Allocation, AllocationTo},
    api_key, assignment,
    assignment::{
        AssignmentStatus, DueSeats, Ending, FirstEnd, NextEnd, SeatOf, SeatsOf, SeatsOfOrganization,
    },
    pool::{PoolOf, PoolsOf},
    tally::Tally,
    text::Email,
    user::{Role, SuperAdmins, UserByEmail, UserStatus},
};
use given::{Given, Holds, START, after, name, seat_for};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The platform's seats of the variant with this number.
fn seat_pool(variant: u128) -> SeatPool {
    SeatPool {
        variant: VariantId(Uuid::from_u128(variant)),
        realm: None,
    }
}

fn seat_id(number: u128) -> AssignmentId {
    AssignmentId(Uuid::from_u128(number))
}

mod knowing {
    use super::*;

    #[test]
    fn a_known_absence_is_not_the_same_as_knowing_nothing() {
        let mut set = WorkingSet::default();
        let id = UserId(Uuid::from_u128(1));
        let email = Email::key_of("Ada@example.com");
        let needs = [Need::User(id), Need::from(UserByEmail(None, email.clone()))];
        assert!(!needs.iter().any(|need| set.knows(need, START)));
        assert!(set.is_empty());

        set.put(id, None);
        set.put_answer(UserByEmail(None, email.clone()), None);

        assert!(needs.iter().all(|need| set.knows(need, START)));
        assert_eq!(set.get(id), None);
        assert_eq!(set.find(&UserByEmail(None, email.to_owned())), None);
        assert_eq!(set.len(), 2);
    }

    #[test]
    fn free_json_and_lists_take_memory_and_not_only_rows() {
        let mut given = Given::empty();
        let variant = given.seats(None);
        let before = given.set.bytes();
        let mut large = given.variant(variant).clone();
        let many = vec![serde_json::json!([]); 5000];
        large.attributes.insert("a".to_owned(), many.into());
        given.set.put(VariantId(Uuid::from_u128(77)), Some(large));
        // Each of them is three letters, and a value.
        let grown = given.set.bytes() - before;
        assert!(grown > 5000 * 24, "{grown}");
        let seats = (0..5000).map(seat_id).collect();
        let organization = OrganizationId(Uuid::from_u128(78));
        given
            .set
            .put_answer(SeatsOfOrganization(organization), seats);
        let listed = given.set.bytes() - before - grown;
        assert!(listed > 5000 * 16, "{listed}");
    }

    #[test]
    fn rows_that_are_loaded_late_do_not_undo_facts() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        let before = given.variant(variant).clone();
        let seat = given.assign(ada, variant).unwrap();

        given.set.put(variant, Some(before));
        given.set.put_answer(SeatOf(ada.holder(), variant), None);
        given.set.put_answer(SeatsOf(ada.holder()), BTreeSet::new());

        assert_eq!(given.variant(variant).active_count, 1);
        assert_eq!(given.set.find(&SeatOf(ada.holder(), variant)), Some(seat));
        assert_eq!(given.set.list(&SeatsOf(ada.holder())), vec![seat]);
    }

    #[test]
    fn pools_that_are_loaded_late_do_not_undo_facts() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(2), 1);
        let pool = given.pool(home, variant).clone();
        let allocation = given.allocation(home, variant).clone();
        let seat = given.minute(home, variant);

        given.set.put_found(PoolOf(home, variant), Some(pool));
        given
            .set
            .put_answer(SeatsOfOrganization(home), BTreeSet::new());
        given.set.put_answer(PoolsOf(home), BTreeSet::new());
        given.set.put(home, None);
        assert_eq!(given.pool(home, variant).active_count, 1);
        assert_eq!(given.set.list(&SeatsOfOrganization(home)), vec![seat]);
        assert_eq!(given.set.listed(&PoolsOf(home)).len(), 1);
        assert!(given.set.get(home).is_some());
        given.revoke(seat);
        given.give_back(home, variant).unwrap();
        given
            .set
            .put_found(AllocationTo(home, variant), Some(allocation));

        assert_eq!(given.set.found(&AllocationTo(home, variant)), None);
        assert_eq!(given.set.all::<Allocation>().len(), 0);
    }

    #[test]
    fn the_due_seats_are_known_up_to_the_horizon() {
        let mut set = WorkingSet::default();
        let seat_pool = seat_pool(1);
        let ends = BTreeSet::from([(after(10), seat_id(2)), (after(20), seat_id(3))]);

        set.put_answer(DueSeats(seat_pool), Ending::new(after(30), ends));

        let knows = [30, 31].map(|at| set.knows(&Need::from(DueSeats(seat_pool)), after(at)));
        assert_eq!(knows, [true, false]);
        let due: Vec<_> = set.due_seats(seat_pool, after(10)).collect();
        assert_eq!(due, vec![seat_id(2)]);
    }

    #[test]
    fn the_next_end_is_the_first_of_those_in_sight_or_unknown() {
        let mut set = WorkingSet::default();
        let [seen, empty] = [1, 2].map(seat_pool);
        let ends = BTreeSet::from([(after(10), seat_id(3)), (after(20), seat_id(4))]);

        set.put_answer(DueSeats(seen), Ending::new(after(30), ends));
        set.put_answer(DueSeats(empty), Ending::new(after(30), BTreeSet::new()));

        assert!(set.knows(&Need::from(NextEnd(seen)), START));
        assert_eq!(set.next_end(seen, START), Some(after(10)));
        assert_eq!(set.next_end(seen, after(10)), Some(after(20)));
        assert!(!set.knows(&Need::from(NextEnd(seen)), after(20)));
        // Somebody may hold a seat that ends after the horizon.
        assert!(!set.knows(&Need::from(NextEnd(empty)), START));
    }

    #[test]
    fn a_seat_that_ends_behind_the_horizon_is_not_in_sight() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(None));
        let mut set = WorkingSet::default();
        set.put(variant, Some(given.variant(variant).clone()));
        let seat_pool = given.variant(variant).seat_pool();
        set.put_answer(DueSeats(seat_pool), Ending::new(after(30), BTreeSet::new()));

        given
            .assign_for(ada, variant, None, Some(after(60)))
            .unwrap();
        let (made, at, _) = given.log.last().unwrap();
        set.apply(made, *at).unwrap();

        // Another seat, that nobody loaded, may end before it.
        assert!(!set.knows(&Need::from(NextEnd(seat_pool)), START));
        assert_eq!(set.next_end(seat_pool, START), None);
    }

    #[test]
    fn the_next_end_that_was_known_is_no_answer_once_it_has_passed() {
        let mut set = WorkingSet::default();
        let seat_pool = seat_pool(1);

        set.put_answer(NextEnd(seat_pool), FirstEnd::Known(Some(after(10))));

        let knows = [9, 10].map(|at| set.knows(&Need::from(NextEnd(seat_pool)), after(at)));
        assert_eq!(knows, [true, false]);
    }

    #[test]
    fn the_next_end_is_unknown_when_the_one_that_was_known_is_gone() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(None));
        let seat = given.assign_for(ada, variant, None, Some(after(900)));
        let mut set = WorkingSet::default();
        let row = given.seat(seat.unwrap());
        set.put(variant, Some(given.variant(variant).clone()));
        set.put(row.id, Some(row.clone()));
        set.put_answer(NextEnd(row.seat_pool()), FirstEnd::Known(row.ends_at));

        let revoked = assignment::revoke(row, START).unwrap();
        set.apply(&revoked, START).unwrap();

        assert!(!set.knows(&Need::from(NextEnd(row.seat_pool())), START));
    }
}

mod changes {
    use super::*;

    #[test]
    fn are_reported_once_with_whether_a_row_was_there() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        given.set.take_changes();

        let seat = given.assign(ada, variant).unwrap();
        given.revoke(seat);
        let changes = given.set.take_changes();

        let resource = |kind, id| ResourceId { kind, id };
        let touched = [
            (resource(ResourceKind::Variant, variant.0), true),
            (resource(ResourceKind::Assignment, seat.0), false),
        ];
        assert_eq!(changes.touched, touched.into());
        let tallies = [
            ((None, Tally::Assignments(AssignmentStatus::Active)), 0),
            ((None, Tally::Assignments(AssignmentStatus::Revoked)), 1),
        ];
        assert_eq!(changes.tallies, tallies.into());
        let none = given.set.take_changes();
        assert!(none.touched.is_empty() && none.tallies.is_empty());
    }

    #[test]
    fn of_a_seat_are_counted_where_it_is_given_out() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(2), 1);
        let ada = given.member_of(Some(home));
        given.set.take_changes();

        let seat = given.assign(ada, variant).unwrap();

        let changes = given.set.take_changes();
        let resource = |kind, id| ResourceId { kind, id };
        let pool = given.pool(home, variant).id;
        let touched = [
            (resource(ResourceKind::Pool, pool.0), true),
            (resource(ResourceKind::Assignment, seat.0), false),
        ];
        assert_eq!(changes.touched, touched.into());
        let tally = Tally::Assignments(AssignmentStatus::Active);
        assert_eq!(changes.tallies, [((Some(home), tally), 1)].into());
    }

    #[test]
    fn of_a_part_are_its_own() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(Some(1)));
        given.set.take_changes();
        let due = Need::from(DueSeats(given.variant(variant).seat_pool()));
        let needs = [Need::User(ada), Need::Variant(variant), due];
        let mut part = given.set.part(&needs);
        let new = seat_for(ada, variant);

        let facts = assignment::assign(&part, seat_id(1), new, true, START).unwrap();
        part.apply(&facts[0], START).unwrap();

        assert_eq!(part.get(variant).unwrap().active_count, 1);
        assert_eq!(given.variant(variant).active_count, 0);
        assert!(given.set.take_changes().touched.is_empty());
    }
}

#[test]
fn a_key_to_the_api_is_made_once() {
    let mut given = Given::empty();
    let ada = given.super_admin();
    let id = ApiKeyId(given.id());
    let made = Event::ApiKeyCreated(api_key::Created {
        user_id: Some(ada),
        realm: None,
        name: name("bootstrap"),
        digest: "00ff".to_owned(),
        permissions: None,
        expires_at: None,
        bootstrap: true,
    });

    given.happen(Ok(vec![made.clone().of(id.0)])).unwrap();

    let key = given.set.get(id).unwrap();
    assert_eq!((key.user_id, key.version), (Some(ada), 1));
    assert!(given.set.apply(&made.of(id.0), START).is_err());
}

#[test]
fn active_super_admins_are_counted_as_they_come_and_go() {
    let mut given = Given::empty();
    let root = given.super_admin();
    let pending = given.person(Role::SuperAdmin, UserStatus::Pending, None, None);
    let count = |given: &Given| given.set.number(&SuperAdmins);
    assert_eq!(count(&given), 1);
    given.activate(pending).unwrap();
    assert_eq!(count(&given), 2);
    given.deactivate(root).unwrap();
    assert_eq!(count(&given), 1);
    given.member();
    assert_eq!(count(&given), 1);
}
