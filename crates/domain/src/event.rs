//! The facts that the log keeps.

use crate::{
    ResourceId, ResourceKind, allocation, api_key, assignment, limit, organization, pool, product,
    role, session, settings::Settings, station, user, variant, webhook,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    pub fn resource(&self) -> ResourceId {
        ResourceId {
            kind: self.event.kind(),
            id: self.id,
        }
    }
}

/// Declares every event: the kind that it happens to, its payload, the name of its type, and whether it
/// `changes_access` of somebody who is known already or `is_an_end`.
macro_rules! events {
    ($($Kind:ident {$(
        $Event:ident $payload:tt = $name:literal $(: $($trait:ident),+)?;
    )+})+) => {
        /// What can happen. The type names and the shapes of the data are kept for ever: a new shape is a
        /// new schema version, and old ones stay readable.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type", content = "data")]
        #[expect(missing_docs, reason = "each variant says what its payload documents")]
        pub enum Event {$($(
            #[serde(rename = $name)]
            $Event $payload,
        )+)+}

        impl Event {
            /// Every type, for those who choose among them.
            pub const TYPES: &'static [&'static str] = &[$($($name),+),+];

            /// The kind of resource that it happens to.
            pub const fn kind(&self) -> ResourceKind {
                match self {
                    $($(Self::$Event { .. } => ResourceKind::$Kind,)+)+
                }
            }

            const fn traits(&self) -> &'static [Trait] {
                match self {
                    $($(Self::$Event { .. } => &[$($(Trait::$trait),+)?],)+)+
                }
            }

            /// The types of the events that change access, for those who look for them in the logs.
            pub fn access_types() -> impl Iterator<Item = &'static str> {
                let all: &[(&str, &[Trait])] = &[$($(($name, &[$($(Trait::$trait),+)?])),+),+];
                let changing = all.iter().filter(|(_, traits)| traits.contains(&Trait::changes_access));
                changing.map(|(name, _)| *name)
            }
        }
    };
}

/// What an event is beside what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(non_camel_case_types, reason = "they stand in the table as they read")]
enum Trait {
    changes_access,
    is_an_end,
}

events! {
    Organization {
        OrganizationCreated (organization::Created) = "organization.created";
        OrganizationUpdated (organization::Updated) = "organization.updated";
        OrganizationSuspended {} = "organization.suspended": changes_access;
        OrganizationActivated {} = "organization.activated": changes_access;
        OrganizationDeleted {} = "organization.deleted": changes_access, is_an_end;
        OrganizationSettingsChanged (Settings) = "organization.settingsChanged": changes_access;
    }
    Station {
        StationCreated (station::Created) = "station.created";
        StationUpdated (station::Profile) = "station.updated";
        StationRemoved {} = "station.removed": is_an_end;
    }
    User {
        UserCreated (user::Created) = "user.created";
        UserUpdated (user::Updated) = "user.updated";
        UserActivated {} = "user.activated": changes_access;
        UserDeactivated {} = "user.deactivated": changes_access, is_an_end;
        UserDeleted {} = "user.deleted": changes_access, is_an_end;
        UserErased {} = "user.erased": is_an_end;
        UserPasswordSet (user::PasswordSet) = "user.passwordSet": changes_access;
        UserRoleGranted (role::Granted) = "user.roleGranted": changes_access;
        UserRoleRevoked (role::Granted) = "user.roleRevoked": changes_access, is_an_end;
    }
    Role {
        RoleCreated (role::Created) = "role.created";
        RoleUpdated (role::Profile) = "role.updated": changes_access;
        RoleDeleted {} = "role.deleted": changes_access, is_an_end;
    }
    Session {
        SessionStarted (session::Started) = "session.started";
        SessionEnded (session::Ended) = "session.ended": changes_access, is_an_end;
    }
    Product {
        ProductCreated (product::Created) = "product.created";
        ProductUpdated (product::Updated) = "product.updated";
        ProductDeleted {} = "product.deleted": is_an_end;
    }
    Variant {
        VariantCreated (variant::Created) = "variant.created";
        VariantUpdated (variant::Updated) = "variant.updated";
        VariantDeleted {} = "variant.deleted": is_an_end;
        VariantCapacityWarning (limit::Reached) = "variant.capacityWarning";
        VariantCapacityExhausted (limit::Reached) = "variant.capacityExhausted";
    }
    Allocation {
        AllocationCreated (allocation::Created) = "allocation.created";
        AllocationChanged (allocation::Changed) = "allocation.changed";
        AllocationClosed (allocation::Closed) = "allocation.closed": is_an_end;
    }
    Pool {
        PoolCreated (pool::Created) = "pool.created";
        PoolChanged (pool::Changed) = "pool.changed";
        PoolClosed {} = "pool.closed": is_an_end;
        PoolCapacityWarning (limit::Reached) = "pool.capacityWarning";
        PoolCapacityExhausted (limit::Reached) = "pool.capacityExhausted";
    }
    Assignment {
        AssignmentCreated (assignment::Created) = "assignment.created";
        AssignmentUpdated (assignment::Updated) = "assignment.updated";
        AssignmentRevoked (assignment::Revoked) = "assignment.revoked": is_an_end;
        AssignmentExpired {} = "assignment.expired": is_an_end;
        AssignmentReactivated (assignment::Updated) = "assignment.reactivated";
    }
    ApiKey {
        ApiKeyCreated (api_key::Created) = "apiKey.created";
        ApiKeyRotated (api_key::Rotated) = "apiKey.rotated": changes_access;
        ApiKeyRevoked {} = "apiKey.revoked": changes_access, is_an_end;
    }
    Webhook {
        WebhookCreated (webhook::Created) = "webhook.created";
        WebhookUpdated (webhook::Profile) = "webhook.updated";
        WebhookSecretRotated (webhook::SecretRotated) = "webhook.secretRotated";
        WebhookEnabled {} = "webhook.enabled";
        WebhookDisabled (webhook::Disabled) = "webhook.disabled": is_an_end;
        WebhookDeleted {} = "webhook.deleted": is_an_end;
    }
}

impl Event {
    /// The version of the shape of the data.
    pub const SCHEMA_VERSION: i32 = 1;

    /// Whether it changes what somebody may do who is known already, so that whoever remembers that
    /// has to look again.
    pub fn changes_access(&self) -> bool {
        self.traits().contains(&Trait::changes_access)
    }

    /// Whether it ends something and begins nothing.
    pub fn is_an_end(&self) -> bool {
        self.traits().contains(&Trait::is_an_end)
    }

    /// The fact that this happens to the resource with this id.
    pub fn of(self, id: Uuid) -> Fact {
        Fact { id, event: self }
    }
}
