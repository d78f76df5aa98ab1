//! The facts that the log keeps.

use crate::{
    allocation, api_key, assignment, limit, organization, pool, product, role, session,
    settings::Settings, station, user, variant, webhook,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kinds of resources that facts are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ResourceKind {
    /// A tenant.
    Organization,
    /// A site of an organization.
    Station,
    /// A person.
    User,
    /// A sign-in of a person.
    Session,
    /// A custom role.
    Role,
    /// Something that is licensed.
    Product,
    /// A product's SKU, which holds the seats.
    Variant,
    /// What the platform gave away of a variant.
    Allocation,
    /// What an organization was given of a variant.
    Pool,
    /// A seat that somebody holds or held.
    Assignment,
    /// A key to the API.
    ApiKey,
    /// An endpoint that is told of events.
    Webhook,
}

impl ResourceKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Organization,
        Self::Station,
        Self::User,
        Self::Session,
        Self::Role,
        Self::Product,
        Self::Variant,
        Self::Allocation,
        Self::Pool,
        Self::Assignment,
        Self::ApiKey,
        Self::Webhook,
    ];

    /// The name of the kind, as it begins the type of its events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Station => "station",
            Self::User => "user",
            Self::Session => "session",
            Self::Role => "role",
            Self::Product => "product",
            Self::Variant => "variant",
            Self::Allocation => "allocation",
            Self::Pool => "pool",
            Self::Assignment => "assignment",
            Self::ApiKey => "apiKey",
            Self::Webhook => "webhook",
        }
    }

    /// The kind that an event type like `user.created` is about.
    pub fn of_event_type(event_type: &str) -> Option<Self> {
        let kind = event_type.split('.').next()?;
        Self::ALL.into_iter().find(|known| known.as_str() == kind)
    }
}

/// One resource: the stream that its facts form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// Which one.
    pub id: Uuid,
}

/// Something that became true about one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The id of the resource; its kind follows from the event.
    pub id: Uuid,
    /// What happened to it.
    pub event: Event,
}

impl Fact {
    /// The resource that the fact is about.
    pub fn resource(&self) -> Resource {
        Resource {
            kind: self.event.kind(),
            id: self.id,
        }
    }
}

