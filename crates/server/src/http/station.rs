//! Handlers of stations.

use super::{
    Http, context,
    enums::{ToContract, ToDomain},
    etag,
    faults::Faults,
    page::{self, framed},
    problem::answer,
    timestamp,
};
use app::{StationFilter, station as command};
use async_trait::async_trait;
use contract::{
    Call, Coordinates, CreateStationParams, CreateStationReply, DeleteStationParams,
    DeleteStationReply, FreeObject, GetStationParams, GetStationReply,
    ListOrganizationStationsParams, ListOrganizationStationsReply, ListStationsParams,
    ListStationsReply, NewStation, Problem, Station, StationUpdate, StationsApi,
    UpdateStationParams, UpdateStationReply,
};
use domain::{
    Invalid, OrganizationId, StationId,
    place::{self, Country, TimeZone},
    station as domain_station,
    text::{Key, Name},
};

#[async_trait]
impl StationsApi for Http {
    async fn list_organization_stations(
        &self,
        call: Call,
        params: ListOrganizationStationsParams,
    ) -> Result<ListOrganizationStationsReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let filter = StationFilter {
            status: params.operational_status.map(ToDomain::to_domain),
            text: params.q,
            ..StationFilter::default()
        };
        let (context, of) = (context(&call)?, OrganizationId(params.id));
        let as_of = self.as_of(params.as_of)?;
        let found = answer(
            self.app
                .organization_stations(&context, of, filter, &request, as_of),
        )
        .await?;
        let (body, link) = framed!(PageStation, &call, &request, &found, view);
        Ok(ListOrganizationStationsReply::ok(body, link))
    }

    async fn create_station(
        &self,
        call: Call,
        params: CreateStationParams,
        body: NewStation,
    ) -> Result<CreateStationReply, Problem> {
        let case = command::CreateStation {
            id: StationId(self.app.clock().new_id()),
            new: created(OrganizationId(params.id), body)?,
        };
        let made = self.run(&call, case).await?;
        let location = format!("/api/v1/stations/{}", made.id);
        let tag = etag::of(made.version);
        Ok(CreateStationReply::created(view(&made), location, tag))
    }

    async fn list_stations(
        &self,
        call: Call,
        params: ListStationsParams,
    ) -> Result<ListStationsReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let filter = StationFilter {
            organization: params.organization_id.map(OrganizationId),
            code: params.code,
            status: params.operational_status.map(ToDomain::to_domain),
            country: params.country,
            text: params.q,
        };
        let (context, as_of) = (context(&call)?, self.as_of(params.as_of)?);
        let found = answer(self.app.stations(&context, &filter, &request, as_of)).await?;
        let (body, link) = framed!(PageStation, &call, &request, &found, view);
        Ok(ListStationsReply::ok(body, link))
    }

    async fn get_station(
        &self,
        call: Call,
        params: GetStationParams,
    ) -> Result<GetStationReply, Problem> {
        let (id, as_of) = (StationId(params.id), self.as_of(params.as_of)?);
        let found = answer(self.app.station(&context(&call)?, id, as_of)).await?;
        if as_of.is_some() {
            return Ok(GetStationReply::ok(view(&found), None));
        }
        let tag = etag::of(found.version);
        Ok(etag::conditional(
            &call,
            tag,
            GetStationReply::not_modified,
            |tag| GetStationReply::ok(view(&found), Some(tag)),
        ))
    }

    async fn update_station(
        &self,
        call: Call,
        params: UpdateStationParams,
        body: StationUpdate,
    ) -> Result<UpdateStationReply, Problem> {
        let expected = etag::expected(call.if_match.as_deref());
        let case = updated(StationId(params.id), expected, body)?;
        let made = self.run(&call, case).await?;
        Ok(UpdateStationReply::ok(view(&made), etag::of(made.version)))
    }

    async fn delete_station(
        &self,
        call: Call,
        params: DeleteStationParams,
    ) -> Result<DeleteStationReply, Problem> {
        let case = command::DeleteStation {
            id: StationId(params.id),
            expected: etag::expected(call.if_match.as_deref()),
        };
        self.run(&call, case).await?;
        Ok(DeleteStationReply::no_content())
    }
}

fn coordinates(given: Option<Coordinates>) -> Result<Option<place::Coordinates>, Invalid> {
    let point = |at: Coordinates| {
        place::Coordinates::from_degrees(at.latitude, at.longitude, "/coordinates")
    };
    given.map(point).transpose()
}

fn created(
    organization_id: OrganizationId,
    body: NewStation,
) -> Result<domain_station::Created, Problem> {
    let mut faults = Faults::default();
    let (Some(code), Some(name), Some(time_zone), Some(country), Some(coordinates)) = (
        faults.keep(Key::parse(&body.code, "/code")),
        faults.keep(Name::parse(&body.name, "/name")),
        faults.keep(TimeZone::parse(&body.time_zone, "/timeZone")),
        faults.keep(Country::parse(&body.country, "/country")),
        faults.keep(coordinates(body.coordinates)),
    ) else {
        return Err(faults.problem());
    };
    let status = body.operational_status.map(ToDomain::to_domain);
    let profile = domain_station::Profile {
        name,
        address: body.address,
        coordinates,
        time_zone,
        country,
        operational_status: status.unwrap_or(domain_station::OperationalStatus::Available),
        attributes: body.attributes.map(|free| free.0).unwrap_or_default(),
    };
    Ok(domain_station::Created {
        organization_id,
        code,
        profile,
    })
}

fn updated(
    id: StationId,
    expected: app::Expected,
    body: StationUpdate,
) -> Result<command::UpdateStation, Problem> {
    let mut faults = Faults::default();
    let zone = body.time_zone.as_deref();
    let zone = zone.map(|zone| TimeZone::parse(zone, "/timeZone"));
    let country = body.country.as_deref();
    let country = country.map(|country| Country::parse(country, "/country"));
    let (Some(name), Some(time_zone), Some(country), Some(coordinates)) = (
        faults.keep(Name::parse(&body.name, "/name")),
        faults.keep(zone.transpose()),
        faults.keep(country.transpose()),
        faults.keep(coordinates(body.coordinates)),
    ) else {
        return Err(faults.problem());
    };
    Ok(command::UpdateStation {
        id,
        expected,
        name,
        address: body.address,
        coordinates,
        time_zone,
        country,
        operational_status: body.operational_status.to_domain(),
        attributes: body.attributes.map(|free| free.0).unwrap_or_default(),
    })
}

fn view(station: &domain_station::Station) -> Station {
    let profile = &station.profile;
    Station {
        id: station.id.0,
        organization_id: station.organization_id.0,
        code: station.code.as_str().to_owned(),
        name: profile.name.as_str().to_owned(),
        address: profile.address.clone(),
        coordinates: profile.coordinates.map(|point| {
            let (latitude, longitude) = point.degrees();
            Coordinates {
                latitude,
                longitude,
            }
        }),
        time_zone: profile.time_zone.as_str().to_owned(),
        country: profile.country.as_str().to_owned(),
        operational_status: profile.operational_status.to_contract(),
        attributes: FreeObject(profile.attributes.clone()),
        created_at: timestamp(station.created_at),
        updated_at: timestamp(station.updated_at),
        version: station.version,
    }
}
