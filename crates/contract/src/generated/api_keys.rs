// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The API keys with which programs call.

use super::*;

/// The API keys with which programs call.
#[async_trait]
pub trait ApiKeysApi: Send + Sync + 'static {
    /// List API keys
    ///
    /// A page of the API keys that the caller may see, of organizations and of users.
    async fn list_api_keys(
        &self,
        call: Call,
        params: ListApiKeysParams,
    ) -> Result<ListApiKeysReply, Problem>;

    /// Create an API key
    ///
    /// Creates a key of an organization, or of the calling platform user when no organization is
    /// named. The key itself is in this answer and nowhere else: the same request sent again
    /// answers without it. A caller with a key cannot make keys.
    async fn create_api_key(
        &self,
        call: Call,
        body: NewOrganizationApiKey,
    ) -> Result<CreateApiKeyReply, Problem>;

    /// Read an API key
    ///
    /// One API key, also a revoked one, without the key itself.
    async fn get_api_key(
        &self,
        call: Call,
        params: GetApiKeyParams,
    ) -> Result<GetApiKeyReply, Problem>;

    /// Revoke an API key
    ///
    /// The key is refused at once and stays in history as REVOKED. Revoking it again does
    /// nothing.
    async fn revoke_api_key(
        &self,
        call: Call,
        params: RevokeApiKeyParams,
    ) -> Result<RevokeApiKeyReply, Problem>;

    /// Rotate an API key
    ///
    /// Gives the key a new secret; the one before is taken for a while longer. The key itself is
    /// in this answer and nowhere else: the same request sent again answers without it. A key
    /// that has expired or is revoked is NOT_FOUND.
    async fn rotate_api_key(
        &self,
        call: Call,
        params: RotateApiKeyParams,
        body: ApiKeyRotation,
    ) -> Result<RotateApiKeyReply, Problem>;

    /// List the API keys of a user
    ///
    /// A page of the API keys of one user.
    async fn list_user_api_keys(
        &self,
        call: Call,
        params: ListUserApiKeysParams,
    ) -> Result<ListUserApiKeysReply, Problem>;

    /// Create an API key of a user
    ///
    /// Creates a key with which a program calls as the user. The key itself is in this answer and
    /// nowhere else: the same request sent again answers without it. A caller with a key cannot
    /// make keys.
    async fn create_user_api_key(
        &self,
        call: Call,
        params: CreateUserApiKeyParams,
        body: NewApiKey,
    ) -> Result<CreateUserApiKeyReply, Problem>;

    /// Revoke an API key of a user
    ///
    /// The key is refused at once and stays in history as REVOKED. Revoking it again does
    /// nothing.
    async fn revoke_user_api_key(
        &self,
        call: Call,
        params: RevokeUserApiKeyParams,
    ) -> Result<RevokeUserApiKeyReply, Problem>;
}

/// Path and query parameters of `listApiKeys`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListApiKeysParams {
    /// Only what belongs to this organization.
    pub organization_id: Option<Uuid>,
    /// Only keys of this user.
    pub user_id: Option<Uuid>,
    /// Only keys in this status.
    pub status: Option<ApiKeyStatus>,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page. Ties are broken by id.
    pub sort: Vec<String>,
}

fn default_list_api_keys_page() -> i32 {
    0
}

fn default_list_api_keys_size() -> i32 {
    20
}

