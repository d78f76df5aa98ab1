//! The tenant that nobody else may reach, and what its ids name.

use crate::given::{plain, product_of, variant, variant_of};
use client::AllocationUpdate;
use domain::{Holder, OrganizationId, StationId, Target, UserId};
use testkit::{TestApp, app::Actor};
use uuid::Uuid;

/// What an id in a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Organization,
    Station,
    User,
    Product,
    Variant,
    Pool,
    Assignment,
}

impl Kind {
    /// What the placeholder after this part of a path names.
    pub fn after(part: &str) -> Self {
        match part {
            "organizations" => Self::Organization,
            "stations" => Self::Station,
            "users" => Self::User,
            "products" => Self::Product,
            "variants" => Self::Variant,
            "allocations" => Self::Pool,
            "assignments" => Self::Assignment,
            _ => panic!("say here what the id after /{part}/ names, and give the tenant one of it"),
        }
    }

    /// What a field or a filter of this name names.
    pub fn of_field(name: &str) -> Option<Self> {
        Some(match name {
            "organizationId" => Self::Organization,
            "stationId" => Self::Station,
            "userId" | "actor" => Self::User,
            "productId" => Self::Product,
            "productVariantId" | "variantId" => Self::Variant,
            name if name.ends_with("Id") => panic!("say here what the field {name} names"),
            _ => return None,
        })
    }
}

/// Something of the tenant, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Thing {
    pub kind: Kind,
    pub id: Uuid,
    pub target: Target,
}

/// The first tenant, with something of every kind.
pub struct Tenant {
    pub organization: Uuid,
    pub partner: Actor,
    pub operator: Actor,
    pub member: Actor,
    things: Vec<Thing>,
}

impl Tenant {
    pub async fn new(app: &TestApp) -> Self {
        let organization = app.organization("first").await.id;
        let station = app.station(organization, "first-1").await.id;
        let mut tenant = Self {
            organization,
            partner: app.partner("first-partner", organization).await,
            operator: app.operator("first-operator", organization, station).await,
            member: app.member_of("first-member", organization).await,
            things: Vec::new(),
        };
        tenant.directory(station);
        tenant.licences(app, station).await;
        tenant
    }

    fn directory(&mut self, station: Uuid) {
        let home = Target::of(Some(OrganizationId(self.organization)));
        let at_station = Target {
            station: Some(StationId(station)),
            ..home
        };
        let owned = |target: Target, user: &Actor| Target {
            owner: Some(UserId(user.id)),
            ..target
        };
        let (partner, member) = (owned(home, &self.partner), owned(home, &self.member));
        let operator = owned(at_station, &self.operator);
        self.add(Kind::Organization, self.organization, home);
        self.add(Kind::Station, station, at_station);
        self.add(Kind::User, self.member.id, member);
        self.add(Kind::User, self.partner.id, partner);
        self.add(Kind::User, self.operator.id, operator);
    }

    /// A product of its own, a pool of the platform's catalogue, and seats of both.
    async fn licences(&mut self, app: &TestApp, station: Uuid) {
        let (of, admin) = (self.organization, app.super_admin());
        let home = Target::of(Some(OrganizationId(of)));
        let product = product_of(app, "first-product", of).await;
        let own = variant_of(app, product, Some(9)).await.id;
        let pooled = variant(app, Some(9)).await.id;
        let seats = AllocationUpdate { seats: 5 };
        let pool = admin.put_allocation(of, pooled, &seats, &plain()).await;
        pool.unwrap();
        let catalogue = Target::catalogue(home.organization);
        self.add(Kind::Product, product, catalogue);
        self.add(Kind::Variant, own, catalogue);
        self.add(Kind::Pool, pooled, home);
        for (holder, variant) in [
            (Holder::User(UserId(self.member.id)), own),
            (Holder::Station(StationId(station)), pooled),
        ] {
            let new = match holder {
                Holder::User(id) => testkit::seat(id.0, variant),
                Holder::Station(id) => testkit::station_seat(id.0, variant),
            };
            let seat = admin.create_assignment(&new, &plain()).await.unwrap().body;
            let target = Target {
                station: holder.station(),
                owner: holder.user(),
                ..home
            };
            self.add(Kind::Assignment, seat.id, target);
        }
    }

    fn add(&mut self, kind: Kind, id: Uuid, target: Target) {
        self.things.push(Thing { kind, id, target });
    }

    pub fn things(&self) -> &[Thing] {
        &self.things
    }

    /// The things of the kind.
    pub fn all(&self, kind: Kind) -> Vec<Thing> {
        let all = self.things.iter().filter(|thing| thing.kind == kind);
        all.copied().collect()
    }
}
