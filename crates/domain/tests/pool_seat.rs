//! Whose seats are given to whom: out of a pool, or straight from the platform (L5, L10).
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    AssignmentId, Realm, Refusal, VariantId,
    assignment::{AssignmentPatch, AssignmentStatus as Status, SeatOf},
};
use given::{Given, Holds, after, organization, tenant::NO_POOL, to};

mod l10_who_gives_out_what {
    use super::*;

    /// Whose seats the platform, and then a partner, gives to this holder's realm.
    fn pool_owners(
        given: &mut Given,
        home: Realm,
        variant: VariantId,
    ) -> [Result<Realm, Refusal>; 2] {
        let people = [given.member_of(home), given.member_of(home)];
        let seats = [
            given.assign(people[0], variant),
            given.assign_by_partner(people[1], variant),
        ];
        seats.map(|seat| seat.map(|id| given.seat(id).realm))
    }

    /// Who gives a seat of a variant of this owner to this holder; by the platform, by a partner,
    /// and by each of them once the organization has a pool of what is the platform's.
    fn all_pool_owners(owner: Option<u128>, holder: Recipient) -> [Result<Realm, Refusal>; 4] {
        [(true, false), (false, false), (true, true), (false, true)].map(|(by_platform, pool)| {
            let mut given = Given::empty();
            let (home, _) = (given.tenant(1), given.tenant(2));
            let product = given.product_of(owner.map(organization));
            let variant = given.variant_of(product, Some(5));
            if pool && owner.is_none() {
                given.give(home, variant, 2).unwrap();
            }
            let holder = match holder {
                Recipient::Platforms => given.member().holder(),
                Recipient::User => given.member_of(Some(home)).holder(),
                Recipient::Station => given.station_of(home).holder(),
            };
            let seat = match by_platform {
                true => given.assign(holder, variant),
                false => given.assign_by_partner(holder, variant),
            };
            seat.map(|id| given.seat(id).realm)
        })
    }

    #[derive(Clone, Copy)]
    enum Recipient {
        Platforms,
        User,
        Station,
    }

    #[test]
    fn every_owner_holder_caller_and_pool_together() {
        let home = Ok(Some(organization(1)));
        let mismatch = [(); 4].map(|()| Err(Refusal::OrganizationMismatch));
        let own = [(); 4].map(|()| home.clone());
        assert_eq!(
            all_pool_owners(None, Recipient::Platforms),
            [(); 4].map(|()| Ok(None))
        );
        for holder in [Recipient::User, Recipient::Station] {
            let expected = [Ok(None), Err(NO_POOL), home.clone(), home.clone()];
            assert_eq!(all_pool_owners(None, holder), expected);
            assert_eq!(all_pool_owners(Some(1), holder), own);
            assert_eq!(all_pool_owners(Some(2), holder), mismatch);
        }
        assert_eq!(all_pool_owners(Some(1), Recipient::Platforms), mismatch);
    }

    #[test]
    fn the_seats_of_an_organization_are_given_out_by_itself() {
        let mut given = Given::empty();
        let (home, next) = (given.tenant(1), given.tenant(2));
        let product = given.product_of(Some(home));
        let variant = given.variant_of(product, None);

        let own = pool_owners(&mut given, Some(home), variant);
        let others = [Some(next), None].map(|realm| pool_owners(&mut given, realm, variant));

        assert_eq!(own, [Ok(Some(home)), Ok(Some(home))]);
        let mismatch = || Err(Refusal::OrganizationMismatch);
        assert_eq!(others, [(); 2].map(|()| [mismatch(), mismatch()]));
    }

    #[test]
    fn without_a_pool_the_platform_gives_its_own_and_a_partner_has_none() {
        let mut given = Given::empty();
        let variant = given.seats(None);
        let (_, home) = (given.tenant(1), Some(organization(1)));

        assert_eq!(
            pool_owners(&mut given, home, variant),
            [Ok(None), Err(NO_POOL)]
        );
    }

