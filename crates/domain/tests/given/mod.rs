//! A world made of facts, and one short word for each thing that people do in it.
#![allow(dead_code, reason = "each test crate uses its part of it")]

use domain::{
    AssignmentId, Event, Fact, OrganizationId, ProductId, Refusal, StationId, Time, UserId,
    VariantId, World,
    assignment::{self, Assignment, AssignmentPatch, NewAssignment},
    product::{self, Product},
    text::{Email, Key, Name},
    user::{self, Role, User, UserStatus},
    variant::{self, Variant},
};
use uuid::Uuid;

/// 2026-03-01T09:00:00Z, when every world begins.
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

/// A world that was folded from its first fact on, so that it knows every answer.
pub struct Given {
    /// The world as it is.
    pub world: World,
    /// The time as it is.
    pub now: Time,
    /// Every fact so far, with its time and the version it gave.
    pub log: Vec<(Fact, Time, i64)>,
    last_id: u128,
}

impl Given {
    /// A world with nothing in it.
    pub fn empty() -> Self {
        let mut world = World::default();
        world.put_super_admins(0);
        Self {
            world,
            now: START,
            log: Vec::new(),
            last_id: 0x1000,
        }
    }

    /// An id that nothing has.
    pub fn id(&mut self) -> Uuid {
        self.last_id += 1;
        Uuid::from_u128(self.last_id)
    }

    /// Lets the facts of a decision happen.
    pub fn happen(&mut self, decided: Result<Vec<Fact>, Refusal>) -> Result<Vec<Event>, Refusal> {
        let facts = decided?;
        let events = facts.iter().map(|fact| fact.event.clone()).collect();
        for fact in facts {
            let version = self.world.apply(&fact, self.now).unwrap();
            self.log.push((fact, self.now, version));
        }
        Ok(events)
    }

    /// The user as it is.
    pub fn user(&self, id: UserId) -> &User {
        self.world.user(id).unwrap()
    }

    /// The product as it is.
    pub fn product(&self, id: ProductId) -> &Product {
        self.world.product(id).unwrap()
    }

    /// The variant as it is.
    pub fn variant(&self, id: VariantId) -> &Variant {
        self.world.variant(id).unwrap()
    }

    /// The assignment as it is.
    pub fn seat(&self, id: AssignmentId) -> &Assignment {
        self.world.assignment(id).unwrap()
    }
}

/// People.
impl Given {
    /// An active member of the platform realm.
    pub fn member(&mut self) -> UserId {
        self.member_of(None)
    }

    /// An active member of the organization.
    pub fn member_of(&mut self, organization: Option<OrganizationId>) -> UserId {
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
        organization_id: Option<OrganizationId>,
        station_id: Option<StationId>,
    ) -> UserId {
        let id = UserId(self.id());
        let new = user::Created {
            email: email(&format!("u{}@example.com", self.last_id)),
            display_name: name("Ada"),
            role,
            status,
            organization_id,
            station_id,
        };
        self.happen(user::create(&self.world, id, new)).unwrap();
        id
    }

    /// The system activates the user.
    pub fn activate(&mut self, id: UserId) -> Result<Vec<Event>, Refusal> {
        self.happen(user::activate(self.user(id)))
    }

    /// The system deactivates the user.
    pub fn deactivate(&mut self, id: UserId) -> Result<Vec<Event>, Refusal> {
        self.happen(user::deactivate(&self.world, None, self.user(id)))
    }

    /// The system deletes the user.
    pub fn delete_user(&mut self, id: UserId) -> Result<Vec<Event>, Refusal> {
        self.happen(user::delete(&self.world, None, self.user(id), self.now))
    }
}

/// The catalogue.
impl Given {
    /// A product of the organization, or of the platform.
    pub fn product_of(&mut self, organization_id: Option<OrganizationId>) -> ProductId {
        let id = ProductId(self.id());
        let new = product::Created {
            organization_id,
            key: key(&format!("p{}", self.last_id)),
            name: name("Flight school"),
            description: None,
        };
        self.happen(product::create(&self.world, id, new)).unwrap();
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
        self.happen(variant::create(&self.world, id, product, new))
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
        self.happen(variant::update(&self.world, variant, change, self.now))
    }
}

/// Seats.
impl Given {
    /// Assigns a seat at once and for ever.
    pub fn assign(&mut self, user: UserId, variant: VariantId) -> Result<AssignmentId, Refusal> {
        self.assign_for(user, variant, None, None)
    }

    /// Assigns a seat for a time.
    pub fn assign_for(
        &mut self,
        user_id: UserId,
        variant_id: VariantId,
        starts_at: Option<Time>,
        ends_at: Option<Time>,
    ) -> Result<AssignmentId, Refusal> {
        let id = AssignmentId(self.id());
        let new = NewAssignment {
            user_id,
            variant_id,
            starts_at,
            ends_at,
            note: None,
        };
        self.happen(assignment::assign(&self.world, id, new, self.now))?;
        Ok(id)
    }

    /// Changes the assignment.
    pub fn patch(
        &mut self,
        id: AssignmentId,
        patch: AssignmentPatch,
    ) -> Result<Vec<Event>, Refusal> {
        let decided = assignment::patch(&self.world, self.seat(id), patch, self.now);
        self.happen(decided)
    }

    /// Gives the seat back.
    pub fn revoke(&mut self, id: AssignmentId) -> Vec<Event> {
        let fact = assignment::revoke(self.seat(id), self.now);
        self.happen(Ok(fact.into_iter().collect())).unwrap()
    }
}
