//! Use cases of variants.

use crate::{App, Context, Expected, Outcome, Result, UseCase, home::Subject, use_case::Decision};
use domain::{
    Need, Permission, ProductId, Time, VariantId, WorkingSet,
    assignment::DueSeats,
    not_found,
    text::{Key, Name},
    variant::{self, Updated, Variant, VariantByKey},
};
use persistence::{Availability, Page, PageRequest, VariantFilter};
use serde_json::{Map, Value};

impl App {
    /// The variant, when it is there for the actor.
    pub async fn variant(&self, context: &Context, id: VariantId) -> Result<Variant> {
        self.find(id, context.actor.catalogues()).await
    }

    /// A page of the variants of a product, when that is there for the actor.
    pub async fn variants(
        &self,
        context: &Context,
        product: ProductId,
        page: &PageRequest<Variant>,
    ) -> Result<Page<Variant>> {
        self.product(context, product).await?;
        let filter = VariantFilter {
            product: Some(product),
        };
        let catalogues = context.actor.catalogues();
        Ok(self.store.list(&filter, page, catalogues).await?)
    }

    /// The free seats of a variant, now or as they were.
    pub async fn availability(
        &self,
        context: &Context,
        id: VariantId,
        as_of: Option<Time>,
    ) -> Result<Availability> {
        let (store, catalogues) = (&self.store, context.actor.catalogues());
        let found = match as_of {
            None => store.availability(id, self.clock.now(), catalogues).await?,
            Some(at) => store.availability_as_of(id, at, catalogues).await?,
        };
        Ok(found.ok_or_else(|| not_found(id))?)
    }
}

/// Makes a variant of a product.
#[derive(Clone, Debug)]
pub struct CreateVariant {
    /// The id that it gets.
    pub id: VariantId,
    /// Its product.
    pub product: ProductId,
    /// What it is.
    pub new: Updated,
}

impl UseCase for CreateVariant {
    type Answer = Variant;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.product)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let key = self.new.key.clone();
        let mut needs = vec![
            Need::Product(self.product),
            Need::Variant(self.id),
            Need::from(VariantByKey(self.product, key)),
        ];
        let owner = set.get(self.product);
        let owner = owner.and_then(|product| product.organization_id);
        needs.extend(owner.map(Need::Organization));
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Variant> {
        let product = set.existing(self.product)?;
        let permit = context.permit_to(Permission::ProductsUpdate, product)?;
        let facts = variant::create(set, self.id, product, self.new.clone())?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Changes a variant.
#[derive(Clone, Debug)]
pub struct UpdateVariant {
    /// Which variant.
    pub id: VariantId,
    /// The version that it should have.
    pub expected: Expected,
    /// The key that it gets; without one it keeps its own.
    pub key: Option<Key>,
    /// The name that it gets.
    pub name: Name,
    /// The seats that it gets; `None` is unlimited.
    pub capacity: Option<i32>,
    /// The attributes that it gets.
    pub attributes: Map<String, Value>,
}

impl UseCase for UpdateVariant {
    type Answer = Variant;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let mut needs = vec![Need::Variant(self.id)];
        let Some(variant) = set.get(self.id) else {
            return needs;
        };
        needs.push(Need::from(DueSeats(variant.seat_pool())));
        if let Some(key) = &self.key {
            needs.push(Need::from(VariantByKey(variant.product_id, key.clone())));
        }
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<Variant> {
        let variant = set.existing(self.id)?;
        let permit = context.permit_to(Permission::ProductsUpdate, variant)?;
        self.expected.check(variant.version)?;
        let change = Updated {
            key: self.key.clone().unwrap_or_else(|| variant.key.clone()),
            name: self.name.clone(),
            capacity: self.capacity,
            attributes: self.attributes.clone(),
        };
        let facts = variant::update(set, variant, change, now)?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Deletes a variant that was never assigned.
#[derive(Clone, Debug)]
pub struct DeleteVariant {
    /// Which variant.
    pub id: VariantId,
    /// The version that it should have.
    pub expected: Expected,
}

impl UseCase for DeleteVariant {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![Need::Variant(self.id)]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<()> {
        let variant = set.existing(self.id)?;
        let permit = context.permit_to(Permission::ProductsUpdate, variant)?;
        self.expected.check(variant.version)?;
        let facts = variant::delete(variant)?;
        Ok(Outcome::done(permit, facts))
    }
}
