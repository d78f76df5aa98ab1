//! A working set made of facts, and a short method for each thing that people do in it.
#![allow(dead_code, reason = "each test crate uses its part of it")]

pub mod role;
pub mod tenant;

use domain::{
    AssignmentId, Event, Fact, Holder, OrganizationId, ProductId, Realm, Refusal, StationId, Time,
    UserId, VariantId, WorkingSet,
    assignment::{self, Assignment, AssignmentPatch, AssignmentStatus, NewAssignment},
    limit,
    product::{self, Product},
    text::{Email, Key, Name},
    user::{self, Role, SuperAdmins, User, UserStatus},
    variant::{self, Variant},
};
use uuid::Uuid;

/// 2026-03-01T09:00:00Z, when every working set begins.
pub const START: Time = Time::from_micros(1_772_355_600_000_000);

/// The time `seconds` after the beginning.
pub fn after(seconds: i64) -> Time {
    START.plus_seconds(seconds)
}

/// The organization with this number.
pub fn organization(number: u128) -> OrganizationId {
    OrganizationId(Uuid::from_u128(number))
}

/// A name that is right.
pub fn name(text: &str) -> Name {
    Name::parse(text, "/name").unwrap()
}

/// A key that is right.
pub fn key(text: &str) -> Key {
    Key::parse(text, "/key").unwrap()
}

/// An email that is right.
pub fn email(text: &str) -> Email {
    Email::parse(text, "/email").unwrap()
}

/// Who can hold a seat, by any of its ids.
pub trait Holds: Copy {
    /// The holder.
    fn holder(self) -> Holder;
}

impl Holds for UserId {
    fn holder(self) -> Holder {
        Holder::User(self)
    }
}

impl Holds for StationId {
    fn holder(self) -> Holder {
        Holder::Station(self)
    }
}

impl Holds for Holder {
    fn holder(self) -> Holder {
        self
    }
}

/// A patch that only asks for a status.
pub fn to(status: AssignmentStatus) -> AssignmentPatch {
    AssignmentPatch {
        status: Some(status),
        ..AssignmentPatch::default()
    }
}

/// A patch that lets the seat go on for ever.
pub fn endless() -> AssignmentPatch {
    AssignmentPatch {
        ends_at: Some(None),
        ..AssignmentPatch::default()
    }
}

/// A working set that was folded from its first fact on, so that it knows every answer.
#[derive(Clone)]
pub struct Given {
    /// The working set as it is.
    pub set: WorkingSet,
    /// The time as it is.
    pub now: Time,
    /// Every fact so far, with its time and the version it gave.
    pub log: Vec<(Fact, Time, i64)>,
    /// The events about seats that ran out.
    pub reached: Vec<Event>,
    last_id: u128,
}

impl Given {
    /// A working set over the platform and the organizations 1 to 9, with nothing in it.
    pub fn empty() -> Self {
        let tenants = (1..10).map(|number| Some(organization(number)));
        let mut set = WorkingSet::over([None].into_iter().chain(tenants));
        set.put_answer(SuperAdmins, 0);
        Self {
            set,
            now: START,
            log: Vec::new(),
            reached: Vec::new(),
            last_id: 0x1000,
        }
    }

    /// An id that nothing has.
    pub fn id(&mut self) -> Uuid {
        self.last_id += 1;
        Uuid::from_u128(self.last_id)
    }

    /// Applies the facts of a decision, and the events about seats that run out with them.
    pub fn happen(&mut self, decided: Result<Vec<Fact>, Refusal>) -> Result<Vec<Event>, Refusal> {
        let facts = decided?;
        let events = facts.iter().map(|fact| fact.event.clone()).collect();
        let before = limit::Before::of(&self.set, &facts);
        self.apply(facts);
        let reached = before.reached(&self.set);
        self.reached
            .extend(reached.iter().map(|fact| fact.event.clone()));
        self.apply(reached);
        Ok(events)
    }

    fn apply(&mut self, facts: Vec<Fact>) {
        for fact in facts {
            let version = self.set.apply(&fact, self.now).unwrap();
            self.log.push((fact, self.now, version));
        }
    }

    /// The user as it is.
    pub fn user(&self, id: UserId) -> &User {
        self.set.get(id).unwrap()
    }

    /// The product as it is.
    pub fn product(&self, id: ProductId) -> &Product {
        self.set.get(id).unwrap()
    }

    /// The variant as it is.
    pub fn variant(&self, id: VariantId) -> &Variant {
        self.set.get(id).unwrap()
    }

    /// The assignment as it is.
    pub fn seat(&self, id: AssignmentId) -> &Assignment {
        self.set.get(id).unwrap()
    }
}

/// People.
impl Given {
    /// An active member of the platform realm.
    pub fn member(&mut self) -> UserId {
        self.member_of(None)
    }

    /// An active member of the organization.
    pub fn member_of(&mut self, organization: Realm) -> UserId {
        self.person(Role::Member, UserStatus::Active, organization, None)
    }

    /// An active super admin.
    pub fn super_admin(&mut self) -> UserId {
        self.person(Role::SuperAdmin, UserStatus::Active, None, None)
    }