/// What can happen. The type names and the shapes of the data are kept for ever: a new shape is a
/// new schema version, and old ones stay readable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
#[expect(missing_docs, reason = "each variant says what its payload documents")]
pub enum Event {
    #[serde(rename = "organization.created")]
    OrganizationCreated(organization::Created),
    #[serde(rename = "organization.updated")]
    OrganizationUpdated(organization::Updated),
    #[serde(rename = "organization.suspended")]
    OrganizationSuspended {},
    #[serde(rename = "organization.activated")]
    OrganizationActivated {},
    #[serde(rename = "organization.deleted")]
    OrganizationDeleted {},
    #[serde(rename = "organization.settingsChanged")]
    OrganizationSettingsChanged(Settings),
    #[serde(rename = "station.created")]
    StationCreated(station::Created),
    #[serde(rename = "station.updated")]
    StationUpdated(station::Profile),
    #[serde(rename = "station.removed")]
    StationRemoved {},
    #[serde(rename = "user.created")]
    UserCreated(user::Created),
    #[serde(rename = "user.updated")]
    UserUpdated(user::Updated),
    #[serde(rename = "user.activated")]
    UserActivated {},
    #[serde(rename = "user.deactivated")]
    UserDeactivated {},
    #[serde(rename = "user.deleted")]
    UserDeleted {},
    #[serde(rename = "user.erased")]
    UserErased {},
    #[serde(rename = "user.passwordSet")]
    UserPasswordSet(user::PasswordSet),
    #[serde(rename = "user.roleGranted")]
    UserRoleGranted(role::Granted),
    #[serde(rename = "user.roleRevoked")]
    UserRoleRevoked(role::Granted),
    #[serde(rename = "role.created")]
    RoleCreated(role::Created),
    #[serde(rename = "role.updated")]
    RoleUpdated(role::Profile),
    #[serde(rename = "role.deleted")]
    RoleDeleted {},
    #[serde(rename = "session.started")]
    SessionStarted(session::Started),
    #[serde(rename = "session.ended")]
    SessionEnded(session::Ended),
    #[serde(rename = "product.created")]
    ProductCreated(product::Created),
    #[serde(rename = "product.updated")]
    ProductUpdated(product::Updated),
    #[serde(rename = "product.deleted")]
    ProductDeleted {},
    #[serde(rename = "variant.created")]
    VariantCreated(variant::Created),
    #[serde(rename = "variant.updated")]
    VariantUpdated(variant::Updated),
    #[serde(rename = "variant.deleted")]
    VariantDeleted {},
    #[serde(rename = "variant.capacityWarning")]
    VariantCapacityWarning(limit::Reached),
    #[serde(rename = "variant.capacityExhausted")]
    VariantCapacityExhausted(limit::Reached),
    #[serde(rename = "allocation.created")]
    AllocationCreated(allocation::Created),
    #[serde(rename = "allocation.changed")]
    AllocationChanged(allocation::Changed),
    #[serde(rename = "allocation.closed")]
    AllocationClosed(allocation::Closed),
    #[serde(rename = "pool.created")]
    PoolCreated(pool::Created),
    #[serde(rename = "pool.changed")]
    PoolChanged(pool::Changed),
    #[serde(rename = "pool.closed")]
    PoolClosed {},
    #[serde(rename = "pool.capacityWarning")]
    PoolCapacityWarning(limit::Reached),
    #[serde(rename = "pool.capacityExhausted")]
    PoolCapacityExhausted(limit::Reached),
    #[serde(rename = "assignment.created")]
    AssignmentCreated(assignment::Created),
    #[serde(rename = "assignment.updated")]
    AssignmentUpdated(assignment::Updated),
    #[serde(rename = "assignment.revoked")]
    AssignmentRevoked(assignment::Revoked),
    #[serde(rename = "assignment.expired")]
    AssignmentExpired {},
    #[serde(rename = "assignment.reactivated")]
    AssignmentReactivated(assignment::Updated),
    #[serde(rename = "apiKey.created")]
    ApiKeyCreated(api_key::Created),
    #[serde(rename = "apiKey.rotated")]
    ApiKeyRotated(api_key::Rotated),
    #[serde(rename = "apiKey.revoked")]
    ApiKeyRevoked {},
    #[serde(rename = "webhook.created")]
    WebhookCreated(webhook::Created),
    #[serde(rename = "webhook.updated")]
    WebhookUpdated(webhook::Profile),
    #[serde(rename = "webhook.secretRotated")]
    WebhookSecretRotated(webhook::SecretRotated),
    #[serde(rename = "webhook.enabled")]
    WebhookEnabled {},
    #[serde(rename = "webhook.disabled")]
    WebhookDisabled(webhook::Disabled),
    #[serde(rename = "webhook.deleted")]
    WebhookDeleted {},
}

impl Event {
    /// The version of the shape of the data.
    pub const SCHEMA_VERSION: i32 = 1;

    /// Every type, for those who choose among them.
    pub const TYPES: [&str; 53] = [
        "organization.created",
        "organization.updated",
        "organization.suspended",
        "organization.activated",
        "organization.deleted",
        "organization.settingsChanged",
        "station.created",
        "station.updated",
        "station.removed",
        "user.created",
        "user.updated",
        "user.activated",
        "user.deactivated",
        "user.deleted",
        "user.erased",
        "user.passwordSet",
        "user.roleGranted",
        "user.roleRevoked",
        "role.created",
        "role.updated",
        "role.deleted",
        "session.started",
        "session.ended",
        "product.created",
        "product.updated",
        "product.deleted",
        "variant.created",
        "variant.updated",
        "variant.deleted",
        "variant.capacityWarning",
        "variant.capacityExhausted",
        "allocation.created",
        "allocation.changed",
        "allocation.closed",
        "pool.created",
        "pool.changed",
        "pool.closed",
        "pool.capacityWarning",
        "pool.capacityExhausted",
        "assignment.created",
        "assignment.updated",
        "assignment.revoked",
        "assignment.expired",
        "assignment.reactivated",
        "apiKey.created",
        "apiKey.rotated",
        "apiKey.revoked",
        "webhook.created",
        "webhook.updated",
        "webhook.secretRotated",
        "webhook.enabled",
        "webhook.disabled",
        "webhook.deleted",
    ];

