//! The table of products.

use crate::{
    StoreError, StoreResult,
    kernel::Lookup,
    query::{Readable, Sort, Terms, fields, filters, folded_lines},
    tally,
    user::realm,
};
use domain::{
    Catalogues, OrganizationId, ProductId, Time,
    product::{Product, ProductByKey},
    text::{Key, Name, folded},
};
use sea_orm::{
    ActiveValue::Set,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
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
    /// Key and name, folded, to be searched in.
    pub search_text: Option<String>,
}

/// Required by SeaORM; no query follows a relation.
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
        search_text: Set(Some(search_text(product))),
    }
}

/// The column of the realm that a row belongs to, if there is one.
pub(crate) const REALM: Option<Column> = Some(Column::Realm);

impl Lookup for ProductByKey {
    fn condition(&self) -> SimpleExpr {
        let realm = Column::Realm.eq(realm(self.0));
        realm.and(Column::ProductKey.eq(self.1.as_str()))
    }
}

fn search_text(product: &Product) -> String {
    folded_lines([product.key.as_str(), product.name.as_str()])
}

fields! { Product:
    ORGANIZATION = "organizationId" at Column::Realm, |one| realm(one.organization_id), fixed;
    KEY = "key" at Column::ProductKey, |one| one.key.as_str(), fixed;
    NAME = "name" at Column::Name, |one| one.name.as_str();
    TEXT = "q" at Column::SearchText, |one| search_text(one), in_form(folded);
    CREATED = "createdAt" at Column::CreatedAt, |one| one.created_at, fixed;
}

filters! {
    /// Which products to list.
    ProductFilter of Product {
        /// With this key.
        key: Option<String> => KEY.equal().scanning(
            "keys are unique in a catalogue, and who asks across them looks at few products"
        ),
        /// Of this organization.
        organization: Option<OrganizationId> => ORGANIZATION.equal(),
        /// With this text in key or name.
        text: Option<String> => TEXT.contains().scanning("any part of a text may be asked for"),
    }
}

impl Readable for Product {
    type Reader = Catalogues;
    type Filter = ProductFilter;

    const SORTS: &'static [Sort<Self>] = &[
        CREATED.sort(),
        KEY.sort().scanning(FEW),
        NAME.sort().scanning(FEW),
    ];

    fn visible(catalogues: Catalogues) -> Terms<Self> {
        ORGANIZATION.in_catalogues(catalogues, |of| realm(of).into())
    }

    async fn kept_total(
        connection: &impl ConnectionTrait,
        filter: &ProductFilter,
        catalogues: Catalogues,
    ) -> StoreResult<Option<i64>> {
        match *filter == ProductFilter::default() && catalogues == Catalogues::All {
            true => tally::products(connection).await.map(Some),
            false => Ok(None),
        }
    }
}

/// Why no index is sorted along.
const FEW: &str = "a catalogue has few products";
