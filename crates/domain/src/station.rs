//! The sites of organizations.

use crate::{
    Event, Fact, Holder, Invalid, OrganizationId, Realm, Refusal, StationId, Time, WorkingSet,
    assignment,
    assignment::SeatsOf,
    attributes,
    kernel::{Question, Resource},
    named::named,
    organization,
    place::{Coordinates, Country, TimeZone},
    policy::Target,
    text::{Key, Name},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

named! {
    /// Whether a station works.
    OperationalStatus {
        /// It works.
        Available = "AVAILABLE",
        /// It does not work now.
        OutOfService = "OUT_OF_SERVICE",
        /// It is not built yet.
        Planned = "PLANNED",
        /// It is gone for good; kept for history.
        Removed = "REMOVED",
    }
}

/// A site: a charging station, an airline's base.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Station {
    /// Its id.
    pub id: StationId,
    /// Its organization, for ever.
    pub organization_id: OrganizationId,
    /// Unique in the organization, also among stations that are removed.
    pub code: Key,
    /// What it is and where.
    pub profile: Profile,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// The number of its facts.
    pub version: i64,
}

impl Resource for Station {
    fn realm(&self) -> Realm {
        Some(self.organization_id)
    }

    fn target(&self) -> Target {
        Target {
            station: Some(self.id),
            ..Target::of(Some(self.organization_id))
        }
    }

    fn evolve(state: Option<Self>, id: StationId, event: &Event, at: Time) -> Option<Self> {
        if let Event::StationCreated(new) = event {
            return state.is_none().then(|| Station {
                id,
                organization_id: new.organization_id,
                code: new.code.clone(),
                profile: new.profile.clone(),
                created_at: at,
                updated_at: at,
                version: 1,
            });
        }
        let mut station = state.filter(|known| known.not_removed().is_ok())?;
        match event {
            Event::StationUpdated(change) => station.profile = change.clone(),
            Event::StationRemoved {} => {
                station.profile.operational_status = OperationalStatus::Removed;
            }
            _ => return None,
        }
        station.updated_at = at;
        station.version += 1;
        Some(station)
    }

    fn station(&self) -> Option<StationId> {
        Some(self.id)
    }

    fn memory(&self) -> usize {
        attributes::memory(&self.profile.attributes)
    }

    fn begin(&self, set: &mut WorkingSet) {
        set.put_answer(SeatsOf(Holder::Station(self.id)), BTreeSet::new());
    }
}

/// Which station of the organization has this code, or had it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StationByCode(pub OrganizationId, pub Key);

impl Question for StationByCode {
    type Of = Station;
    type Answer = Option<StationId>;

    fn about(station: &Station) -> Option<Self> {
        Some(Self(station.organization_id, station.code.clone()))
    }
}

/// What can change of a station.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The name for people.
    pub name: Name,
    /// The postal address.
    pub address: Option<String>,
    /// Where it stands.
    pub coordinates: Option<Coordinates>,
    /// The time zone that its people live in.
    pub time_zone: TimeZone,
    /// The country that it stands in.
    pub country: Country,
    /// Whether it works.
    pub operational_status: OperationalStatus,
    /// Free JSON of the customer's own.
    pub attributes: Map<String, Value>,
}

impl Station {
    /// Whether it can still be changed and take a seat.
    pub fn not_removed(&self) -> Result<(), Refusal> {
        match self.profile.operational_status {
            OperationalStatus::Removed => Err(Refusal::StationRemoved),
            _ => Ok(()),
        }
    }
}

/// A station was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Its organization, for ever.
    pub organization_id: OrganizationId,
    /// Its code, for ever.
    pub code: Key,
    /// What it is and where.
    #[serde(flatten)]
    pub profile: Profile,
}

/// Makes a station.
pub fn create(set: &WorkingSet, id: StationId, new: Created) -> Result<Vec<Fact>, Refusal> {
    organization::open_realm(set, Some(new.organization_id))?;
    never_by_a_change(&new.profile)?;
    attributes::fits(None, &new.profile.attributes)?;
    if set
        .find(&StationByCode(new.organization_id, new.code.clone()))
        .is_some()
    {
        return Err(Refusal::DuplicateKey);
    }
    Ok(vec![Event::StationCreated(new).of(id.0)])
}

/// Changes a station. An operator only changes its operational fields: name, address, operational
/// status and attributes (D3).
pub fn update(
    station: &Station,
    change: Profile,
    operational_only: bool,
) -> Result<Vec<Fact>, Refusal> {
    station.not_removed()?;
    never_by_a_change(&change)?;
    let before = &station.profile;
    attributes::fits(Some(&before.attributes), &change.attributes)?;
    let moves = before.coordinates != change.coordinates
        || before.time_zone != change.time_zone
        || before.country != change.country;
    if operational_only && moves {
        return Err(Refusal::forbidden(
            "the caller may change name, address, operational status and attributes of the station only",
        ));
    }
    if *before == change {
        return Ok(Vec::new());
    }
    Ok(vec![Event::StationUpdated(change).of(station.id.0)])
}

/// Removes a station and frees its seats. A removed station stays as it is.
pub fn remove(set: &WorkingSet, station: &Station, now: Time) -> Result<Vec<Fact>, Refusal> {
    if station.not_removed().is_err() {
        return Ok(Vec::new());
    }
    let mut facts = assignment::free(set, Holder::Station(station.id), now)?;
    facts.push(Event::StationRemoved {}.of(station.id.0));
    Ok(facts)
}

/// Removing frees seats, so it is a command of its own.
fn never_by_a_change(profile: &Profile) -> Result<(), Refusal> {
    match profile.operational_status {
        OperationalStatus::Removed => {
            let message = "a station is removed by DELETE";
            Err(Invalid::new("/operationalStatus", "REMOVED", message).into())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "what is parsed is right")]
impl crate::event::Samples for Station {
    fn samples() -> Vec<Event> {
        use crate::event::tests::{attributes, id, key, name};
        let planned = Profile {
            name: name("Harbour"),
            address: Some("1 Quay".to_owned()),
            coordinates: Coordinates::from_micro_degrees(53_545_000, 9_966_000),
            time_zone: TimeZone::parse("Europe/Berlin", "").unwrap(),
            country: Country::parse("DE", "").unwrap(),
            operational_status: OperationalStatus::Planned,
            attributes: attributes(),
        };
        vec![
            Event::StationCreated(Created {
                organization_id: OrganizationId(id(1)),
                code: key("HAM-1"),
                profile: planned,
            }),
            Event::StationUpdated(Profile {
                name: name("Airport"),
                address: None,
                coordinates: None,
                time_zone: TimeZone::parse("America/Argentina/Ushuaia", "").unwrap(),
                country: Country::parse("AR", "").unwrap(),
                operational_status: OperationalStatus::OutOfService,
                attributes: Map::new(),
            }),
            Event::StationRemoved {},
        ]
    }
}