    #[test]
    fn with_a_pool_both_give_out_of_it() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 5);

        let answers = pool_owners(&mut given, Some(home), variant);

        assert_eq!(answers, [Ok(Some(home)), Ok(Some(home))]);
        assert_eq!(given.pool(home, variant).active_count, 2);
        assert_eq!(given.variant(variant).active_count, 5);
        assert_eq!(given.variant(variant).assignment_count, 0);
    }

    #[test]
    fn the_pool_of_one_organization_is_none_of_another() {
        let mut given = Given::empty();
        let (_, variant) = given.a_pool(Some(9), 5);
        let next = Some(given.tenant(2));

        assert_eq!(
            pool_owners(&mut given, next, variant),
            [Ok(None), Err(NO_POOL)]
        );
    }

    #[test]
    fn the_platform_gives_its_own_to_its_own_members_for_anybody() {
        let mut given = Given::empty();
        let (_, variant) = given.a_pool(Some(9), 5);

        let answers = pool_owners(&mut given, None, variant);

        assert_eq!(answers, [Ok(None), Ok(None)]);
        assert_eq!(given.variant(variant).active_count, 7);
    }
}

mod l1_a_pool_is_a_limit {
    use super::*;

    #[test]
    fn the_seat_after_the_last_is_refused_with_the_numbers_of_the_pool() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 2);
        given.minute(home, variant);
        given.minute(home, variant);
        let ada = given.member_of(Some(home));

        let answers = [
            given.assign(ada, variant),
            given.assign_by_partner(ada, variant),
        ];

        let full = Refusal::CapacityExceeded {
            capacity: 2,
            active: 2,
            next_free_at: Some(after(60)),
        };
        assert_eq!(answers, [Err(full.clone()), Err(full)]);
    }

    #[test]
    fn a_pool_of_no_seats_is_a_pool() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 0);
        let ada = given.member_of(Some(home));

        assert_eq!(given.assign(ada, variant), Err(NO_POOL));
    }

    #[test]
    fn when_the_pool_is_full_the_platform_still_gives_to_others() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(2), 1);
        given.minute(home, variant);
        let ada = given.member();

        given.assign(ada, variant).unwrap();
    }

    #[test]
    fn a_pool_of_a_variant_that_is_full_gives_out_what_it_has() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(2), 2);
        assert!(given.variant(variant).is_full());
        let ada = given.member_of(Some(home));

        given.assign_by_partner(ada, variant).unwrap();
    }

    #[test]
    fn l2_a_second_seat_is_refused_whoever_gives_it() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 1);
        let ada = given.member_of(Some(home));
        given.assign_by_partner(ada, variant).unwrap();

        let answers = [
            given.assign(ada, variant),
            given.assign_by_partner(ada, variant),
        ];

        let duplicate = || Err(Refusal::DuplicateActiveAssignment);
        assert_eq!(answers, [duplicate(), duplicate()]);
    }
}

mod l5_lapsed_seats {
    use super::*;

