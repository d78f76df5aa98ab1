// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The tenants. Everything that is not platform-wide belongs to exactly one.

use super::*;

/// The tenants. Everything that is not platform-wide belongs to exactly one.
#[async_trait]
pub trait OrganizationsApi: Send + Sync + 'static {
    /// List organizations
    ///
    /// A page of the organizations that the caller may see. Deleted ones are listed only with
    /// `status=DELETED`.
    async fn list_organizations(
        &self,
        call: Call,
        params: ListOrganizationsParams,
    ) -> Result<ListOrganizationsReply, Problem>;

    /// Create an organization
    ///
    /// Creates an organization in status ACTIVE. Its slug is unique on the platform.
    async fn create_organization(
        &self,
        call: Call,
        body: NewOrganization,
    ) -> Result<CreateOrganizationReply, Problem>;

    /// Read an organization
    ///
    /// One organization, also a deleted one, since events name it.
    async fn get_organization(
        &self,
        call: Call,
        params: GetOrganizationParams,
    ) -> Result<GetOrganizationReply, Problem>;

    /// Change an organization
    ///
    /// Replaces the name. A `slug` that is absent stays as it is. Status changes by suspend,
    /// activate and delete.
    async fn update_organization(
        &self,
        call: Call,
        params: UpdateOrganizationParams,
        body: OrganizationUpdate,
    ) -> Result<UpdateOrganizationReply, Problem>;

    /// Delete an organization
    ///
    /// Marks the organization DELETED and ends its seats and its pools, together. Its users and
    /// API keys are refused from then on. Deleting a deleted organization does nothing.
    async fn delete_organization(
        &self,
        call: Call,
        params: DeleteOrganizationParams,
    ) -> Result<DeleteOrganizationReply, Problem>;

    /// Suspend an organization
    ///
    /// The organization becomes SUSPENDED: its users and API keys are refused at once, and its
    /// seats stay. A suspended organization stays as it is.
    async fn suspend_organization(
        &self,
        call: Call,
        params: SuspendOrganizationParams,
    ) -> Result<SuspendOrganizationReply, Problem>;

    /// Activate an organization
    ///
    /// SUSPENDED becomes ACTIVE. An active organization stays as it is.
    async fn activate_organization(
        &self,
        call: Call,
        params: ActivateOrganizationParams,
    ) -> Result<ActivateOrganizationReply, Problem>;

    /// Read the settings of an organization
    ///
    /// What the organization has set for itself. Null means as the platform has it.
    async fn get_organization_settings(
        &self,
        call: Call,
        params: GetOrganizationSettingsParams,
    ) -> Result<GetOrganizationSettingsReply, Problem>;

    /// Change the settings of an organization
    ///
    /// Replaces all settings; what is absent is as the platform has it. What lies outside the
    /// bounds of the platform is a VALIDATION_ERROR. In effect everywhere within a second.
    async fn update_organization_settings(
        &self,
        call: Call,
        params: UpdateOrganizationSettingsParams,
        body: OrganizationSettingsUpdate,
    ) -> Result<UpdateOrganizationSettingsReply, Problem>;
}

/// Path and query parameters of `listOrganizations`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListOrganizationsParams {
    /// Only the organization with this slug.
    pub slug: Option<String>,
    /// Only organizations in this status.
    pub status: Option<OrganizationStatus>,
    /// Only organizations whose name or slug contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

fn default_list_organizations_page() -> i32 {
    0
}

fn default_list_organizations_size() -> i32 {
    20
}

