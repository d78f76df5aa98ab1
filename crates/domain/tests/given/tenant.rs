//! Organizations, their stations and their pools.

use super::{Given, after, key, name, organization};
use domain::{
    AllocationId, AssignmentId, Event, Fact, Need, OrganizationId, PoolId, Realm, Refusal,
    SeatPool, StationId, VariantId, WorkingSet,
    allocation::{self, Allocation, AllocationTo, NewIds},
    assignment::{Assignment, AssignmentStatus, CountedAt, DueSeats, SeatsOutsidePool},
    organization::{self, Organization},
    place::{Coordinates, Country, TimeZone},
    pool::{self, Pool, PoolOf},
    station::{self, OperationalStatus, Profile, Station},
    text::Slug,
    user::SuperAdmins,
};

/// A slug that is right.
pub fn slug(text: &str) -> Slug {
    Slug::parse(text, "/slug").unwrap()
}

/// The refusal for an actor without a pool to give seats out of.
pub const NO_POOL: Refusal = Refusal::CapacityExceeded {
    capacity: 0,
    active: 0,
    next_free_at: None,
};

/// What a station can be.
pub fn site(status: OperationalStatus) -> Profile {
    Profile {
        name: name("Harbour"),
        address: Some("1 Quay".to_owned()),
        coordinates: Coordinates::from_micro_degrees(53_545_000, 9_966_000),
        time_zone: TimeZone::parse("Europe/Berlin", "/timeZone").unwrap(),
        country: Country::parse("DE", "/country").unwrap(),
        operational_status: status,
        attributes: serde_json::Map::new(),
    }
}

/// Organizations.
impl Given {
    /// Makes the organization of the realm when it is used for the first time.
    pub fn found(&mut self, realm: Realm) {
        let Some(id) = realm else { return };
        if self.set.get(id).is_some() {
            return;
        }
        let new = organization::Created {
            name: name("Volt"),
            slug: slug(&format!("o{}", id.0.as_u128())),
        };
        let decided = organization::create(&self.set, id, new);
        self.happen(decided).unwrap();
    }

    /// The organization with this number, made when it is used for the first time.
    pub fn tenant(&mut self, number: u128) -> OrganizationId {
        self.found(Some(organization(number)));
        organization(number)
    }

    /// The organization as it is.
    pub fn organization(&self, id: OrganizationId) -> &Organization {
        self.set.get(id).unwrap()
    }

    /// The platform deletes the organization.
    pub fn delete_organization(&mut self, id: OrganizationId) -> Result<Vec<Event>, Refusal> {
        let decided = organization::delete(&self.set, self.organization(id), self.now);
        self.happen(decided)
    }
}

/// Stations.
impl Given {
    /// A station of the organization that works, with a code of its own.
    pub fn station_of(&mut self, organization: OrganizationId) -> StationId {
        self.found(Some(organization));
        let code = format!("S{}", self.log.len());
        self.build(organization, &code).unwrap()
    }

    /// Makes a station with this code.
    pub fn build(&mut self, of: OrganizationId, code: &str) -> Result<StationId, Refusal> {
        let id = StationId(self.id());
        let new = station::Created {
            organization_id: of,
            code: key(code),
            profile: site(OperationalStatus::Available),
        };
        self.happen(station::create(&self.set, id, new))?;
        Ok(id)
    }

    /// The station as it is.
    pub fn station(&self, id: StationId) -> &Station {
        self.set.get(id).unwrap()
    }

    /// Its partner removes the station.
    pub fn remove(&mut self, id: StationId) -> Result<Vec<Event>, Refusal> {
        self.happen(station::remove(&self.set, self.station(id), self.now))
    }
}

/// Pools.
impl Given {
    /// The platform gives the organization this many seats of the variant.
    pub fn give(
        &mut self,
        of: OrganizationId,
        variant: VariantId,
        seats: i32,
    ) -> Result<Vec<Event>, Refusal> {
        let new = NewIds {
            allocation: AllocationId(self.id()),
            pool: PoolId(self.id()),
        };
        let decided = self.decide_to_give(of, variant, seats, new);
        self.happen(decided)
    }