    /// The kind of resource that it happens to.
    pub const fn kind(&self) -> ResourceKind {
        match self {
            Self::OrganizationCreated(_)
            | Self::OrganizationUpdated(_)
            | Self::OrganizationSuspended {}
            | Self::OrganizationActivated {}
            | Self::OrganizationDeleted {}
            | Self::OrganizationSettingsChanged(_) => ResourceKind::Organization,
            Self::StationCreated(_) | Self::StationUpdated(_) | Self::StationRemoved {} => {
                ResourceKind::Station
            }
            Self::AllocationCreated(_) | Self::AllocationChanged(_) | Self::AllocationClosed(_) => {
                ResourceKind::Allocation
            }
            Self::PoolCreated(_)
            | Self::PoolChanged(_)
            | Self::PoolClosed {}
            | Self::PoolCapacityWarning(_)
            | Self::PoolCapacityExhausted(_) => ResourceKind::Pool,
            Self::UserCreated(_)
            | Self::UserUpdated(_)
            | Self::UserActivated {}
            | Self::UserDeactivated {}
            | Self::UserDeleted {}
            | Self::UserErased {}
            | Self::UserPasswordSet(_)
            | Self::UserRoleGranted(_)
            | Self::UserRoleRevoked(_) => ResourceKind::User,
            Self::RoleCreated(_) | Self::RoleUpdated(_) | Self::RoleDeleted {} => {
                ResourceKind::Role
            }
            Self::SessionStarted(_) | Self::SessionEnded(_) => ResourceKind::Session,
            Self::ProductCreated(_) | Self::ProductUpdated(_) | Self::ProductDeleted {} => {
                ResourceKind::Product
            }
            Self::VariantCreated(_)
            | Self::VariantUpdated(_)
            | Self::VariantDeleted {}
            | Self::VariantCapacityWarning(_)
            | Self::VariantCapacityExhausted(_) => ResourceKind::Variant,
            Self::AssignmentCreated(_)
            | Self::AssignmentUpdated(_)
            | Self::AssignmentRevoked(_)
            | Self::AssignmentExpired {}
            | Self::AssignmentReactivated(_) => ResourceKind::Assignment,
            Self::ApiKeyCreated(_) | Self::ApiKeyRotated(_) | Self::ApiKeyRevoked {} => {
                ResourceKind::ApiKey
            }
            Self::WebhookCreated(_)
            | Self::WebhookUpdated(_)
            | Self::WebhookSecretRotated(_)
            | Self::WebhookEnabled {}
            | Self::WebhookDisabled(_)
            | Self::WebhookDeleted {} => ResourceKind::Webhook,
        }
    }

    /// The types of the events that change access, for those who look for them in the logs.
    pub const ACCESS_TYPES: [&str; 15] = [
        "user.activated",
        "user.deactivated",
        "user.deleted",
        "user.passwordSet",
        "user.roleGranted",
        "user.roleRevoked",
        "role.updated",
        "role.deleted",
        "session.ended",
        "apiKey.rotated",
        "apiKey.revoked",
        "organization.settingsChanged",
        "organization.suspended",
        "organization.activated",
        "organization.deleted",
    ];

    /// Whether it changes what somebody may do who is known already, so that whoever remembers that
    /// has to look again.
    pub const fn changes_access(&self) -> bool {
        matches!(
            self,
            Self::UserActivated {}
                | Self::UserDeactivated {}
                | Self::UserDeleted {}
                | Self::UserPasswordSet(_)
                | Self::UserRoleGranted(_)
                | Self::UserRoleRevoked(_)
                | Self::RoleUpdated(_)
                | Self::RoleDeleted {}
                | Self::SessionEnded(_)
                | Self::ApiKeyRotated(_)
                | Self::ApiKeyRevoked {}
                | Self::OrganizationSettingsChanged(_)
                | Self::OrganizationSuspended {}
                | Self::OrganizationActivated {}
                | Self::OrganizationDeleted {}
        )
    }

    /// Whether it ends something and begins nothing.
    pub const fn is_an_end(&self) -> bool {
        matches!(
            self,
            Self::OrganizationDeleted {}
                | Self::StationRemoved {}
                | Self::AllocationClosed(_)
                | Self::PoolClosed {}
                | Self::UserDeactivated {}
                | Self::UserDeleted {}
                | Self::UserErased {}
                | Self::UserRoleRevoked(_)
                | Self::RoleDeleted {}
                | Self::SessionEnded(_)
                | Self::ProductDeleted {}
                | Self::VariantDeleted {}
                | Self::AssignmentRevoked(_)
                | Self::AssignmentExpired {}
                | Self::ApiKeyRevoked {}
                | Self::WebhookDisabled(_)
                | Self::WebhookDeleted {}
        )
    }

    /// The fact that this happens to the resource with this id.
    pub fn of(self, id: Uuid) -> Fact {
        Fact { id, event: self }
    }
}
