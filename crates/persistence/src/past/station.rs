//! Stations as they were.

use super::{Past, order::Key};
use crate::{
    Page, PageRequest, SortField, StationFilter, Store, StoreResult,
    station::{Column, Entity, asked, column, fixed, visible},
};
use domain::{
    Scope, StationId, Time,
    station::{OperationalStatus, Station},
};
use sea_orm::entity::prelude::*;

impl Past for Station {
    const CREATED: Column = Column::CreatedAt;
    const UPDATED: Column = Column::UpdatedAt;

    fn updated_at(&self) -> Time {
        self.updated_at
    }

    fn key(&self, field: SortField) -> Key {
        match field {
            SortField::Code => Key::Text(Some(self.code.as_str().to_owned())),
            SortField::Name => Key::Text(Some(self.profile.name.as_str().to_owned())),
            _ => Key::Time(self.created_at),
        }
    }

    fn column(field: SortField) -> Column {
        column(field)
    }
}

impl Store {
    /// The station as it was, when it was there and is there for the reader.
    pub async fn station_as_of(
        &self,
        id: StationId,
        scope: Scope,
        at: Time,
    ) -> StoreResult<Option<Station>> {
        super::one(&self.read, visible(Entity::find_by_id(id.0), scope), at).await
    }

    /// A page of stations as they were.
    pub async fn stations_as_of(
        &self,
        filter: &StationFilter,
        page: &PageRequest,
        scope: Scope,
        at: Time,
    ) -> StoreResult<Page<Station>> {
        let query = visible(fixed(filter), scope);
        let asked = |query| asked(query, filter);
        let lets = |station: &Station| lets(filter, station);
        super::page(self, query, asked, lets, page, at).await
    }
}

/// Whether the filter lets a station through by what changes, as its queries do.
fn lets(filter: &StationFilter, station: &Station) -> bool {
    let profile = &station.profile;
    let wanted = match filter.status {
        Some(status) => profile.operational_status == status,
        None => profile.operational_status != OperationalStatus::Removed,
    };
    let in_country = |country: &String| profile.country.as_str() == country;
    let has_text = |text: &String| {
        let text = text.to_lowercase();
        let address = profile.address.as_deref().unwrap_or_default();
        let texts = [station.code.as_str(), profile.name.as_str(), address];
        texts.iter().any(|one| one.to_lowercase().contains(&text))
    };
    wanted
        && filter.country.as_ref().is_none_or(in_country)
        && filter.text.as_ref().is_none_or(has_text)
}
