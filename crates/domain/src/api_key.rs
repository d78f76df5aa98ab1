//! Keys to the API. The key itself is never here, only its keyed digest.

use crate::{Realm, Time, UserId, text::Name};
use serde::{Deserialize, Serialize};

/// A key that a user authenticates with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Its id, which the key names in clear.
    pub id: crate::ApiKeyId,
    /// Whose key it is.
    pub user_id: UserId,
    /// Where its user belongs.
    pub realm: Realm,
    /// What it is for.
    pub name: Name,
    /// The keyed hash (HMAC-SHA256, hexadecimal) of the whole key.
    pub digest: String,
    /// When it was made.
    pub created_at: Time,
    /// The number of its facts.
    pub version: i64,
}

/// A key was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Whose key it is.
    pub user_id: UserId,
    /// Where its user belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realm: Realm,
    /// What it is for.
    pub name: Name,
    /// The keyed hash of the whole key; the event feed leaves it out.
    pub digest: String,
}
