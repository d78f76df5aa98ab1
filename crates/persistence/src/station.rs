//! The table of stations.

use crate::{
    Page, PageRequest, SortField, Store, StoreError, StoreResult,
    kernel::Lookup,
    page::{self, contains},
};
use domain::{
    OrganizationId, Scope, StationId, Time,
    place::{Coordinates, Country, TimeZone},
    station::{OperationalStatus, Profile, Station, StationByCode},
    text::{Key, Name},
};
use sea_orm::{
    ActiveValue::Set,
    entity::prelude::*,
    sea_query::{ExprTrait, Func, SimpleExpr},
};

/// A station as a row; times are microseconds, coordinates millionths of a degree.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub code: String,
    pub name: String,
    pub address: Option<String>,
    pub latitude: Option<i32>,
    pub longitude: Option<i32>,
    pub time_zone: String,
    pub country: String,
    pub operational_status: String,
    /// A JSON object.
    pub attributes: String,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
}

/// SeaORM asks for it; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A station from its row, or what is wrong with the row.
pub(crate) fn state(row: Model) -> StoreResult<Station> {
    let damaged = |what: &str| StoreError::damaged(what, row.id);
    let status = OperationalStatus::parse(&row.operational_status);
    let attributes = serde_json::from_str(&row.attributes);
    let coordinates = match row.latitude.zip(row.longitude) {
        Some((latitude, longitude)) => {
            let point = Coordinates::from_micro_degrees(latitude, longitude);
            Some(point.ok_or_else(|| damaged("coordinates of station"))?)
        }
        None => None,
    };
    let profile = Profile {
        name: Name::parse(&row.name, "").map_err(|_| damaged("name of station"))?,
        address: row.address,
        coordinates,
        time_zone: TimeZone::parse(&row.time_zone, "")
            .map_err(|_| damaged("time zone of station"))?,
        country: Country::parse(&row.country, "").map_err(|_| damaged("country of station"))?,
        operational_status: status.ok_or_else(|| damaged("status of station"))?,
        attributes: attributes.map_err(|_| damaged("attributes of station"))?,
    };
    Ok(Station {
        id: StationId(row.id),
        organization_id: OrganizationId(row.organization_id),
        code: Key::parse(&row.code, "").map_err(|_| damaged("code of station"))?,
        profile,
        created_at: Time::from_micros(row.created_at),
        updated_at: Time::from_micros(row.updated_at),
        version: row.version,
    })
}

/// The row of a station.
pub(crate) fn row(station: &Station) -> ActiveModel {
    let profile = &station.profile;
    let attributes = serde_json::Value::Object(profile.attributes.clone()).to_string();
    let point = profile.coordinates.map(Coordinates::micro_degrees);
    ActiveModel {
        id: Set(station.id.0),
        organization_id: Set(station.organization_id.0),
        code: Set(station.code.as_str().to_owned()),
        name: Set(profile.name.as_str().to_owned()),
        address: Set(profile.address.clone()),
        latitude: Set(point.map(|(latitude, _)| latitude)),
        longitude: Set(point.map(|(_, longitude)| longitude)),
        time_zone: Set(profile.time_zone.as_str().to_owned()),
        country: Set(profile.country.as_str().to_owned()),
        operational_status: Set(profile.operational_status.as_str().to_owned()),
        attributes: Set(attributes),
        created_at: Set(station.created_at.micros()),
        updated_at: Set(station.updated_at.micros()),
        version: Set(station.version),
    }
}

/// The column that says whose a row is.
pub(crate) const REALM: Option<Column> = Some(Column::OrganizationId);

impl Lookup for StationByCode {
    fn condition(&self) -> SimpleExpr {
        let of = Column::OrganizationId.eq(self.0.0);
        of.and(Column::Code.eq(self.1.as_str()))
    }
}

/// Which stations to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StationFilter {
    /// Of this organization.
    pub organization: Option<OrganizationId>,
    /// With this code.
    pub code: Option<String>,
    /// In this status; without one, all but the removed.
    pub status: Option<OperationalStatus>,
    /// In this country.
    pub country: Option<String>,
    /// With this text in code, name or address.
    pub text: Option<String>,
}

impl Store {
    /// The station, when it is there for the reader.
    pub async fn station(&self, id: StationId, scope: Scope) -> StoreResult<Option<Station>> {
        let query = visible(Entity::find_by_id(id.0), scope);
        query.one(&self.read).await?.map(state).transpose()
    }

    /// A page of stations.
    pub async fn stations(
        &self,
        filter: &StationFilter,
        page: &PageRequest,
        scope: Scope,
    ) -> StoreResult<Page<Station>> {
        let query = visible(asked(fixed(filter), filter), scope);
        page::fetch(&self.read, query, page, column, None, state).await
    }
}

pub(crate) fn visible(query: Select<Entity>, scope: Scope) -> Select<Entity> {
    match scope {
        Scope::Everything => query,
        Scope::Organization(id) => query.filter(Column::OrganizationId.eq(id.0)),
        Scope::Station(organization, id) => query
            .filter(Column::OrganizationId.eq(organization.0))
            .filter(Column::Id.eq(id.0)),
        Scope::Own(_) => page::nothing(query),
    }
}

/// By what never changes.
pub(crate) fn fixed(filter: &StationFilter) -> Select<Entity> {
    let mut query = Entity::find();
    if let Some(organization) = filter.organization {
        query = query.filter(Column::OrganizationId.eq(organization.0));
    }
    if let Some(code) = &filter.code {
        query = query.filter(Column::Code.eq(code.as_str()));
    }
    query
}

/// By what may change.
pub(crate) fn asked(query: Select<Entity>, filter: &StationFilter) -> Select<Entity> {
    let mut query = match filter.status {
        Some(status) => query.filter(Column::OperationalStatus.eq(status.as_str())),
        None => query.filter(Column::OperationalStatus.ne(OperationalStatus::Removed.as_str())),
    };
    if let Some(country) = &filter.country {
        query = query.filter(Column::Country.eq(country.as_str()));
    }
    if let Some(text) = &filter.text {
        let like = |column: Column| {
            let lower = Expr::expr(Func::lower(Expr::col(column)));
            lower.like(contains(text))
        };
        let any = like(Column::Code)
            .or(like(Column::Name))
            .or(like(Column::Address));
        query = query.filter(any);
    }
    query
}

pub(crate) fn column(field: SortField) -> Column {
    match field {
        SortField::Code => Column::Code,
        SortField::Name => Column::Name,
        _ => Column::CreatedAt,
    }
}