/// The successes of `listApiKeys`.
#[derive(Debug, ApiResponse)]
pub enum ListApiKeysReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageApiKey>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListApiKeysReply {
    /// The page.
    pub fn ok(body: PageApiKey, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListApiKeysReply {
    const OPERATION: &'static Operation = table::LIST_API_KEYS;
}

/// The successes of `createApiKey`.
#[derive(Debug, ApiResponse)]
pub enum CreateApiKeyReply {
    /// The key was created.
    #[oai(status = 201)]
    Created(
        JsonReply<ApiKeyWithSecret>,
        /// The path of what was created.
        #[oai(header = "Location")]
        String,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl CreateApiKeyReply {
    /// The key was created.
    pub fn created(
        body: ApiKeyWithSecret,
        location: impl Into<String>,
        etag: impl Into<String>,
    ) -> Self {
        Self::Created(JsonReply(body), location.into(), etag.into())
    }
}

impl Reply for CreateApiKeyReply {
    const OPERATION: &'static Operation = table::CREATE_API_KEY;
}

/// Path and query parameters of `getApiKey`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetApiKeyParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `getApiKey`.
#[derive(Debug, ApiResponse)]
pub enum GetApiKeyReply {
    /// The key.
    #[oai(status = 200)]
    Ok(
        JsonReply<ApiKey>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
    /// The representation that the caller has is still true.
    #[oai(status = 304)]
    NotModified(
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl GetApiKeyReply {
    /// The key.
    pub fn ok(body: ApiKey, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }

    /// The representation that the caller has is still true.
    pub fn not_modified(etag: impl Into<String>) -> Self {
        Self::NotModified(etag.into())
    }
}

impl Reply for GetApiKeyReply {
    const OPERATION: &'static Operation = table::GET_API_KEY;
}

/// Path and query parameters of `revokeApiKey`.
#[derive(Debug, Clone, PartialEq)]
pub struct RevokeApiKeyParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `revokeApiKey`.
#[derive(Debug, ApiResponse)]
pub enum RevokeApiKeyReply {
    /// The key is revoked. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl RevokeApiKeyReply {
    /// The key is revoked. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for RevokeApiKeyReply {
    const OPERATION: &'static Operation = table::REVOKE_API_KEY;
}

/// Path and query parameters of `rotateApiKey`.
#[derive(Debug, Clone, PartialEq)]
pub struct RotateApiKeyParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `rotateApiKey`.
#[derive(Debug, ApiResponse)]
pub enum RotateApiKeyReply {
    /// The key with its new secret.
    #[oai(status = 200)]
    Ok(
        JsonReply<ApiKeyWithSecret>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl RotateApiKeyReply {
    /// The key with its new secret.
    pub fn ok(body: ApiKeyWithSecret, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for RotateApiKeyReply {
    const OPERATION: &'static Operation = table::ROTATE_API_KEY;
}

/// Path and query parameters of `listUserApiKeys`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListUserApiKeysParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page. Ties are broken by id.
    pub sort: Vec<String>,
}

fn default_list_user_api_keys_page() -> i32 {
    0
}

fn default_list_user_api_keys_size() -> i32 {
    20
}

/// The successes of `listUserApiKeys`.
#[derive(Debug, ApiResponse)]
pub enum ListUserApiKeysReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageApiKey>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListUserApiKeysReply {
    /// The page.
    pub fn ok(body: PageApiKey, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListUserApiKeysReply {
    const OPERATION: &'static Operation = table::LIST_USER_API_KEYS;
}

/// Path and query parameters of `createUserApiKey`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateUserApiKeyParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `createUserApiKey`.
#[derive(Debug, ApiResponse)]
pub enum CreateUserApiKeyReply {
    /// The key was created.
    #[oai(status = 201)]
    Created(
        JsonReply<ApiKeyWithSecret>,
        /// The path of what was created.
        #[oai(header = "Location")]
        String,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl CreateUserApiKeyReply {
    /// The key was created.
    pub fn created(
        body: ApiKeyWithSecret,
        location: impl Into<String>,
        etag: impl Into<String>,
    ) -> Self {
        Self::Created(JsonReply(body), location.into(), etag.into())
    }
}

impl Reply for CreateUserApiKeyReply {
    const OPERATION: &'static Operation = table::CREATE_USER_API_KEY;
}

/// Path and query parameters of `revokeUserApiKey`.
#[derive(Debug, Clone, PartialEq)]
pub struct RevokeUserApiKeyParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The key.
    pub key_id: Uuid,
}

/// The successes of `revokeUserApiKey`.
#[derive(Debug, ApiResponse)]
pub enum RevokeUserApiKeyReply {
    /// The key is revoked. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl RevokeUserApiKeyReply {
    /// The key is revoked. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for RevokeUserApiKeyReply {
    const OPERATION: &'static Operation = table::REVOKE_USER_API_KEY;
}

pub(crate) struct ApiKeysAdapter(pub(crate) Arc<dyn ApiKeysApi>);

#[OpenApi]
impl ApiKeysAdapter {
    /// List API keys
    #[oai(
        path = "/api/v1/api-keys",
        method = "get",
        operation_id = "listApiKeys",
        tag = "ApiTag::ApiKeys",
        transform = "guard_list_api_keys"
    )]
    async fn list_api_keys(
        &self,
        call: Call,
        /// Only what belongs to this organization.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<Uuid>>,
        /// Only keys of this user.
        #[oai(name = "userId")]
        user_id: Query<Option<Uuid>>,
        /// Only keys in this status.
        #[oai(name = "status")]
        status: Query<Option<ApiKeyStatus>>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_api_keys_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_api_keys_size")]
        size: Query<i32>,
        /// Order of the page. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
    ) -> Answer<ListApiKeysReply> {
        let params = ListApiKeysParams {
            organization_id: organization_id.0,
            user_id: user_id.0,
            status: status.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
        };

        Answer(self.0.list_api_keys(call, params).await)
    }

    /// Create an API key
    #[oai(
        path = "/api/v1/api-keys",
        method = "post",
        operation_id = "createApiKey",
        tag = "ApiTag::ApiKeys",
        transform = "guard_create_api_key"
    )]
    async fn create_api_key(
        &self,
        call: Call,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewOrganizationApiKey>,
    ) -> Answer<CreateApiKeyReply> {
        Answer(self.0.create_api_key(call, body.0).await)
    }

    /// Read an API key
    #[oai(
        path = "/api/v1/api-keys/:id",
        method = "get",
        operation_id = "getApiKey",
        tag = "ApiTag::ApiKeys",
        transform = "guard_get_api_key"
    )]
    async fn get_api_key(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// An ETag that the caller already has. When it is still true, the answer is 304 without a
        /// body.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Answer<GetApiKeyReply> {
        let params = GetApiKeyParams { id: id.0 };

        Answer(self.0.get_api_key(call, params).await)
    }

    /// Revoke an API key
    #[oai(
        path = "/api/v1/api-keys/:id",
        method = "delete",
        operation_id = "revokeApiKey",
        tag = "ApiTag::ApiKeys",
        transform = "guard_revoke_api_key"
    )]
    async fn revoke_api_key(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
    ) -> Answer<RevokeApiKeyReply> {
        let params = RevokeApiKeyParams { id: id.0 };

        Answer(self.0.revoke_api_key(call, params).await)
    }

    /// Rotate an API key
    #[oai(
        path = "/api/v1/api-keys/:id/rotate",
        method = "post",
        operation_id = "rotateApiKey",
        tag = "ApiTag::ApiKeys",
        transform = "guard_rotate_api_key"
    )]
    async fn rotate_api_key(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<ApiKeyRotation>,
    ) -> Answer<RotateApiKeyReply> {
        let params = RotateApiKeyParams { id: id.0 };

        Answer(self.0.rotate_api_key(call, params, body.0).await)
    }

    /// List the API keys of a user
    #[oai(
        path = "/api/v1/users/:id/api-keys",
        method = "get",
        operation_id = "listUserApiKeys",
        tag = "ApiTag::ApiKeys",
        transform = "guard_list_user_api_keys"
    )]
    async fn list_user_api_keys(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_user_api_keys_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_user_api_keys_size")]
        size: Query<i32>,
        /// Order of the page. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
    ) -> Answer<ListUserApiKeysReply> {
        let params = ListUserApiKeysParams {
            id: id.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
        };

        Answer(self.0.list_user_api_keys(call, params).await)
    }

    /// Create an API key of a user
    #[oai(
        path = "/api/v1/users/:id/api-keys",
        method = "post",
        operation_id = "createUserApiKey",
        tag = "ApiTag::ApiKeys",
        transform = "guard_create_user_api_key"
    )]
    async fn create_user_api_key(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewApiKey>,
    ) -> Answer<CreateUserApiKeyReply> {
        let params = CreateUserApiKeyParams { id: id.0 };

        Answer(self.0.create_user_api_key(call, params, body.0).await)
    }

    /// Revoke an API key of a user
    #[oai(
        path = "/api/v1/users/:id/api-keys/:keyId",
        method = "delete",
        operation_id = "revokeUserApiKey",
        tag = "ApiTag::ApiKeys",
        transform = "guard_revoke_user_api_key"
    )]
    async fn revoke_user_api_key(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The key.
        #[oai(name = "keyId")]
        key_id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
    ) -> Answer<RevokeUserApiKeyReply> {
        let params = RevokeUserApiKeyParams {
            id: id.0,
            key_id: key_id.0,
        };

        Answer(self.0.revoke_user_api_key(call, params).await)
    }
}