    #[test]
    fn of_a_pool_go_to_the_next_of_the_organization() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 1);
        let lapsed = given.minute(home, variant);
        let ada = given.member_of(Some(home));
        given.a_minute_later();

        given.assign_by_partner(ada, variant).unwrap();

        assert_eq!(given.seat(lapsed).status, Status::Revoked);
        assert_eq!(given.pool(home, variant).active_count, 1);
    }

    #[test]
    fn of_a_pool_are_not_free_for_the_platform() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(1), 1);
        let lapsed = given.minute(home, variant);
        let ada = given.member();
        given.a_minute_later();

        let refused = given.assign(ada, variant);

        let full = Refusal::CapacityExceeded {
            capacity: 1,
            active: 1,
            next_free_at: None,
        };
        assert_eq!(refused, Err(full));
        assert_eq!(given.seat(lapsed).status, Status::Active);
    }

    #[test]
    fn of_the_platform_are_not_free_in_a_pool() {
        let (mut given, home, variant, lapsed) = Given::lapsed_beside_a_pool(1);
        let (ada, bob) = (given.member_of(Some(home)), given.member_of(Some(home)));
        given.assign(ada, variant).unwrap();

        let refused = given.assign(bob, variant);

        let full = Refusal::CapacityExceeded {
            capacity: 1,
            active: 1,
            next_free_at: None,
        };
        assert_eq!(refused, Err(full));
        assert_eq!(given.seat(lapsed).status, Status::Active);
    }

    #[test]
    fn of_the_platform_do_not_keep_their_holder_from_one_of_the_pool() {
        let (mut given, home, variant, lapsed) = Given::lapsed_beside_a_pool(1);
        let holder = given.seat(lapsed).holder;

        let fresh = given.assign_by_partner(holder, variant).unwrap();

        assert_eq!(given.seat(lapsed).status, Status::Revoked);
        assert_eq!(given.set.find(&SeatOf(holder, variant)), Some(fresh));
        assert_eq!(given.pool(home, variant).active_count, 1);
        assert_eq!(given.variant(variant).active_count, 1);
    }

    #[test]
    fn of_both_give_way_in_one_step() {
        let (mut given, home, variant, lapsed) = Given::lapsed_beside_a_pool(1);
        let of_pool = given.minute(home, variant);
        given.now = after(120);
        let holder = given.seat(lapsed).holder;

        given.assign(holder, variant).unwrap();

        let status = [lapsed, of_pool].map(|seat| given.seat(seat).status);
        assert_eq!(status, [Status::Revoked, Status::Revoked]);
        assert_eq!(given.pool(home, variant).active_count, 1);
    }

    #[test]
    fn of_the_holder_are_kept_when_the_pool_is_full() {
        let (mut given, home, variant, lapsed) = Given::lapsed_beside_a_pool(1);
        let ada = given.member_of(Some(home));
        given.assign(ada, variant).unwrap();
        let holder = given.seat(lapsed).holder;

        let refused = given.assign(holder, variant);

        assert!(matches!(refused, Err(Refusal::CapacityExceeded { .. })));
        assert_eq!(given.seat(lapsed).status, Status::Active);
    }
}

mod l3_taking_again {
    use super::*;

    /// A seat of a pool that was revoked, and the pool given back.
    fn without_its_pool() -> (Given, AssignmentId) {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 1);
        let seat = given.minute(home, variant);
        given.revoke(seat);
        given.give_back(home, variant).unwrap();
        (given, seat)
    }

    #[test]
    fn needs_a_free_seat_of_the_same_pool() {
        let mut given = Given::empty();
        let (home, variant) = given.a_pool(Some(9), 1);
        let old = given.minute(home, variant);
        given.revoke(old);
        let other = given.minute(home, variant);

        let refused = given.patch_by_partner(old, to(Status::Active));

        let full = Refusal::CapacityExceeded {
            capacity: 1,
            active: 1,
            next_free_at: Some(after(60)),
        };
        assert_eq!(refused, Err(full));
        given.revoke(other);
        given.patch_by_partner(old, to(Status::Active)).unwrap();
        assert_eq!(given.pool(home, variant).active_count, 1);
        assert_eq!(given.pool(home, variant).assignment_count, 2);
    }

    #[test]
    fn needs_the_pool() {
        let (mut given, seat) = without_its_pool();

        let answers = [
            given.patch(seat, to(Status::Active)),
            given.patch_by_partner(seat, to(Status::Active)),
        ];

        assert_eq!(answers, [Err(NO_POOL), Err(NO_POOL)]);
    }

    #[test]
    fn of_the_platforms_seat_is_the_platforms_to_allow() {
        let mut given = Given::empty();
        let (home, variant) = (given.tenant(1), given.seats(Some(9)));
        let seat = given.minute(home, variant);
        given.revoke(seat);

        let refused = given.patch_by_partner(seat, to(Status::Active));

        assert_eq!(refused, Err(NO_POOL));
        given.patch(seat, to(Status::Active)).unwrap();
    }

    #[test]
    fn is_not_needed_for_a_note_on_the_seat_of_a_pool_that_is_gone() {
        let (mut given, seat) = without_its_pool();
        let note = AssignmentPatch {
            note: Some(Some("was on trial".to_owned())),
            ..AssignmentPatch::default()
        };

        given.patch_by_partner(seat, note).unwrap();

        assert_eq!(given.seat(seat).note.as_deref(), Some("was on trial"));
    }
}
