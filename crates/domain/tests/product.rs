//! What may happen to a product: L7 and its key.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{Event, OrganizationId, ProductId, Refusal, product};
use given::{Given, key, name, organization};

/// Makes a product.
fn create(
    given: &mut Given,
    organization_id: Option<OrganizationId>,
    text: &str,
) -> Result<ProductId, Refusal> {
    given.found(organization_id);
    let id = ProductId(given.id());
    let new = product::Created {
        organization_id,
        key: key(text),
        name: name("Flight school"),
        description: None,
    };
    given.happen(product::create(&given.set, id, new))?;
    Ok(id)
}

/// Renames the product.
fn rename(given: &mut Given, id: ProductId, text: &str) -> Result<Vec<Event>, Refusal> {
    let change = product::Updated {
        key: key(text),
        name: name("Flight school"),
        description: None,
    };
    given.happen(product::update(&given.set, given.product(id), change))
}

/// Deletes the product.
fn delete(given: &mut Given, id: ProductId) -> Result<Vec<Event>, Refusal> {
    given.happen(product::delete(&given.set, given.product(id)))
}

mod l7_history_stays {
    use super::*;

    #[test]
    fn a_product_that_was_ever_assigned_stays_with_all_its_variants() {
        let mut given = Given::empty();
        let ada = given.member();
        let product = given.product_of(None);
        let (used, unused) = (
            given.variant_of(product, None),
            given.variant_of(product, None),
        );
        let seat = given.assign(ada, used).unwrap();
        given.revoke(seat);

        let refused = delete(&mut given, product);

        assert_eq!(refused, Err(Refusal::HasAssignments(1)));
        assert!(given.set.get(unused).is_some());
    }

    #[test]
    fn a_product_that_never_was_takes_its_variants_with_it() {
        let mut given = Given::empty();
        let (product, other) = (given.product_of(None), given.product_of(None));
        let variants = [(); 2].map(|()| given.variant_of(product, None));
        let stays = given.variant_of(other, None);

        let events = delete(&mut given, product).unwrap();

        let all = [
            Event::VariantDeleted {},
            Event::VariantDeleted {},
            Event::ProductDeleted {},
        ];
        assert_eq!(events, all);
        assert_eq!(given.set.get(product), None);
        assert_eq!(variants.map(|id| given.set.get(id)), [None, None]);
        assert!(given.set.get(stays).is_some());
    }
}

mod keys {
    use super::*;

    #[test]
    fn a_key_is_unique_in_its_catalogue_only() {
        let mut given = Given::empty();
        create(&mut given, None, "school").unwrap();

        let refused = create(&mut given, None, "school");

        assert_eq!(refused, Err(Refusal::DuplicateKey));
        create(&mut given, None, "School").unwrap();
        create(&mut given, Some(organization(1)), "school").unwrap();
    }

    #[test]
    fn no_product_takes_the_key_of_another_but_each_may_keep_its_own() {
        let mut given = Given::empty();
        create(&mut given, None, "school").unwrap();
        let product = create(&mut given, None, "club").unwrap();

        let refused = rename(&mut given, product, "school");

        assert_eq!(refused, Err(Refusal::DuplicateKey));
        assert_eq!(rename(&mut given, product, "club"), Ok(vec![]));
    }

    #[test]
    fn a_key_that_was_given_up_or_deleted_is_free() {
        let mut given = Given::empty();
        let product = create(&mut given, None, "school").unwrap();
        rename(&mut given, product, "club").unwrap();
        create(&mut given, None, "school").unwrap();
        assert_eq!(create(&mut given, None, "club"), Err(Refusal::DuplicateKey));

        delete(&mut given, product).unwrap();

        create(&mut given, None, "club").unwrap();
    }
}
