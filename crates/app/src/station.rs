//! Use cases of stations.

use crate::{
    App, Context, Expected, Outcome, Result, UseCase, assignment::freeing, home::Subject,
    use_case::Decision,
};
use domain::{
    Holder, Need, OrganizationId, Permission, Scope, StationId, Target, Time, WorkingSet,
    assignment::SeatsOf,
    place::{Coordinates, Country, TimeZone},
    station::{self, Created, OperationalStatus, Profile, Station, StationByCode},
    text::Name,
};
use persistence::{Page, PageRequest, StationFilter};
use serde_json::{Map, Value};

impl App {
    /// The station, when it is there for the actor; now, or as it was.
    pub async fn station(
        &self,
        context: &Context,
        id: StationId,
        as_of: Option<Time>,
    ) -> Result<Station> {
        let scope = context.actor.scope(Permission::StationsRead);
        self.find_as_of(id, scope, as_of).await
    }

    /// A page of stations, now or as they were.
    pub async fn stations(
        &self,
        context: &Context,
        filter: &StationFilter,
        page: &PageRequest<Station>,
        as_of: Option<Time>,
    ) -> Result<Page<Station>> {
        let scope = context.actor.scope(Permission::StationsRead);
        self.list_as_of(filter, page, scope, as_of).await
    }

    /// A page of the stations of an organization, when that is there for the actor.
    pub async fn organization_stations(
        &self,
        context: &Context,
        organization: OrganizationId,
        filter: StationFilter,
        page: &PageRequest<Station>,
        as_of: Option<Time>,
    ) -> Result<Page<Station>> {
        self.must_see_organization_of(context, Permission::StationsRead, organization, as_of)
            .await?;
        let filter = StationFilter {
            organization: Some(organization),
            ..filter
        };
        self.stations(context, &filter, page, as_of).await
    }
}

/// Makes a station.
#[derive(Clone, Debug)]
pub struct CreateStation {
    /// The id that it gets.
    pub id: StationId,
    /// What it is.
    pub new: Created,
}

impl UseCase for CreateStation {
    type Answer = Station;

    fn subjects(&self) -> Vec<Subject> {
        vec![self.new.organization_id.into()]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        let of = self.new.organization_id;
        vec![
            Need::Station(self.id),
            Need::Organization(of),
            Need::from(StationByCode(of, self.new.code.clone())),
        ]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Station> {
        let target = Target::of(Some(self.new.organization_id));
        let permit = context.permit_in(Permission::StationsCreate, &target)?;
        let facts = station::create(set, self.id, self.new.clone())?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Changes a station.
#[derive(Clone, Debug)]
pub struct UpdateStation {
    /// Which station.
    pub id: StationId,
    /// The version that it should have.
    pub expected: Expected,
    /// The name that it gets.
    pub name: Name,
    /// The address that it gets.
    pub address: Option<String>,
    /// Where it stands; without it, where it stood.
    pub coordinates: Option<Coordinates>,
    /// The time zone that it gets; without one it keeps its own.
    pub time_zone: Option<TimeZone>,
    /// The country that it gets; without one it keeps its own.
    pub country: Option<Country>,
    /// Whether it works.
    pub operational_status: OperationalStatus,
    /// The attributes that it gets.
    pub attributes: Map<String, Value>,
}

impl UpdateStation {
    fn change(&self, before: &Profile) -> Profile {
        let (time_zone, country) = (self.time_zone.clone(), self.country.clone());
        Profile {
            name: self.name.clone(),
            address: self.address.clone(),
            coordinates: self.coordinates.or(before.coordinates),
            time_zone: time_zone.unwrap_or_else(|| before.time_zone.clone()),
            country: country.unwrap_or_else(|| before.country.clone()),
            operational_status: self.operational_status,
            attributes: self.attributes.clone(),
        }
    }
}

impl UseCase for UpdateStation {
    type Answer = Station;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![Need::Station(self.id)]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Station> {
        let station = set.existing(self.id)?;
        let permission = Permission::StationsUpdate;
        let permit = context.permit_to(permission, station)?;
        self.expected.check(station.version)?;
        let runs_only_it = matches!(context.actor.scope(permission), Scope::Station(..));
        let facts = station::update(station, self.change(&station.profile), runs_only_it)?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Removes a station and frees its seats.
#[derive(Clone, Debug)]
pub struct DeleteStation {
    /// Which station.
    pub id: StationId,
    /// The version that it should have.
    pub expected: Expected,
}

impl UseCase for DeleteStation {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let holder = Holder::Station(self.id);
        let mut needs = vec![Need::Station(self.id), Need::from(SeatsOf(holder))];
        needs.extend(freeing(set, set.list(&SeatsOf(holder))));
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<()> {
        let station = set.existing(self.id)?;
        let permit = context.permit_to(Permission::StationsDelete, station)?;
        if station.not_removed().is_ok() {
            self.expected.check(station.version)?;
        }
        let facts = station::remove(set, station, now)?;
        Ok(Outcome::done(permit, facts))
    }
}
