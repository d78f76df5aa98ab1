// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The API keys with which programs call.

use super::*;

impl Client {
    /// List API keys
    ///
    /// A page of the API keys that the caller may see, of organizations and of users.
    pub async fn list_api_keys(
        &self,
        params: &ListApiKeysParams,
        options: &Options,
    ) -> Result<Reply<PageApiKey>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/api-keys".to_owned(),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Create an API key
    ///
    /// Creates a key of an organization, or of the calling platform user when no organization is
    /// named. The key itself is in this answer and nowhere else: the same request sent again
    /// answers without it. A caller with a key cannot make keys.
    pub async fn create_api_key(
        &self,
        body: &NewOrganizationApiKey,
        options: &Options,
    ) -> Result<Reply<ApiKeyWithSecret>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            "/api/v1/api-keys".to_owned(),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Read an API key
    ///
    /// One API key, also a revoked one, without the key itself.
    pub async fn get_api_key(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Option<ApiKey>>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/api-keys/{id}"),
            Vec::new(),
        );
        self.send_for_json_or_nothing(exchange, options).await
    }

    /// Revoke an API key
    ///
    /// The key is refused at once and stays in history as REVOKED. Revoking it again does
    /// nothing.
    pub async fn revoke_api_key(&self, id: Uuid, options: &Options) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            format!("/api/v1/api-keys/{id}"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }

    /// Rotate an API key
    ///
    /// Gives the key a new secret; the one before is taken for a while longer. The key itself is
    /// in this answer and nowhere else: the same request sent again answers without it. A key
    /// that has expired or is revoked is NOT_FOUND.
    pub async fn rotate_api_key(
        &self,
        id: Uuid,
        body: &ApiKeyRotation,
        options: &Options,
    ) -> Result<Reply<ApiKeyWithSecret>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/api-keys/{id}/rotate"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// List the API keys of a user
    ///
    /// A page of the API keys of one user.
    pub async fn list_user_api_keys(
        &self,
        id: Uuid,
        params: &ListUserApiKeysParams,
        options: &Options,
    ) -> Result<Reply<PageApiKey>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/users/{id}/api-keys"),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Create an API key of a user
    ///
    /// Creates a key with which a program calls as the user. The key itself is in this answer and
    /// nowhere else: the same request sent again answers without it. A caller with a key cannot
    /// make keys.
    pub async fn create_user_api_key(
        &self,
        id: Uuid,
        body: &NewApiKey,
        options: &Options,
    ) -> Result<Reply<ApiKeyWithSecret>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/users/{id}/api-keys"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Revoke an API key of a user
    ///
    /// The key is refused at once and stays in history as REVOKED. Revoking it again does
    /// nothing.
    pub async fn revoke_user_api_key(
        &self,
        id: Uuid,
        key_id: Uuid,
        options: &Options,
    ) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            format!("/api/v1/users/{id}/api-keys/{key_id}"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }
}

/// Query parameters of `listApiKeys`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListApiKeysParams {
    /// Only what belongs to this organization.
    pub organization_id: Option<Uuid>,
    /// Only keys of this user.
    pub user_id: Option<Uuid>,
    /// Only keys in this status.
    pub status: Option<ApiKeyStatus>,
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListApiKeysParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.organization_id {
            pairs.push(("organizationId", value.to_string()));
        }
        if let Some(value) = &self.user_id {
            pairs.push(("userId", value.to_string()));
        }
        if let Some(value) = &self.status {
            pairs.push(("status", value.as_str().to_owned()));
        }
        if let Some(value) = &self.page {
            pairs.push(("page", value.to_string()));
        }
        if let Some(value) = &self.size {
            pairs.push(("size", value.to_string()));
        }
        for value in &self.sort {
            pairs.push(("sort", value.to_string()));
        }
        pairs
    }
}

