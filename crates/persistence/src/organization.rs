//! The table of organizations.

use crate::{
    Store, StoreError, StoreResult,
    kernel::Lookup,
    query::{Readable, Sort, Terms, fields, filters, folded_lines},
};
use domain::{
    OrganizationId, Scope, Time,
    organization::{Organization, OrganizationBySlug, OrganizationStatus},
    settings::Settings,
    text::{Name, Slug, folded},
};
use sea_orm::{ActiveValue::Set, QuerySelect, entity::prelude::*, sea_query::SimpleExpr};
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
    /// Name and slug, folded, to be searched in.
    pub search_text: Option<String>,
}

/// Required by SeaORM; no query follows a relation.
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
        search_text: Set(Some(search_text(organization))),
    }
}

/// The column of the realm that a row belongs to, if there is one.
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

/// Origins of pages that may call from a browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedOrigins {
    /// Those that are allowed.
    pub origins: HashSet<String>,
    /// Organizations whose settings cannot be read.
    pub unreadable: BTreeSet<OrganizationId>,
}

/// The part of the settings of an organization that is read here.
#[derive(Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Origins {
    allowed_origins: Vec<String>,
}

impl Store {
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
}

fn search_text(organization: &Organization) -> String {
    folded_lines([organization.name.as_str(), organization.slug.as_str()])
}

fields! { Organization:
    ID = "id" at Column::Id, |one| one.id, fixed;
    NAME = "name" at Column::Name, |one| one.name.as_str();
    SLUG = "slug" at Column::Slug, |one| one.slug.as_str();
    STATUS = "status" at Column::Status, |one| one.status;
    TEXT = "q" at Column::SearchText, |one| search_text(one), in_form(folded);
    CREATED = "createdAt" at Column::CreatedAt, |one| one.created_at, fixed;
}

filters! {
    /// Which organizations to list.
    OrganizationFilter of Organization {
        /// With this slug.
        slug: Option<String> => SLUG.equal(),
        /// In this status; without one, all but the deleted.
        status: Option<OrganizationStatus> => STATUS.equal()
            .or_all_but(OrganizationStatus::Deleted.as_str())
            .scanning("most organizations are in the same status"),
        /// With this text in name or slug.
        text: Option<String> => TEXT.contains().scanning("any part of a text may be asked for"),
    }
}

impl Readable for Organization {
    type Reader = Scope;
    type Filter = OrganizationFilter;

    const SORTS: &'static [Sort<Self>] = &[
        CREATED.sort().scanning("there are few organizations"),
        NAME.sort().scanning("there are few organizations"),
        SLUG.sort().scanning("there are few organizations"),
    ];

    fn visible(scope: Scope) -> Terms<Self> {
        ID.of_organization(scope)
    }
}
