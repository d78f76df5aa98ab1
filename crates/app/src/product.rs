//! Use cases of products.

use crate::{App, Context, Expected, Outcome, Result, UseCase, home::Subject, use_case::Decision};
use domain::{
    Need, Permission, ProductId, Time, WorkingSet,
    policy::Target,
    product::{self, Created, Product, ProductByKey, Updated},
    text::{Key, Name},
    variant::VariantsOf,
};
use persistence::{Page, PageRequest, ProductFilter};

impl App {
    /// The product, when it is there for the actor.
    pub async fn product(&self, context: &Context, id: ProductId) -> Result<Product> {
        self.find(id, context.actor.catalogues()).await
    }

    /// A page of products.
    pub async fn products(
        &self,
        context: &Context,
        filter: &ProductFilter,
        page: &PageRequest<Product>,
    ) -> Result<Page<Product>> {
        let catalogues = context.actor.catalogues();
        Ok(self.store.list(filter, page, catalogues).await?)
    }
}

/// Makes a product.
#[derive(Clone, Debug)]
pub struct CreateProduct {
    /// The id that it gets.
    pub id: ProductId,
    /// What it is.
    pub new: Created,
}

impl UseCase for CreateProduct {
    type Answer = Product;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::Realm(self.new.organization_id)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        let key = self.new.key.clone();
        vec![
            Need::Product(self.id),
            Need::from(ProductByKey(self.new.organization_id, key)),
        ]
        .into_iter()
        .chain(self.new.organization_id.map(Need::Organization))
        .collect()
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Product> {
        let target = Target::catalogue(self.new.organization_id);
        let permit = context.permit_in(Permission::ProductsCreate, &target)?;
        let facts = product::create(set, self.id, self.new.clone())?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Changes a product.
#[derive(Clone, Debug)]
pub struct UpdateProduct {
    /// Which product.
    pub id: ProductId,
    /// The version that it should have.
    pub expected: Expected,
    /// The key that it gets; without one it keeps its own.
    pub key: Option<Key>,
    /// The name that it gets.
    pub name: Name,
    /// The description that it gets.
    pub description: Option<String>,
}

impl UseCase for UpdateProduct {
    type Answer = Product;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let mut needs = vec![Need::Product(self.id)];
        if let (Some(product), Some(key)) = (set.get(self.id), &self.key) {
            needs.push(Need::from(ProductByKey(
                product.organization_id,
                key.clone(),
            )));
        }
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Product> {
        let product = set.existing(self.id)?;
        let permit = context.permit_to(Permission::ProductsUpdate, product)?;
        self.expected.check(product.version)?;
        let change = Updated {
            key: self.key.clone().unwrap_or_else(|| product.key.clone()),
            name: self.name.clone(),
            description: self.description.clone(),
        };
        let facts = product::update(set, product, change)?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Deletes a product and its variants.
#[derive(Clone, Debug)]
pub struct DeleteProduct {
    /// Which product.
    pub id: ProductId,
    /// The version that it should have.
    pub expected: Expected,
}

impl UseCase for DeleteProduct {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let mut needs = vec![Need::Product(self.id), Need::from(VariantsOf(self.id))];
        needs.extend(
            set.list(&VariantsOf(self.id))
                .into_iter()
                .map(Need::Variant),
        );
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<()> {
        let product = set.existing(self.id)?;
        let permit = context.permit_to(Permission::ProductsDelete, product)?;
        self.expected.check(product.version)?;
        let facts = product::delete(set, product)?;
        Ok(Outcome::done(permit, facts))
    }
}
