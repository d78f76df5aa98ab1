//! The table of stations.

use crate::{
    Past, StoreError, StoreResult,
    kernel::Lookup,
    query::{Field, Readable, Sort, Terms, fields, filters, folded_lines},
};
use domain::{
    OrganizationId, Scope, StationId, Time,
    place::{Coordinates, Country, TimeZone},
    station::{OperationalStatus, Profile, Station, StationByCode},
    text::{Key, Name, folded},
};
use sea_orm::{
    ActiveValue::Set,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
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
    /// Code, name and address, folded, to be searched in.
    pub search_text: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
}

/// Required by SeaORM; no query follows a relation.
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
        search_text: Set(Some(search_text(station))),
        created_at: Set(station.created_at.micros()),
        updated_at: Set(station.updated_at.micros()),
        version: Set(station.version),
    }
}

/// The column of the realm that a row belongs to, if there is one.
pub(crate) const REALM: Option<Column> = Some(Column::OrganizationId);

impl Lookup for StationByCode {
    fn condition(&self) -> SimpleExpr {
        let of = Column::OrganizationId.eq(self.0.0);
        of.and(Column::Code.eq(self.1.as_str()))
    }
}

fn search_text(station: &Station) -> String {
    let address = station.profile.address.as_deref().unwrap_or_default();
    folded_lines([
        station.code.as_str(),
        station.profile.name.as_str(),
        address,
    ])
}

fields! { Station:
    ID = "id" at Column::Id, |one| one.id, fixed;
    ORGANIZATION = "organizationId" at Column::OrganizationId, |one| one.organization_id, fixed;
    CODE = "code" at Column::Code, |one| one.code.as_str(), fixed;
    NAME = "name" at Column::Name, |one| one.profile.name.as_str();
    COUNTRY = "country" at Column::Country, |one| one.profile.country.as_str();
    STATUS = "operationalStatus" at Column::OperationalStatus, |one| one.profile.operational_status;
    TEXT = "q" at Column::SearchText, |one| search_text(one), in_form(folded);
    CREATED = "createdAt" at Column::CreatedAt, |one| one.created_at, fixed;
    UPDATED = "updatedAt" at Column::UpdatedAt, |one| one.updated_at;
}

filters! {
    /// Which stations to list.
    StationFilter of Station {
        /// Of this organization.
        organization: Option<OrganizationId> => ORGANIZATION.equal(),
        /// With this code.
        code: Option<String> => CODE.equal().scanning(
            "codes are unique in an organization, and who asks without one looks at few stations"
        ),
        /// In this status; without one, all but the removed.
        status: Option<OperationalStatus> => STATUS.equal()
            .or_all_but(OperationalStatus::Removed.as_str())
            .scanning("most stations are in the same status"),
        /// In this country.
        country: Option<String> => COUNTRY.equal().scanning("many stations are in the same country"),
        /// With this text in code, name or address.
        text: Option<String> => TEXT.contains().scanning("any part of a text may be asked for"),
    }
}

impl Readable for Station {
    type Reader = Scope;
    type Filter = StationFilter;

    const SORTS: &'static [Sort<Self>] = &[
        CREATED.sort(),
        CODE.sort().scanning("an organization has few stations"),
        NAME.sort().scanning("an organization has few stations"),
    ];

    fn visible(scope: Scope) -> Terms<Self> {
        match scope {
            Scope::Everything => Terms::all(),
            Scope::Organization(id) => ORGANIZATION.is(id),
            Scope::Station(organization, id) => ORGANIZATION.is(organization).and(ID.is(id)),
            Scope::Own(_) => Terms::nothing(ID),
        }
    }
}

impl Past for Station {
    const CREATED: Field<Self> = CREATED;
    const UPDATED: Field<Self> = UPDATED;
}
