//! The table of organizations.

use crate::{
    Page, PageRequest, SortField, Store, StoreError, StoreResult,
    kernel::Lookup,
    page::{self, contains},
};
use domain::{
    OrganizationId, Scope, Time,
    organization::{Organization, OrganizationBySlug, OrganizationStatus},
    settings::Settings,
    text::{Name, Slug},
};
use sea_orm::{
    ActiveValue::Set,
    QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, Func, SimpleExpr},
};
use std::collections::{BTreeSet, HashSet};

/// An organization as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub slug: String,
    pub status: String,
    pub authz_epoch: i64,
    /// A JSON object; null when nothing was ever set.
    pub settings: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
}

/// SeaORM asks for it; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An organization from its row, or what is wrong with the row.
pub(crate) fn state(row: Model) -> StoreResult<Organization> {
    let damaged = |what: &str| StoreError::damaged(what, row.id);
    let status = OrganizationStatus::parse(&row.status);
    let settings = row.settings.as_deref().map(serde_json::from_str);
    let settings = settings.transpose().map(Option::unwrap_or_default);
    Ok(Organization {
        id: OrganizationId(row.id),
        name: Name::parse(&row.name, "").map_err(|_| damaged("name of organization"))?,
        slug: Slug::parse(&row.slug, "").map_err(|_| damaged("slug of organization"))?,
        status: status.ok_or_else(|| damaged("status of organization"))?,
        settings: settings.map_err(|_| damaged("settings of organization"))?,
        authz_epoch: row.authz_epoch,
        created_at: Time::from_micros(row.created_at),
        updated_at: Time::from_micros(row.updated_at),
        version: row.version,
    })
}

/// The row of an organization.
pub(crate) fn row(organization: &Organization) -> ActiveModel {
    ActiveModel {
        id: Set(organization.id.0),
        name: Set(organization.name.as_str().to_owned()),
        slug: Set(organization.slug.as_str().to_owned()),
        status: Set(organization.status.as_str().to_owned()),
        settings: Set(settings(&organization.settings)),
        authz_epoch: Set(organization.authz_epoch),
        created_at: Set(organization.created_at.micros()),
        updated_at: Set(organization.updated_at.micros()),
        version: Set(organization.version),
    }
}

/// The column that says whose a row is.
pub(crate) const REALM: Option<Column> = None;

impl Lookup for OrganizationBySlug {
    fn condition(&self) -> SimpleExpr {
        Column::Slug.eq(self.0.as_str())
    }
}

fn settings(settings: &Settings) -> Option<String> {
    let set = *settings != Settings::default();
    set.then(|| serde_json::to_string(settings).unwrap_or_default())
}

/// Which organizations to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationFilter {
    /// With this slug.
    pub slug: Option<String>,
    /// In this status; without one, all but the deleted.
    pub status: Option<OrganizationStatus>,
    /// With this text in name or slug.
    pub text: Option<String>,
}

/// Origins of pages that may call from a browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedOrigins {
    /// Those that are allowed.
    pub origins: HashSet<String>,
    /// Organizations whose settings cannot be read.
    pub unreadable: BTreeSet<OrganizationId>,
}

/// What is read of the settings of an organization: the rest is of no matter here.
#[derive(Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Origins {
    allowed_origins: Vec<String>,
}

impl Store {
    /// The organization, when it is there for the reader.
    pub async fn organization(
        &self,
        id: OrganizationId,
        scope: Scope,
    ) -> StoreResult<Option<Organization>> {
        let query = visible(Entity::find_by_id(id.0), scope);
        query.one(&self.read).await?.map(state).transpose()
    }

    /// The origins that organizations which work let call from browsers. Of one whose settings cannot
    /// be read none may, and it is named.
    pub async fn allowed_origins(&self) -> StoreResult<AllowedOrigins> {
        let set: Vec<(Uuid, Option<String>)> = Entity::find()
            .select_only()
            .column(Column::Id)
            .column(Column::Settings)
            .filter(Column::Status.eq(OrganizationStatus::Active.as_str()))
            .filter(Column::Settings.is_not_null())
            .into_tuple()
            .all(&self.read)
            .await?;
        let mut allowed = AllowedOrigins::default();
        for (id, settings) in set {
            let settings = serde_json::from_str(settings.as_deref().unwrap_or("{}"));
            match settings {
                Ok(Origins { allowed_origins }) => allowed.origins.extend(allowed_origins),
                Err(_) => drop(allowed.unreadable.insert(OrganizationId(id))),
            }
        }
        Ok(allowed)
    }

    /// A page of organizations.
    pub async fn organizations(
        &self,
        filter: &OrganizationFilter,
        page: &PageRequest,
        scope: Scope,
    ) -> StoreResult<Page<Organization>> {
        let query = visible(select(filter), scope);
        page::fetch(&self.read, query, page, column, None, state).await
    }
}

fn visible(query: Select<Entity>, scope: Scope) -> Select<Entity> {
    match scope {
        Scope::Everything => query,
        Scope::Organization(id) => query.filter(Column::Id.eq(id.0)),
        Scope::Station(..) | Scope::Own(_) => page::nothing(query),
    }
}

fn select(filter: &OrganizationFilter) -> Select<Entity> {
    let mut query = Entity::find();
    query = match filter.status {
        Some(status) => query.filter(Column::Status.eq(status.as_str())),
        None => query.filter(Column::Status.ne(OrganizationStatus::Deleted.as_str())),
    };
    if let Some(slug) = &filter.slug {
        query = query.filter(Column::Slug.eq(slug.as_str()));
    }
    if let Some(text) = &filter.text {
        let name = Expr::expr(Func::lower(Expr::col(Column::Name)));
        let slug = Expr::col(Column::Slug);
        query = query.filter(name.like(contains(text)).or(slug.like(contains(text))));
    }
    query
}

fn column(field: SortField) -> Column {
    match field {
        SortField::Name => Column::Name,
        SortField::Slug => Column::Slug,
        _ => Column::CreatedAt,
    }
}