/// The successes of `listOrganizations`.
#[derive(Debug, ApiResponse)]
pub enum ListOrganizationsReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageOrganization>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListOrganizationsReply {
    /// The page.
    pub fn ok(body: PageOrganization, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListOrganizationsReply {
    const OPERATION: &'static Operation = table::LIST_ORGANIZATIONS;
}

/// The successes of `createOrganization`.
#[derive(Debug, ApiResponse)]
pub enum CreateOrganizationReply {
    /// The organization was created.
    #[oai(status = 201)]
    Created(
        JsonReply<Organization>,
        /// The path of what was created.
        #[oai(header = "Location")]
        String,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl CreateOrganizationReply {
    /// The organization was created.
    pub fn created(
        body: Organization,
        location: impl Into<String>,
        etag: impl Into<String>,
    ) -> Self {
        Self::Created(JsonReply(body), location.into(), etag.into())
    }
}

impl Reply for CreateOrganizationReply {
    const OPERATION: &'static Operation = table::CREATE_ORGANIZATION;
}

/// Path and query parameters of `getOrganization`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetOrganizationParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `getOrganization`.
#[derive(Debug, ApiResponse)]
pub enum GetOrganizationReply {
    /// The organization.
    #[oai(status = 200)]
    Ok(
        JsonReply<Organization>,
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

impl GetOrganizationReply {
    /// The organization.
    pub fn ok(body: Organization, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }

    /// The representation that the caller has is still true.
    pub fn not_modified(etag: impl Into<String>) -> Self {
        Self::NotModified(etag.into())
    }
}

impl Reply for GetOrganizationReply {
    const OPERATION: &'static Operation = table::GET_ORGANIZATION;
}

/// Path and query parameters of `updateOrganization`.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateOrganizationParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `updateOrganization`.
#[derive(Debug, ApiResponse)]
pub enum UpdateOrganizationReply {
    /// The organization.
    #[oai(status = 200)]
    Ok(
        JsonReply<Organization>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl UpdateOrganizationReply {
    /// The organization.
    pub fn ok(body: Organization, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for UpdateOrganizationReply {
    const OPERATION: &'static Operation = table::UPDATE_ORGANIZATION;
}

/// Path and query parameters of `deleteOrganization`.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteOrganizationParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `deleteOrganization`.
#[derive(Debug, ApiResponse)]
pub enum DeleteOrganizationReply {
    /// The organization is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl DeleteOrganizationReply {
    /// The organization is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for DeleteOrganizationReply {
    const OPERATION: &'static Operation = table::DELETE_ORGANIZATION;
}

/// Path and query parameters of `suspendOrganization`.
#[derive(Debug, Clone, PartialEq)]
pub struct SuspendOrganizationParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `suspendOrganization`.
#[derive(Debug, ApiResponse)]
pub enum SuspendOrganizationReply {
    /// The organization.
    #[oai(status = 200)]
    Ok(
        JsonReply<Organization>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl SuspendOrganizationReply {
    /// The organization.
    pub fn ok(body: Organization, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for SuspendOrganizationReply {
    const OPERATION: &'static Operation = table::SUSPEND_ORGANIZATION;
}

/// Path and query parameters of `activateOrganization`.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivateOrganizationParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `activateOrganization`.
#[derive(Debug, ApiResponse)]
pub enum ActivateOrganizationReply {
    /// The organization.
    #[oai(status = 200)]
    Ok(
        JsonReply<Organization>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl ActivateOrganizationReply {
    /// The organization.
    pub fn ok(body: Organization, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for ActivateOrganizationReply {
    const OPERATION: &'static Operation = table::ACTIVATE_ORGANIZATION;
}

/// Path and query parameters of `getOrganizationSettings`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetOrganizationSettingsParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `getOrganizationSettings`.
#[derive(Debug, ApiResponse)]
pub enum GetOrganizationSettingsReply {
    /// The settings.
    #[oai(status = 200)]
    Ok(
        JsonReply<OrganizationSettings>,
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

impl GetOrganizationSettingsReply {
    /// The settings.
    pub fn ok(body: OrganizationSettings, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }

    /// The representation that the caller has is still true.
    pub fn not_modified(etag: impl Into<String>) -> Self {
        Self::NotModified(etag.into())
    }
}

impl Reply for GetOrganizationSettingsReply {
    const OPERATION: &'static Operation = table::GET_ORGANIZATION_SETTINGS;
}

/// Path and query parameters of `updateOrganizationSettings`.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateOrganizationSettingsParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `updateOrganizationSettings`.
#[derive(Debug, ApiResponse)]
pub enum UpdateOrganizationSettingsReply {
    /// The settings.
    #[oai(status = 200)]
    Ok(
        JsonReply<OrganizationSettings>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl UpdateOrganizationSettingsReply {
    /// The settings.
    pub fn ok(body: OrganizationSettings, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for UpdateOrganizationSettingsReply {
    const OPERATION: &'static Operation = table::UPDATE_ORGANIZATION_SETTINGS;
}

pub(crate) struct OrganizationsAdapter(pub(crate) Arc<dyn OrganizationsApi>);

#[OpenApi]
impl OrganizationsAdapter {
    /// List organizations
    #[oai(
        path = "/api/v1/organizations",
        method = "get",
        operation_id = "listOrganizations",
        tag = "ApiTag::Organizations",
        transform = "guard_list_organizations"
    )]
    async fn list_organizations(
        &self,
        call: Call,
        /// Only the organization with this slug.
        #[oai(name = "slug")]
        slug: Query<Option<String>>,
        /// Only organizations in this status.
        #[oai(name = "status")]
        status: Query<Option<OrganizationStatus>>,
        /// Only organizations whose name or slug contains this text, whatever its case.
        #[oai(name = "q")]
        q: Query<Option<String>>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_organizations_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_organizations_size")]
        size: Query<i32>,
        /// Order of the page, most significant first. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
    ) -> Answer<ListOrganizationsReply> {
        let params = ListOrganizationsParams {
            slug: slug.0,
            status: status.0,
            q: q.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
        };

        Answer(self.0.list_organizations(call, params).await)
    }

    /// Create an organization
    #[oai(
        path = "/api/v1/organizations",
        method = "post",
        operation_id = "createOrganization",
        tag = "ApiTag::Organizations",
        transform = "guard_create_organization"
    )]
    async fn create_organization(
        &self,
        call: Call,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewOrganization>,
    ) -> Answer<CreateOrganizationReply> {
        Answer(self.0.create_organization(call, body.0).await)
    }

    /// Read an organization
    #[oai(
        path = "/api/v1/organizations/:id",
        method = "get",
        operation_id = "getOrganization",
        tag = "ApiTag::Organizations",
        transform = "guard_get_organization"
    )]
    async fn get_organization(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// An ETag that the caller already has. When it is still true, the answer is 304 without a
        /// body.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Answer<GetOrganizationReply> {
        let params = GetOrganizationParams { id: id.0 };

        Answer(self.0.get_organization(call, params).await)
    }

    /// Change an organization
    #[oai(
        path = "/api/v1/organizations/:id",
        method = "put",
        operation_id = "updateOrganization",
        tag = "ApiTag::Organizations",
        transform = "guard_update_organization"
    )]
    async fn update_organization(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
        body: JsonBody<OrganizationUpdate>,
    ) -> Answer<UpdateOrganizationReply> {
        let params = UpdateOrganizationParams { id: id.0 };

        Answer(self.0.update_organization(call, params, body.0).await)
    }

    /// Delete an organization
    #[oai(
        path = "/api/v1/organizations/:id",
        method = "delete",
        operation_id = "deleteOrganization",
        tag = "ApiTag::Organizations",
        transform = "guard_delete_organization"
    )]
    async fn delete_organization(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
    ) -> Answer<DeleteOrganizationReply> {
        let params = DeleteOrganizationParams { id: id.0 };

        Answer(self.0.delete_organization(call, params).await)
    }

    /// Suspend an organization
    #[oai(
        path = "/api/v1/organizations/:id/suspend",
        method = "post",
        operation_id = "suspendOrganization",
        tag = "ApiTag::Organizations",
        transform = "guard_suspend_organization"
    )]
    async fn suspend_organization(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
    ) -> Answer<SuspendOrganizationReply> {
        let params = SuspendOrganizationParams { id: id.0 };

        Answer(self.0.suspend_organization(call, params).await)
    }

    /// Activate an organization
    #[oai(
        path = "/api/v1/organizations/:id/activate",
        method = "post",
        operation_id = "activateOrganization",
        tag = "ApiTag::Organizations",
        transform = "guard_activate_organization"
    )]
    async fn activate_organization(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
    ) -> Answer<ActivateOrganizationReply> {
        let params = ActivateOrganizationParams { id: id.0 };

        Answer(self.0.activate_organization(call, params).await)
    }

    /// Read the settings of an organization
    #[oai(
        path = "/api/v1/organizations/:id/settings",
        method = "get",
        operation_id = "getOrganizationSettings",
        tag = "ApiTag::Organizations",
        transform = "guard_get_organization_settings"
    )]
    async fn get_organization_settings(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// An ETag that the caller already has. When it is still true, the answer is 304 without a
        /// body.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Answer<GetOrganizationSettingsReply> {
        let params = GetOrganizationSettingsParams { id: id.0 };

        Answer(self.0.get_organization_settings(call, params).await)
    }

    /// Change the settings of an organization
    #[oai(
        path = "/api/v1/organizations/:id/settings",
        method = "put",
        operation_id = "updateOrganizationSettings",
        tag = "ApiTag::Organizations",
        transform = "guard_update_organization_settings"
    )]
    async fn update_organization_settings(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
        body: JsonBody<OrganizationSettingsUpdate>,
    ) -> Answer<UpdateOrganizationSettingsReply> {
        let params = UpdateOrganizationSettingsParams { id: id.0 };

        Answer(
            self.0
                .update_organization_settings(call, params, body.0)
                .await,
        )
    }
}

fn guard_list_organizations<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_ORGANIZATIONS, endpoint)
}

fn guard_create_organization<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_ORGANIZATION, endpoint)
}

fn guard_get_organization<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_ORGANIZATION, endpoint)
}

