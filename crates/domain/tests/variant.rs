//! What may happen to a variant: L6, L7 and its key.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Event, ProductId, Refusal, VariantId, kernel::Resource, variant, variant::VariantsOf,
};
use given::{Given, START, after, key, name};

/// A variant with this key to be made.
fn named(text: &str) -> variant::Updated {
    variant::Updated {
        key: key(text),
        name: name("Pro"),
        capacity: None,
        attributes: serde_json::Map::new(),
    }
}

/// Makes a variant of the product.
fn create(given: &mut Given, product: ProductId, text: &str) -> Result<VariantId, Refusal> {
    let id = VariantId(given.id());
    let product = given.product(product);
    given.happen(variant::create(&given.set, id, product, named(text)))?;
    Ok(id)
}

/// Renames the variant.
fn rename(given: &mut Given, id: VariantId, text: &str) -> Result<Vec<Event>, Refusal> {
    let variant = given.variant(id);
    given.happen(variant::update(&given.set, variant, named(text), START))
}

mod l6_capacity_below_active {
    use super::*;

    #[test]
    fn fewer_seats_than_are_in_use_are_refused_with_the_numbers() {
        let mut given = Given::empty();
        let (ada, bob) = (given.member(), given.member());
        let variant = given.seats(Some(5));
        given.assign(ada, variant).unwrap();
        given.assign(bob, variant).unwrap();

        let refused = given.resize(variant, Some(1));

        let below = Refusal::CapacityBelowActive {
            capacity: 1,
            active: 2,
        };
        assert_eq!(refused, Err(below));
        assert_eq!(given.variant(variant).capacity, Some(5));
    }

    #[test]
    fn just_as_many_as_are_in_use_are_fine() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(None));
        given.assign(ada, variant).unwrap();

        given.resize(variant, Some(1)).unwrap();

        assert_eq!(given.variant(variant).capacity, Some(1));
        assert!(given.variant(variant).is_full());
    }

    #[test]
    fn lapsed_seats_are_not_in_use_and_go_with_the_cut() {
        let mut given = Given::empty();
        let (ada, bob) = (given.member(), given.member());
        let variant = given.seats(Some(2));
        given
            .assign_for(ada, variant, None, Some(after(60)))
            .unwrap();
        given.assign(bob, variant).unwrap();
        given.now = after(60);

        given.resize(variant, Some(1)).unwrap();

        assert_eq!(given.variant(variant).active_count, 1);
        assert_eq!(given.variant(variant).capacity, Some(1));
    }

    #[test]
    fn a_cut_that_lapsed_seats_cannot_carry_frees_none_of_them() {
        let mut given = Given::empty();
        let (ada, bob) = (given.member(), given.member());
        let variant = given.seats(Some(2));
        given
            .assign_for(ada, variant, None, Some(after(60)))
            .unwrap();
        given.assign(bob, variant).unwrap();
        given.now = after(60);

        let refused = given.resize(variant, Some(0));

        let below = Refusal::CapacityBelowActive {
            capacity: 0,
            active: 1,
        };
        assert_eq!(refused, Err(below));
        assert_eq!(given.variant(variant).active_count, 2);
    }

    #[test]
    fn more_seats_let_the_next_person_in() {
        let mut given = Given::empty();
        let (ada, bob) = (given.member(), given.member());
        let variant = given.seats(Some(1));
        given.assign(ada, variant).unwrap();

        given.resize(variant, Some(2)).unwrap();

        given.assign(bob, variant).unwrap();
    }
}

mod l7_history_stays {
    use super::*;

    #[test]
    fn a_variant_that_was_ever_assigned_stays() {
        let mut given = Given::empty();
        let (ada, variant) = (given.member(), given.seats(None));
        let seat = given.assign(ada, variant).unwrap();
        given.revoke(seat);

        let refused = variant::delete(given.variant(variant));

        assert_eq!(refused, Err(Refusal::HasAssignments(1)));
    }

    #[test]
    fn a_variant_that_never_was_goes_and_frees_its_key() {
        let mut given = Given::empty();
        let product = given.product_of(None);
        let variant = create(&mut given, product, "pro").unwrap();

        let decided = variant::delete(given.variant(variant));
        given.happen(decided).unwrap();

        assert_eq!(given.set.get(variant), None);
        assert_eq!(given.set.list(&VariantsOf(product)), vec![]);
        create(&mut given, product, "pro").unwrap();
    }
}

mod keys {
    use super::*;

    #[test]
    fn a_key_is_unique_in_its_product_only() {
        let mut given = Given::empty();
        let (one, two) = (given.product_of(None), given.product_of(None));
        create(&mut given, one, "pro").unwrap();

        let refused = create(&mut given, one, "pro");

        assert_eq!(refused, Err(Refusal::DuplicateKey));
        create(&mut given, one, "Pro").unwrap();
        create(&mut given, two, "pro").unwrap();
    }

    #[test]
    fn no_variant_takes_the_key_of_another_but_each_may_keep_its_own() {
        let mut given = Given::empty();
        let product = given.product_of(None);
        create(&mut given, product, "pro").unwrap();
        let variant = create(&mut given, product, "lite").unwrap();

        let refused = rename(&mut given, variant, "pro");

        assert_eq!(refused, Err(Refusal::DuplicateKey));
        assert_eq!(rename(&mut given, variant, "lite"), Ok(vec![]));
    }

    #[test]
    fn a_key_that_was_given_up_is_free() {
        let mut given = Given::empty();
        let product = given.product_of(None);
        let variant = create(&mut given, product, "pro").unwrap();

        rename(&mut given, variant, "max").unwrap();

        create(&mut given, product, "pro").unwrap();
        let refused = create(&mut given, product, "max");
        assert_eq!(refused, Err(Refusal::DuplicateKey));
    }
}

#[test]
fn it_knows_the_owner_of_its_product() {
    let mut given = Given::empty();
    let owner = Some(given::organization(1));
    let product = given.product_of(owner);

    let variant = create(&mut given, product, "pro").unwrap();

    assert_eq!(given.variant(variant).organization_id, owner);
    assert_eq!(given.variant(variant).target().organization, owner);
}

#[test]
fn assigning_a_seat_is_no_change_of_the_variant_itself() {
    let mut given = Given::empty();
    let (ada, variant) = (given.member(), given.seats(Some(5)));
    given.now = after(60);

    given.assign(ada, variant).unwrap();

    assert_eq!(given.variant(variant).version, 1);
    assert_eq!(given.variant(variant).updated_at, START);
}