    /// Any user, with an email of its own.
    pub fn person(
        &mut self,
        role: Role,
        status: UserStatus,
        organization_id: Realm,
        station_id: Option<StationId>,
    ) -> UserId {
        self.found(organization_id);
        let id = UserId(self.id());
        let new = user::Created {
            email: email(&format!("u{}@example.com", self.last_id)),
            display_name: name("Ada"),
            role,
            status,
            organization_id,
            station_id,
            password: None,
        };
        self.happen(user::create(&self.set, id, new)).unwrap();
        id
    }

    /// The system activates the user.
    pub fn activate(&mut self, id: UserId) -> Result<Vec<Event>, Refusal> {
        self.happen(user::activate(self.user(id)))
    }

    /// The system deactivates the user.
    pub fn deactivate(&mut self, id: UserId) -> Result<Vec<Event>, Refusal> {
        self.happen(user::deactivate(&self.set, None, self.user(id)))
    }

    /// The system deletes the user.
    pub fn delete_user(&mut self, id: UserId) -> Result<Vec<Event>, Refusal> {
        self.happen(user::delete(&self.set, None, self.user(id), self.now))
    }

    /// The system erases who the user was.
    pub fn erase(&mut self, id: UserId) -> Result<Vec<Event>, Refusal> {
        self.happen(user::erase(self.user(id)))
    }
}

/// The catalogue.
impl Given {
    /// A product of the organization, or of the platform.
    pub fn product_of(&mut self, organization_id: Realm) -> ProductId {
        self.found(organization_id);
        let id = ProductId(self.id());
        let new = product::Created {
            organization_id,
            key: key(&format!("p{}", self.last_id)),
            name: name("Flight school"),
            description: None,
        };
        self.happen(product::create(&self.set, id, new)).unwrap();
        id
    }

    /// A variant of a new product of the platform.
    pub fn seats(&mut self, capacity: Option<i32>) -> VariantId {
        let product = self.product_of(None);
        self.variant_of(product, capacity)
    }

    /// A variant of the product.
    pub fn variant_of(&mut self, product: ProductId, capacity: Option<i32>) -> VariantId {
        let id = VariantId(self.id());
        let new = variant::Updated {
            key: key(&format!("v{}", self.last_id)),
            name: name("Pro"),
            capacity,
            attributes: serde_json::Map::new(),
        };
        let product = self.product(product);
        self.happen(variant::create(&self.set, id, product, new))
            .unwrap();
        id
    }

    /// Gives the variant another capacity.
    pub fn resize(&mut self, id: VariantId, capacity: Option<i32>) -> Result<Vec<Event>, Refusal> {
        let variant = self.variant(id);
        let change = variant::Updated {
            key: variant.key.clone(),
            name: variant.name.clone(),
            capacity,
            attributes: variant.attributes.clone(),
        };
        self.happen(variant::update(&self.set, variant, change, self.now))
    }
}

/// Seats.
impl Given {
    /// The platform assigns a seat at once and for ever.
    pub fn assign(
        &mut self,
        holder: impl Holds,
        variant: VariantId,
    ) -> Result<AssignmentId, Refusal> {
        self.assign_for(holder, variant, None, None)
    }

    /// The platform assigns a seat for a time.
    pub fn assign_for(
        &mut self,
        holder: impl Holds,
        variant_id: VariantId,
        starts_at: Option<Time>,
        ends_at: Option<Time>,
    ) -> Result<AssignmentId, Refusal> {
        let new = NewAssignment {
            holder: holder.holder(),
            variant_id,
            starts_at,
            ends_at,
            note: None,
        };
        self.assign_as(new, true)
    }

    /// The holder's partner assigns a seat at once and for ever.
    pub fn assign_by_partner(
        &mut self,
        holder: impl Holds,
        variant: VariantId,
    ) -> Result<AssignmentId, Refusal> {
        self.assign_as(seat_for(holder, variant), false)
    }

    fn assign_as(
        &mut self,
        new: NewAssignment,
        for_platform: bool,
    ) -> Result<AssignmentId, Refusal> {
        let id = AssignmentId(self.id());
        let decided = assignment::assign(&self.set, id, new, for_platform, self.now);
        self.happen(decided)?;
        Ok(id)
    }

    /// The platform changes the assignment.
    pub fn patch(
        &mut self,
        id: AssignmentId,
        patch: AssignmentPatch,
    ) -> Result<Vec<Event>, Refusal> {
        let decided = assignment::patch(&self.set, self.seat(id), patch, true, self.now);
        self.happen(decided)
    }

    /// The holder's partner changes the assignment.
    pub fn patch_by_partner(
        &mut self,
        id: AssignmentId,
        patch: AssignmentPatch,
    ) -> Result<Vec<Event>, Refusal> {
        let decided = assignment::patch(&self.set, self.seat(id), patch, false, self.now);
        self.happen(decided)
    }

    /// Gives the seat back.
    pub fn revoke(&mut self, id: AssignmentId) -> Vec<Event> {
        let fact = assignment::revoke(self.seat(id), self.now);
        self.happen(Ok(fact.into_iter().collect())).unwrap()
    }
}

/// A seat at once and for ever.
pub fn seat_for(holder: impl Holds, variant_id: VariantId) -> NewAssignment {
    NewAssignment {
        holder: holder.holder(),
        variant_id,
        starts_at: None,
        ends_at: None,
        note: None,
    }
}