fn guard_update_organization<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::UPDATE_ORGANIZATION, endpoint)
}

fn guard_delete_organization<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::DELETE_ORGANIZATION, endpoint)
}

fn guard_suspend_organization<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::SUSPEND_ORGANIZATION, endpoint)
}

fn guard_activate_organization<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::ACTIVATE_ORGANIZATION, endpoint)
}

fn guard_get_organization_settings<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_ORGANIZATION_SETTINGS, endpoint)
}

fn guard_update_organization_settings<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::UPDATE_ORGANIZATION_SETTINGS, endpoint)
}

/// Where an organization is in its life. The users and keys of a SUSPENDED one are refused;
/// DELETED is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum OrganizationStatus {
    /// `ACTIVE`.
    #[oai(rename = "ACTIVE")]
    #[serde(rename = "ACTIVE")]
    Active,
    /// `SUSPENDED`.
    #[oai(rename = "SUSPENDED")]
    #[serde(rename = "SUSPENDED")]
    Suspended,
    /// `DELETED`.
    #[oai(rename = "DELETED")]
    #[serde(rename = "DELETED")]
    Deleted,
}

impl OrganizationStatus {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::Active, Self::Suspended, Self::Deleted];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::Deleted => "DELETED",
        }
    }
}

/// A tenant of the platform.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// The id of the organization.
    pub id: Uuid,
    /// The name for people.
    pub name: String,
    /// The short name for programs and for login, unique on the platform.
    pub slug: String,
    /// Where an organization is in its life. The users and keys of a SUSPENDED one are refused;
    /// DELETED is final.
    pub status: OrganizationStatus,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// An organization to be made.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct NewOrganization {
    /// The name for people.
    pub name: String,
    /// The short name for programs and for login.
    pub slug: String,
}

