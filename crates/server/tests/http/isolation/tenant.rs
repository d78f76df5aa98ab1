//! The tenant that nobody else may reach, and what its ids name.

use crate::given::{self, plain, product_of, variant, variant_of};
use client::{AllocationUpdate, NewApiKey, NewOrganizationApiKey};
use domain::{Holder, OrganizationId, StationId, Target, UserId, user::Role};
use testkit::{
    TestApp,
    app::{Actor, SignedIn},
};
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
    Role,
    ApiKey,
    Session,
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
            "roles" => Self::Role,
            "api-keys" => Self::ApiKey,
            "sessions" => Self::Session,
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
            "roleId" => Self::Role,
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
    /// A member of it who came with a password, in a session.
    pub signed_in: SignedIn,
    /// A key of the organization itself.
    pub key: String,
    things: Vec<Thing>,
}

/// What its custom role grants.
const GRANTED: &str = "assignments.read";

impl Tenant {
    pub async fn new(app: &TestApp) -> Self {
        let organization = app.organization("first").await.id;
        let station = app.station(organization, "first-1").await.id;
        let home = Some((organization, "first"));
        let person = app.person("first-person", Role::Member, home, None).await;
        let mut new = NewOrganizationApiKey::new("first-key");
        new.organization_id = Some(organization);
        let made = app.super_admin().create_api_key(&new, &plain()).await;
        let made = made.unwrap().body;
        let mut tenant = Self {
            organization,
            partner: app.partner("first-partner", organization).await,
            operator: app.operator("first-operator", organization, station).await,
            member: app.member_of("first-member", organization).await,
            signed_in: app.sign_in(&person.login()).await,
            key: made.key.unwrap(),
            things: Vec::new(),
        };
        tenant.directory(station);
        tenant.licences(app, station).await;
        let home = Target::of(Some(OrganizationId(organization)));
        tenant.add(Kind::ApiKey, made.id, home);
        tenant.access(app, person.id).await;
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

    /// A custom role that its people have, keys of its own and of a member, a session, and somebody
    /// who is invited.
    async fn access(&mut self, app: &TestApp, person: Uuid) {
        let (admin, none) = (app.super_admin(), plain());
        let home = Target::of(Some(OrganizationId(self.organization)));
        let owned = |user: Uuid| Target {
            owner: Some(UserId(user)),
            ..home
        };
        let invited = given::person("first-invited");
        let invited = admin.create_organization_member(self.organization, &invited, &none);
        let invited = invited.await.unwrap().body.id;
        self.add(Kind::User, invited, owned(invited));
        let role = given::role(app, self.organization, "First", &[GRANTED])
            .await
            .id;
        for user in self.all(Kind::User) {
            given::grant(app, user.id, role).await;
        }
        let of_member = NewApiKey::new("of a member");
        let of_member = admin.create_user_api_key(self.member.id, &of_member, &none);
        let key = of_member.await.unwrap().body.id;
        let sessions = self.signed_in.list_sessions(&none).await.unwrap();
        let session = sessions.body.content[0].id;
        self.add(Kind::Role, role, home);
        self.add(Kind::ApiKey, key, owned(self.member.id));
        self.add(Kind::Session, session, owned(person));
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