    /// The decision about a pool, over all that it needs to know and no more, as a store reads it.
    pub fn decide_to_give(
        &self,
        of: OrganizationId,
        variant: VariantId,
        seats: i32,
        new: NewIds,
    ) -> Result<Vec<Fact>, Refusal> {
        let seat_pool = |realm| Need::from(DueSeats(SeatPool { variant, realm }));
        let mut part = self.set.part(&[
            Need::Organization(of),
            Need::Variant(variant),
            Need::from(PoolOf(of, variant)),
            Need::from(AllocationTo(of, variant)),
            seat_pool(None),
            seat_pool(Some(of)),
        ]);
        part.put_answer(
            SeatsOutsidePool(of, variant),
            CountedAt::new(self.outside_pool(of, variant), self.now),
        );
        let row = self.variant(variant);
        allocation::put(&part, of, row, seats, new, self.now)
    }

    /// Counts the seats that the organization holds of the platform's and that are not over.
    pub fn outside_pool(&self, of: OrganizationId, variant: VariantId) -> i64 {
        outside_pool(&self.set, of, variant, self.now)
    }

    /// The organization, or the platform, gives the pool back.
    pub fn give_back(
        &mut self,
        of: OrganizationId,
        variant: VariantId,
    ) -> Result<Vec<Event>, Refusal> {
        let decided = pool::give_back(&self.set, self.pool(of, variant), self.now);
        self.happen(decided)
    }

    /// The pool as it is.
    pub fn pool(&self, of: OrganizationId, variant: VariantId) -> &Pool {
        self.set.found(&PoolOf(of, variant)).unwrap()
    }

    /// The platform's side of the pool as it is.
    pub fn allocation(&self, of: OrganizationId, variant: VariantId) -> &Allocation {
        self.set.found(&AllocationTo(of, variant)).unwrap()
    }

    /// The pool of a new organization, of a new variant of the platform.
    pub fn a_pool(&mut self, capacity: Option<i32>, seats: i32) -> (OrganizationId, VariantId) {
        let (home, variant) = (self.tenant(1), self.seats(capacity));
        self.give(home, variant, seats).unwrap();
        (home, variant)
    }

    /// An active member of the organization who holds a seat for a minute from now.
    pub fn minute(&mut self, home: OrganizationId, variant: VariantId) -> AssignmentId {
        let user = self.member_of(Some(home));
        let end = self.now.plus_seconds(60);
        self.assign_for(user, variant, None, Some(end)).unwrap()
    }

    /// A station of a new organization, with a pool of a new variant of the platform.
    pub fn at_a_station(seats: i32) -> (Self, OrganizationId, StationId, VariantId) {
        let mut given = Self::empty();
        let (home, variant) = given.a_pool(Some(9), seats);
        let hamburg = given.station_of(home);
        (given, home, hamburg, variant)
    }

    /// A seat that the platform itself gave to an organization, that is over and that nobody swept;
    /// and then a pool of that many seats.
    pub fn lapsed_beside_a_pool(seats: i32) -> (Self, OrganizationId, VariantId, AssignmentId) {
        let mut given = Self::empty();
        let (home, variant) = (given.tenant(1), given.seats(Some(9)));
        let seat = given.minute(home, variant);
        given.a_minute_later();
        given.give(home, variant, seats).unwrap();
        (given, home, variant, seat)
    }

    /// The same working set, of which only these logs are held.
    pub fn holding<const N: usize>(&self, realms: [Realm; N]) -> WorkingSet {
        let mut set = WorkingSet::over(realms);
        set.put_answer(SuperAdmins, self.set.number(&SuperAdmins));
        for (fact, at, _) in &self.log {
            set.apply(fact, *at).unwrap();
        }
        set
    }

    /// A minute after the beginning, when the seats of [`Given::minute`] are over.
    pub fn a_minute_later(&mut self) {
        self.now = after(60);
    }
}

/// Counts the seats that the organization holds of the platform's and that are not over.
pub fn outside_pool(
    rows: &WorkingSet,
    of: OrganizationId,
    variant: VariantId,
    now: domain::Time,
) -> i64 {
    let seats = rows.all::<Assignment>().into_values();
    let held = seats.filter(|seat| {
        seat.status == AssignmentStatus::Active
            && !seat.is_due(now)
            && (seat.organization_id, seat.realm) == (Some(of), None)
            && seat.variant_id == variant
    });
    held.count() as i64
}
