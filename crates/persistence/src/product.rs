//! The table of products.

use crate::{
    Page, PageRequest, SortField, Store, StoreError, StoreResult,
    kernel::Lookup,
    page::{self, contains},
    tally,
    user::realm,
};
use domain::{
    Catalogues, OrganizationId, ProductId, Time,
    product::{Product, ProductByKey},
    text::{Key, Name},
};
use sea_orm::{
    ActiveValue::Set,
    entity::prelude::*,
    sea_query::{ExprTrait, Func, SimpleExpr},
};

/// A product as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "products")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The organization, or nil for the platform: null would not be unique.
    pub realm: Uuid,
    pub organization_id: Option<Uuid>,
    pub product_key: String,
    pub name: String,
    pub description: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
}

/// SeaORM asks for it; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A product from its row, or what is wrong with the row.
pub(crate) fn state(row: Model) -> StoreResult<Product> {
    let damaged = |what: &str| StoreError::damaged(what, row.id);
    Ok(Product {
        id: ProductId(row.id),
        organization_id: row.organization_id.map(OrganizationId),
        key: Key::parse(&row.product_key, "").map_err(|_| damaged("key of product"))?,
        name: Name::parse(&row.name, "").map_err(|_| damaged("name of product"))?,
        description: row.description,
        created_at: Time::from_micros(row.created_at),
        updated_at: Time::from_micros(row.updated_at),
        version: row.version,
    })
}

/// The row of a product.
pub(crate) fn row(product: &Product) -> ActiveModel {
    ActiveModel {
        id: Set(product.id.0),
        realm: Set(realm(product.organization_id)),
        organization_id: Set(product.organization_id.map(|id| id.0)),
        product_key: Set(product.key.as_str().to_owned()),
        name: Set(product.name.as_str().to_owned()),
        description: Set(product.description.clone()),
        created_at: Set(product.created_at.micros()),
        updated_at: Set(product.updated_at.micros()),
        version: Set(product.version),
    }
}

/// The column that says whose a row is.
pub(crate) const REALM: Option<Column> = Some(Column::Realm);

impl Lookup for ProductByKey {
    fn condition(&self) -> SimpleExpr {
        let realm = Column::Realm.eq(realm(self.0));
        realm.and(Column::ProductKey.eq(self.1.as_str()))
    }
}

/// Which products to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductFilter {
    /// With this key.
    pub key: Option<String>,
    /// Of this organization.
    pub organization: Option<OrganizationId>,
    /// With this text in key or name.
    pub text: Option<String>,
}

impl Store {
    /// The product, when it is there for the reader.
    pub async fn product(
        &self,
        id: ProductId,
        catalogues: Catalogues,
    ) -> StoreResult<Option<Product>> {
        let query = visible(Entity::find_by_id(id.0), catalogues);
        query.one(&self.read).await?.map(state).transpose()
    }

    /// A page of products.
    pub async fn products(
        &self,
        filter: &ProductFilter,
        page: &PageRequest,
        catalogues: Catalogues,
    ) -> StoreResult<Page<Product>> {
        let query = visible(select(filter), catalogues);
        let kept = if *filter == ProductFilter::default() && catalogues == Catalogues::All {
            Some(tally::products(&self.read).await?)
        } else {
            None
        };
        page::fetch(&self.read, query, page, column, kept, state).await
    }
}

fn visible(query: Select<Entity>, catalogues: Catalogues) -> Select<Entity> {
    let of_platform = Column::OrganizationId.is_null();
    match catalogues {
        Catalogues::All => query,
        Catalogues::SeenBy(None) => query.filter(of_platform),
        Catalogues::SeenBy(Some(id)) => {
            query.filter(of_platform.or(Column::OrganizationId.eq(id.0)))
        }
    }
}

fn select(filter: &ProductFilter) -> Select<Entity> {
    let mut query = Entity::find();
    if let Some(key) = &filter.key {
        query = query.filter(Column::ProductKey.eq(key.as_str()));
    }
    if let Some(organization) = filter.organization {
        query = query.filter(Column::OrganizationId.eq(organization.0));
    }
    if let Some(text) = &filter.text {
        let name = Expr::expr(Func::lower(Expr::col(Column::Name)));
        let key = Expr::expr(Func::lower(Expr::col(Column::ProductKey)));
        query = query.filter(name.like(contains(text)).or(key.like(contains(text))));
    }
    query
}

fn column(field: SortField) -> Column {
    match field {
        SortField::Key => Column::ProductKey,
        SortField::Name => Column::Name,
        _ => Column::CreatedAt,
    }
}