/// What an organization becomes.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct OrganizationUpdate {
    /// The name for people.
    pub name: String,
    /// The short name for programs and for login; absent, it stays.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
}

/// A page of organizations.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct PageOrganization {
    /// The elements of this page.
    pub content: Vec<Organization>,
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

/// What an organization has set for itself.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct OrganizationSettings {
    /// How long an access token lives; null means as the platform has it.
    pub access_token_seconds: Option<i32>,
    /// How long a session lives without use; null means as the platform has it.
    pub refresh_idle_seconds: Option<i32>,
    /// How long a session lives at most; null means as the platform has it.
    pub refresh_absolute_seconds: Option<i32>,
    /// The requests of the whole organization; null means as the platform has it.
    pub requests_per_minute: Option<i32>,
    /// The requests of each of its API keys; null means as the platform has it.
    pub api_key_requests_per_minute: Option<i32>,
    /// The web pages that may call with its tokens (CORS), beside those of the platform.
    pub allowed_origins: Vec<String>,
    /// Who mail to its users comes from; null means as the platform has it.
    pub mail_sender_name: Option<String>,
    /// Where answers to that mail go; null means as the platform has it.
    pub mail_reply_to: Option<String>,
    /// The fewest characters of a new password; null means as the platform has it.
    pub password_min_length: Option<i32>,
    /// The longest wait after failed logins; null means as the platform has it.
    pub lockout_max_seconds: Option<i32>,
    /// When they last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// What the settings become. What is absent is as the platform has it; absent origins are
/// none.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct OrganizationSettingsUpdate {
    /// How long an access token lives; null means as the platform has it.
    pub access_token_seconds: Option<i32>,
    /// How long a session lives without use; null means as the platform has it.
    pub refresh_idle_seconds: Option<i32>,
    /// How long a session lives at most; null means as the platform has it.
    pub refresh_absolute_seconds: Option<i32>,
    /// The requests of the whole organization; null means as the platform has it.
    pub requests_per_minute: Option<i32>,
    /// The requests of each of its API keys; null means as the platform has it.
    pub api_key_requests_per_minute: Option<i32>,
    /// The web pages that may call with its tokens (CORS), beside those of the platform.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_origins: Option<Vec<String>>,
    /// Who mail to its users comes from; null means as the platform has it.
    pub mail_sender_name: Option<String>,
    /// Where answers to that mail go; null means as the platform has it.
    pub mail_reply_to: Option<String>,
    /// The fewest characters of a new password; null means as the platform has it.
    pub password_min_length: Option<i32>,
    /// The longest wait after failed logins; null means as the platform has it.
    pub lockout_max_seconds: Option<i32>,
}