/// Query parameters of `listUserApiKeys`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListUserApiKeysParams {
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListUserApiKeysParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.page {
            pairs.push(("page", value.to_string()));
        }
        if let Some(value) = &self.size {
            pairs.push(("size", value.to_string()));
        }
        for value in &self.sort {
            pairs.push(("sort", value.to_string()));
        }
        pairs
    }
}

/// Only an ACTIVE key is taken. A REVOKED one stays as history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ApiKeyStatus {
    /// `ACTIVE`.
    #[serde(rename = "ACTIVE")]
    Active,
    /// `EXPIRED`.
    #[serde(rename = "EXPIRED")]
    Expired,
    /// `REVOKED`.
    #[serde(rename = "REVOKED")]
    Revoked,
}

impl ApiKeyStatus {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::Active, Self::Expired, Self::Revoked];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Expired => "EXPIRED",
            Self::Revoked => "REVOKED",
        }
    }
}

/// A key with which a program calls, without the key itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// The id of the key.
    pub id: Uuid,
    /// The name for people.
    pub name: String,
    /// The user who owns it, or null when it is of an organization.
    pub user_id: Option<Uuid>,
    /// The organization that it belongs to, or null in the platform realm.
    pub organization_id: Option<Uuid>,
    /// What it may do; null means all that its owner may, then and later.
    pub permissions: Option<Vec<String>>,
    /// Only an ACTIVE key is taken. A REVOKED one stays as history.
    pub status: ApiKeyStatus,
    /// When it expires; null means never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to about a minute; null means never.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Until when the secret before the rotation is taken, or null.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// A key with which a program calls, in the answer that shows it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyWithSecret {
    /// The id of the key.
    pub id: Uuid,
    /// The name for people.
    pub name: String,
    /// The user who owns it, or null when it is of an organization.
    pub user_id: Option<Uuid>,
    /// The organization that it belongs to, or null in the platform realm.
    pub organization_id: Option<Uuid>,
    /// What it may do; null means all that its owner may, then and later.
    pub permissions: Option<Vec<String>>,
    /// Only an ACTIVE key is taken. A REVOKED one stays as history.
    pub status: ApiKeyStatus,
    /// When it expires; null means never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to about a minute; null means never.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Until when the secret before the rotation is taken, or null.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes, from 1.
    pub version: i64,
    /// The key itself, in the first answer alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Without its secrets.
impl std::fmt::Debug for ApiKeyWithSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKeyWithSecret")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("user_id", &self.user_id)
            .field("organization_id", &self.organization_id)
            .field("permissions", &self.permissions)
            .field("status", &self.status)
            .field("expires_at", &self.expires_at)
            .field("last_used_at", &self.last_used_at)
            .field("previous_secret_until", &self.previous_secret_until)
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// A key to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewApiKey {
    /// The name for people.
    pub name: String,
    /// What it may do; null or absent means all that its owner may, then and later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
    /// When it expires; null or absent means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

impl NewApiKey {
    /// With what is required, and nothing else.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            permissions: None,
            expires_at: None,
        }
    }
}

/// A key to be made, of an organization or of the calling platform user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewOrganizationApiKey {
    /// The name for people.
    pub name: String,
    /// What it may do; null or absent means all that its owner may, then and later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
    /// When it expires; null or absent means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// The organization; null or absent means the own one of the caller, or the calling platform
    /// user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
}

impl NewOrganizationApiKey {
    /// With what is required, and nothing else.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            permissions: None,
            expires_at: None,
            organization_id: None,
        }
    }
}

/// How to rotate a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyRotation {
    /// How long the former secret is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap_seconds: Option<i32>,
}

/// A page of API keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageApiKey {
    /// The elements of this page.
    pub content: Vec<ApiKey>,
    /// Elements on all pages.
    pub total_elements: i64,
    /// The number of pages.
    pub total_pages: i64,
    /// Elements on a full page.
    pub size: i32,
    /// The number of this page, from 0.
    pub number: i32,
    /// Whether a page follows.
    pub has_next: bool,
    /// Whether a page goes before.
    pub has_prev: bool,
}
