//! The tenant that nobody else may reach, and what its ids name.

use super::{
    operations,
    service::{self, Actor, Home, Service, Session},
};
use crate::Failure;
use domain::{
    Holder, OrganizationId, Permission, Realm, ResourceKind, StationId, Target, UserId, user::Role,
};
use serde_json::json;
use uuid::Uuid;

/// What an id in a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A resource that events tell of.
    Of(ResourceKind),
    /// What is on its way to a webhook.
    Delivery,
}

impl Kind {
    /// What the placeholder after this part of a path names.
    pub fn after(part: &str) -> Result<Self, Failure> {
        let of = |kind: &&ResourceKind| operations::collection(**kind) == part;
        match (part, ResourceKind::ALL.iter().find(of)) {
            ("deliveries", _) => Ok(Self::Delivery),
            (_, Some(kind)) => Ok(Self::Of(*kind)),
            _ => Err(format!("say here what the id after /{part}/ names").into()),
        }
    }

    /// What a field or a filter of this name names.
    pub fn of_field(name: &str) -> Result<Option<Self>, Failure> {
        let kind = match name {
            "actor" => "user",
            "productVariantId" => "variant",
            "deliveryId" => return Ok(Some(Self::Delivery)),
            // Whoever asks says what it is.
            "requestId" => return Ok(None),
            _ => match name.strip_suffix("Id") {
                Some(kind) => kind,
                None => return Ok(None),
            },
        };
        let mut all = ResourceKind::ALL.iter().copied();
        let found = all.find(|one| one.as_str() == kind).map(Self::Of);
        let unknown = || format!("say here what the field {name} names");
        Ok(Some(found.ok_or_else(unknown)?))
    }
}

/// Something of the tenant, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thing {
    pub kind: Kind,
    pub id: Uuid,
    pub target: Target,
}

/// The first tenant, with something of every kind.
pub struct Tenant {
    pub(super) organization: Uuid,
    pub(super) partner: Actor,
    pub(super) operator: Actor,
    pub(super) member: Actor,
    /// A member of it who came with a password.
    pub(super) signed_in: Session,
    /// A key of the organization itself.
    pub(super) key: String,
    things: Vec<Thing>,
}

/// The slug of the tenant.
pub(super) const SLUG: &str = "first";

/// What its custom role grants.
const GRANTED: Permission = Permission::AssignmentsRead;

impl Tenant {
    /// Makes it.
    ///
    /// # Errors
    /// When the service refuses.
    pub async fn new(service: &Service<'_>) -> Result<Self, Failure> {
        let organization = service.organization(SLUG).await?;
        let of = Some(organization);
        let station = service.station(organization, "first-1").await?;
        let at = Some(station);
        let home = Home {
            id: organization,
            slug: SLUG,
        };
        let made = service
            .organization_key(organization, "first-key", None)
            .await?;
        let mut tenant = Self {
            organization,
            partner: service
                .actor("first-partner", (Role::Partner, of, None))
                .await?,
            operator: service
                .actor("first-operator", (Role::Operator, of, at))
                .await?,
            member: service
                .actor("first-member", (Role::Member, of, None))
                .await?,
            signed_in: service.session("first-person", home, Role::Member).await?,
            key: made.secret,
            things: Vec::new(),
        };
        tenant.directory(station);
        tenant.licences(service, station).await?;
        let home = Target::of(Some(OrganizationId(organization)));
        tenant.add(Kind::Of(ResourceKind::ApiKey), made.id, home);
        tenant.access(service).await?;
        tenant.webhook(service).await?;
        tenant.others(service).await?;
        Ok(tenant)
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
        self.add(
            Kind::Of(ResourceKind::Organization),
            self.organization,
            home,
        );
        self.add(Kind::Of(ResourceKind::Station), station, at_station);
        self.add(Kind::Of(ResourceKind::User), self.member.id, member);
        self.add(Kind::Of(ResourceKind::User), self.partner.id, partner);
        self.add(Kind::Of(ResourceKind::User), self.operator.id, operator);
    }

