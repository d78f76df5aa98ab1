//! Ids, a type for each resource, so that one cannot stand in the place of another.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// The id of a user.
    UserId,
    /// The id of a product.
    ProductId,
    /// The id of a product's variant.
    VariantId,
    /// The id of an assignment.
    AssignmentId,
    /// The id of an API key.
    ApiKeyId,
    /// The id of an organization.
    OrganizationId,
    /// The id of a station.
    StationId,
    /// The id of a custom role.
    RoleId,
    /// The id of a session.
    SessionId,
    /// The id of an allocation: what the platform gave away of a variant.
    AllocationId,
    /// The id of a pool: what an organization was given of a variant.
    PoolId,
    /// The id of a webhook.
    WebhookId,
}

/// Whose log, emails and keys: an organization's, or the platform's. Everything belongs to exactly
/// one realm for ever.
pub type Realm = Option<OrganizationId>;