fn guard_list_api_keys<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_API_KEYS, endpoint)
}

fn guard_create_api_key<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_API_KEY, endpoint)
}

fn guard_get_api_key<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_API_KEY, endpoint)
}

fn guard_revoke_api_key<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::REVOKE_API_KEY, endpoint)
}

fn guard_rotate_api_key<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::ROTATE_API_KEY, endpoint)
}

fn guard_list_user_api_keys<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_USER_API_KEYS, endpoint)
}

fn guard_create_user_api_key<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_USER_API_KEY, endpoint)
}

fn guard_revoke_user_api_key<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::REVOKE_USER_API_KEY, endpoint)
}

/// Only an ACTIVE key is taken. A REVOKED one stays as history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum ApiKeyStatus {
    /// `ACTIVE`.
    #[oai(rename = "ACTIVE")]
    #[serde(rename = "ACTIVE")]
    Active,
    /// `EXPIRED`.
    #[oai(rename = "EXPIRED")]
    #[serde(rename = "EXPIRED")]
    Expired,
    /// `REVOKED`.
    #[oai(rename = "REVOKED")]
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
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to about a minute; null means never.
    pub last_used_at: Option<Timestamp>,
    /// Until when the secret before the rotation is taken, or null.
    pub previous_secret_until: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// A key with which a program calls, in the answer that shows it.
#[derive(Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to about a minute; null means never.
    pub last_used_at: Option<Timestamp>,
    /// Until when the secret before the rotation is taken, or null.
    pub previous_secret_until: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
    /// The key itself, in the first answer alone.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
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
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct NewApiKey {
    /// The name for people.
    pub name: String,
    /// What it may do; null or absent means all that its owner may, then and later.
    pub permissions: Option<Vec<String>>,
    /// When it expires; null or absent means never.
    pub expires_at: Option<Timestamp>,
}

/// A key to be made, of an organization or of the calling platform user.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct NewOrganizationApiKey {
    /// The name for people.
    pub name: String,
    /// What it may do; null or absent means all that its owner may, then and later.
    pub permissions: Option<Vec<String>>,
    /// When it expires; null or absent means never.
    pub expires_at: Option<Timestamp>,
    /// The organization; null or absent means the own one of the caller, or the calling platform
    /// user.
    pub organization_id: Option<Uuid>,
}

/// How to rotate a key.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyRotation {
    /// How long the former secret is taken.
    #[oai(default = "default_api_key_rotation_overlap_seconds")]
    pub overlap_seconds: i32,
}

fn default_api_key_rotation_overlap_seconds() -> i32 {
    3600
}

/// A page of API keys.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