    /// A product of its own, a pool of the platform's catalogue, and seats of both.
    async fn licences(&mut self, service: &Service<'_>, station: Uuid) -> Result<(), Failure> {
        let of = self.organization;
        let home = Target::of(Some(OrganizationId(of)));
        let product = service.product("first-product", Some(of)).await?;
        let own = service.variant(product).await?;
        let shared = service.product("catalogue-product", None).await?;
        let pooled = service.variant(shared).await?;
        let pool = format!("/organizations/{of}/allocations/{pooled}");
        let seats = json!({"seats": 5});
        service.by_admin("PUT", &pool, Some(seats)).await?;
        let catalogue = Target::catalogue(home.organization);
        self.add(Kind::Of(ResourceKind::Product), product, catalogue);
        self.add(Kind::Of(ResourceKind::Variant), own, catalogue);
        self.add(Kind::Of(ResourceKind::Pool), pooled, home);
        for (holder, variant) in [
            (Holder::User(UserId(self.member.id)), own),
            (Holder::Station(StationId(station)), pooled),
        ] {
            let (owner, station) = (holder.user(), holder.station());
            let new = json!({
                "userId": owner.map(|id| id.0),
                "stationId": station.map(|id| id.0),
                "productVariantId": variant,
            });
            let seat = service.post("/assignments", new).await?;
            let target = Target {
                station,
                owner,
                ..home
            };
            self.add(
                Kind::Of(ResourceKind::Assignment),
                service::id(&seat)?,
                target,
            );
        }
        Ok(())
    }

    /// A custom role that its people have, keys of its own and of a member, a session, and somebody
    /// who is invited.
    async fn access(&mut self, service: &Service<'_>) -> Result<(), Failure> {
        let home = Target::of(Some(OrganizationId(self.organization)));
        let owned = |user: Uuid| Target {
            owner: Some(UserId(user)),
            ..home
        };
        let invited = json!({"email": "first-invited@example.com", "displayName": "Invited"});
        let target = format!("/organizations/{}/users/members", self.organization);
        let invited = service::id(&service.post(&target, invited).await?)?;
        self.add(Kind::Of(ResourceKind::User), invited, owned(invited));
        let role = service.role(self.organization, "First", &[GRANTED]).await?;
        for user in self.all(Kind::Of(ResourceKind::User)) {
            service.grant(user.id, role).await?;
        }
        let of_member = json!({"name": "of a member"});
        let key = service.user_key(self.member.id, of_member).await?.id;
        let token = Some(self.signed_in.token.as_str());
        let sessions = service.call("GET", "/auth/sessions", token, None).await?;
        let session = service::id(&sessions["content"][0])?;
        self.add(Kind::Of(ResourceKind::Role), role, home);
        self.add(Kind::Of(ResourceKind::ApiKey), key, owned(self.member.id));
        self.add(
            Kind::Of(ResourceKind::Session),
            session,
            owned(self.signed_in.user),
        );
        Ok(())
    }

    /// A webhook, and something that is on its way to it.
    async fn webhook(&mut self, service: &Service<'_>) -> Result<(), Failure> {
        let home = Target::of(Some(OrganizationId(self.organization)));
        let new = json!({"url": "http://127.0.0.1:9/", "organizationId": self.organization});
        let webhook = service::id(&service.post("/webhooks", new).await?)?;
        let ping = format!("/webhooks/{webhook}/ping");
        let delivery = service.by_admin("POST", &ping, None).await?;
        self.add(Kind::Of(ResourceKind::Webhook), webhook, home);
        self.add(Kind::Delivery, service::id(&delivery)?, home);
        Ok(())
    }

    /// One of every kind that is not made above, as the contract's example says.
    async fn others(&mut self, service: &Service<'_>) -> Result<(), Failure> {
        let home = Target::of(Some(OrganizationId(self.organization)));
        for &kind in ResourceKind::ALL {
            // The platform's side of a pool has no operation of its own.
            if kind == ResourceKind::Allocation || !self.all(Kind::Of(kind)).is_empty() {
                continue;
            }
            let new = operations::creation(kind, self.organization, 1)?;
            let made = service.post(&new.target, new.body).await?;
            self.add(Kind::Of(kind), service::id(&made)?, home);
        }
        Ok(())
    }

    fn add(&mut self, kind: Kind, id: Uuid, target: Target) {
        self.things.push(Thing { kind, id, target });
    }

    /// Whose everything is.
    pub(super) fn realm(&self) -> Realm {
        Some(OrganizationId(self.organization))
    }

    pub(super) fn things(&self) -> &[Thing] {
        &self.things
    }

    /// The things of the kind.
    pub(super) fn all(&self, kind: Kind) -> Vec<Thing> {
        let all = self.things.iter().filter(|thing| thing.kind == kind);
        all.copied().collect()
    }
}
