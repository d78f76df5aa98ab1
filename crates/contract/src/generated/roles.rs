// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Permissions, and the custom roles that grant them on top of the fixed role of a user.

use super::*;

/// Permissions, and the custom roles that grant them on top of the fixed role of a user.
#[async_trait]
pub trait RolesApi: Send + Sync + 'static {
    /// List the permissions
    ///
    /// Every permission, with the operations that need it and the fixed roles that have it.
    async fn list_permissions(&self, call: Call) -> Result<ListPermissionsReply, Problem>;

    /// List custom roles
    ///
    /// A page of the custom roles that the caller may see.
    async fn list_roles(
        &self,
        call: Call,
        params: ListRolesParams,
    ) -> Result<ListRolesReply, Problem>;

    /// Create a custom role
    ///
    /// Creates a custom role of an organization. Its name is unique there. It carries only
    /// permissions that the caller holds, else FORBIDDEN, and only grantable ones, else
    /// VALIDATION_ERROR.
    async fn create_role(&self, call: Call, body: NewRole) -> Result<CreateRoleReply, Problem>;

    /// Read a custom role
    ///
    /// One custom role.
    async fn get_role(&self, call: Call, params: GetRoleParams) -> Result<GetRoleReply, Problem>;

    /// Change a custom role
    ///
    /// Replaces name, description and permissions, by the rules of a new role. In effect at once
    /// for all who have it.
    async fn update_role(
        &self,
        call: Call,
        params: UpdateRoleParams,
        body: RoleUpdate,
    ) -> Result<UpdateRoleReply, Problem>;

    /// Delete a custom role
    ///
    /// Deletes the role and takes it from all who have it, together.
    async fn delete_role(
        &self,
        call: Call,
        params: DeleteRoleParams,
    ) -> Result<DeleteRoleReply, Problem>;

    /// List the custom roles of a user
    ///
    /// The custom roles that the user has, on top of the fixed one.
    async fn list_user_roles(
        &self,
        call: Call,
        params: ListUserRolesParams,
    ) -> Result<ListUserRolesReply, Problem>;

    /// Grant a custom role to a user
    ///
    /// Gives the user a role of its own organization. The caller must hold every permission of
    /// it, else FORBIDDEN. Granting it again does nothing.
    async fn grant_role(
        &self,
        call: Call,
        params: GrantRoleParams,
        body: RoleGrant,
    ) -> Result<GrantRoleReply, Problem>;

    /// Take a custom role from a user
    ///
    /// Takes the role from the user. A role that the user does not have is NOT_FOUND.
    async fn revoke_role(
        &self,
        call: Call,
        params: RevokeRoleParams,
    ) -> Result<RevokeRoleReply, Problem>;
}

/// The successes of `listPermissions`.
#[derive(Debug, ApiResponse)]
pub enum ListPermissionsReply {
    /// The permissions.
    #[oai(status = 200)]
    Ok(JsonReply<PermissionList>),
}

impl ListPermissionsReply {
    /// The permissions.
    pub fn ok(body: PermissionList) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for ListPermissionsReply {
    const OPERATION: &'static Operation = table::LIST_PERMISSIONS;
}

/// Path and query parameters of `listRoles`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRolesParams {
    /// Only what belongs to this organization.
    pub organization_id: Option<Uuid>,
    /// Only roles whose name contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

fn default_list_roles_page() -> i32 {
    0
}

fn default_list_roles_size() -> i32 {
    20
}

/// The successes of `listRoles`.
#[derive(Debug, ApiResponse)]
pub enum ListRolesReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageRole>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListRolesReply {
    /// The page.
    pub fn ok(body: PageRole, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListRolesReply {
    const OPERATION: &'static Operation = table::LIST_ROLES;
}

/// The successes of `createRole`.
#[derive(Debug, ApiResponse)]
pub enum CreateRoleReply {
    /// The role was created.
    #[oai(status = 201)]
    Created(
        JsonReply<Role>,
        /// The path of what was created.
        #[oai(header = "Location")]
        String,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl CreateRoleReply {
    /// The role was created.
    pub fn created(body: Role, location: impl Into<String>, etag: impl Into<String>) -> Self {
        Self::Created(JsonReply(body), location.into(), etag.into())
    }
}

impl Reply for CreateRoleReply {
    const OPERATION: &'static Operation = table::CREATE_ROLE;
}

/// Path and query parameters of `getRole`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetRoleParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `getRole`.
#[derive(Debug, ApiResponse)]
pub enum GetRoleReply {
    /// The role.
    #[oai(status = 200)]
    Ok(
        JsonReply<Role>,
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

impl GetRoleReply {
    /// The role.
    pub fn ok(body: Role, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }

    /// The representation that the caller has is still true.
    pub fn not_modified(etag: impl Into<String>) -> Self {
        Self::NotModified(etag.into())
    }
}

impl Reply for GetRoleReply {
    const OPERATION: &'static Operation = table::GET_ROLE;
}

/// Path and query parameters of `updateRole`.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateRoleParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `updateRole`.
#[derive(Debug, ApiResponse)]
pub enum UpdateRoleReply {
    /// The role.
    #[oai(status = 200)]
    Ok(
        JsonReply<Role>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl UpdateRoleReply {
    /// The role.
    pub fn ok(body: Role, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for UpdateRoleReply {
    const OPERATION: &'static Operation = table::UPDATE_ROLE;
}

/// Path and query parameters of `deleteRole`.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteRoleParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `deleteRole`.
#[derive(Debug, ApiResponse)]
pub enum DeleteRoleReply {
    /// The role is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl DeleteRoleReply {
    /// The role is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for DeleteRoleReply {
    const OPERATION: &'static Operation = table::DELETE_ROLE;
}

/// Path and query parameters of `listUserRoles`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListUserRolesParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `listUserRoles`.
#[derive(Debug, ApiResponse)]
pub enum ListUserRolesReply {
    /// The roles.
    #[oai(status = 200)]
    Ok(JsonReply<RoleList>),
}

impl ListUserRolesReply {
    /// The roles.
    pub fn ok(body: RoleList) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for ListUserRolesReply {
    const OPERATION: &'static Operation = table::LIST_USER_ROLES;
}

/// Path and query parameters of `grantRole`.
#[derive(Debug, Clone, PartialEq)]
pub struct GrantRoleParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `grantRole`.
#[derive(Debug, ApiResponse)]
pub enum GrantRoleReply {
    /// The roles that the user has now.
    #[oai(status = 200)]
    Ok(JsonReply<RoleList>),
}

impl GrantRoleReply {
    /// The roles that the user has now.
    pub fn ok(body: RoleList) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for GrantRoleReply {
    const OPERATION: &'static Operation = table::GRANT_ROLE;
}

/// Path and query parameters of `revokeRole`.
#[derive(Debug, Clone, PartialEq)]
pub struct RevokeRoleParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The role.
    pub role_id: Uuid,
}

/// The successes of `revokeRole`.
#[derive(Debug, ApiResponse)]
pub enum RevokeRoleReply {
    /// The user does not have the role any more. There is no body, for example `HTTP/1.1 204 No
    /// Content`.
    #[oai(status = 204)]
    NoContent,
}

impl RevokeRoleReply {
    /// The user does not have the role any more. There is no body, for example `HTTP/1.1 204 No
    /// Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for RevokeRoleReply {
    const OPERATION: &'static Operation = table::REVOKE_ROLE;
}

pub(crate) struct RolesAdapter(pub(crate) Arc<dyn RolesApi>);

#[OpenApi]
impl RolesAdapter {
    /// List the permissions
    #[oai(
        path = "/api/v1/permissions",
        method = "get",
        operation_id = "listPermissions",
        tag = "ApiTag::Roles",
        transform = "guard_list_permissions"
    )]
    async fn list_permissions(&self, call: Call) -> Answer<ListPermissionsReply> {
        Answer(self.0.list_permissions(call).await)
    }

    /// List custom roles
    #[oai(
        path = "/api/v1/roles",
        method = "get",
        operation_id = "listRoles",
        tag = "ApiTag::Roles",
        transform = "guard_list_roles"
    )]
    async fn list_roles(
        &self,
        call: Call,
        /// Only what belongs to this organization.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<Uuid>>,
        /// Only roles whose name contains this text, whatever its case.
        #[oai(name = "q")]
        q: Query<Option<String>>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_roles_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_roles_size")]
        size: Query<i32>,
        /// Order of the page, most significant first. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
    ) -> Answer<ListRolesReply> {
        let params = ListRolesParams {
            organization_id: organization_id.0,
            q: q.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
        };

        Answer(self.0.list_roles(call, params).await)
    }

    /// Create a custom role
    #[oai(
        path = "/api/v1/roles",
        method = "post",
        operation_id = "createRole",
        tag = "ApiTag::Roles",
        transform = "guard_create_role"
    )]
    async fn create_role(
        &self,
        call: Call,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewRole>,
    ) -> Answer<CreateRoleReply> {
        Answer(self.0.create_role(call, body.0).await)
    }

    /// Read a custom role
    #[oai(
        path = "/api/v1/roles/:id",
        method = "get",
        operation_id = "getRole",
        tag = "ApiTag::Roles",
        transform = "guard_get_role"
    )]
    async fn get_role(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// An ETag that the caller already has. When it is still true, the answer is 304 without a
        /// body.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Answer<GetRoleReply> {
        let params = GetRoleParams { id: id.0 };

        Answer(self.0.get_role(call, params).await)
    }

    /// Change a custom role
    #[oai(
        path = "/api/v1/roles/:id",
        method = "put",
        operation_id = "updateRole",
        tag = "ApiTag::Roles",
        transform = "guard_update_role"
    )]
    async fn update_role(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
        body: JsonBody<RoleUpdate>,
    ) -> Answer<UpdateRoleReply> {
        let params = UpdateRoleParams { id: id.0 };

        Answer(self.0.update_role(call, params, body.0).await)
    }

    /// Delete a custom role
    #[oai(
        path = "/api/v1/roles/:id",
        method = "delete",
        operation_id = "deleteRole",
        tag = "ApiTag::Roles",
        transform = "guard_delete_role"
    )]
    async fn delete_role(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
    ) -> Answer<DeleteRoleReply> {
        let params = DeleteRoleParams { id: id.0 };

        Answer(self.0.delete_role(call, params).await)
    }

    /// List the custom roles of a user
    #[oai(
        path = "/api/v1/users/:id/roles",
        method = "get",
        operation_id = "listUserRoles",
        tag = "ApiTag::Roles",
        transform = "guard_list_user_roles"
    )]
    async fn list_user_roles(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
    ) -> Answer<ListUserRolesReply> {
        let params = ListUserRolesParams { id: id.0 };

        Answer(self.0.list_user_roles(call, params).await)
    }

    /// Grant a custom role to a user
    #[oai(
        path = "/api/v1/users/:id/roles",
        method = "post",
        operation_id = "grantRole",
        tag = "ApiTag::Roles",
        transform = "guard_grant_role"
    )]
    async fn grant_role(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<RoleGrant>,
    ) -> Answer<GrantRoleReply> {
        let params = GrantRoleParams { id: id.0 };

        Answer(self.0.grant_role(call, params, body.0).await)
    }

    /// Take a custom role from a user
    #[oai(
        path = "/api/v1/users/:id/roles/:roleId",
        method = "delete",
        operation_id = "revokeRole",
        tag = "ApiTag::Roles",
        transform = "guard_revoke_role"
    )]
    async fn revoke_role(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The role.
        #[oai(name = "roleId")]
        role_id: Path<Uuid>,
    ) -> Answer<RevokeRoleReply> {
        let params = RevokeRoleParams {
            id: id.0,
            role_id: role_id.0,
        };

        Answer(self.0.revoke_role(call, params).await)
    }
}

fn guard_list_permissions<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_PERMISSIONS, endpoint)
}

fn guard_list_roles<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_ROLES, endpoint)
}

fn guard_create_role<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_ROLE, endpoint)
}

fn guard_get_role<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_ROLE, endpoint)
}

fn guard_update_role<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::UPDATE_ROLE, endpoint)
}

fn guard_delete_role<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::DELETE_ROLE, endpoint)
}

fn guard_list_user_roles<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_USER_ROLES, endpoint)
}

fn guard_grant_role<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GRANT_ROLE, endpoint)
}

fn guard_revoke_role<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::REVOKE_ROLE, endpoint)
}

/// A permission.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct PermissionInfo {
    /// The name, as resource.action.
    pub name: String,
    /// The operations that need it, by their operationId.
    pub operations: Vec<String>,
    /// The fixed roles that have it.
    pub roles: Vec<UserRole>,
    /// Whether a custom role may carry it.
    pub grantable: bool,
}

/// All permissions.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct PermissionList {
    /// The permissions, by name.
    pub content: Vec<PermissionInfo>,
}

/// A custom role of an organization.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// The id of the role.
    pub id: Uuid,
    /// The organization that it belongs to.
    pub organization_id: Uuid,
    /// The name for people, unique in the organization.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it grants.
    pub permissions: Vec<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// A custom role to be made.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct NewRole {
    /// The organization. A caller of one may leave it out.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
    /// The name for people.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it grants.
    pub permissions: Vec<String>,
}

/// What a custom role becomes.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct RoleUpdate {
    /// The name for people.
    pub name: String,
    /// What it is for; absent, it becomes null.
    pub description: Option<String>,
    /// What it grants.
    pub permissions: Vec<String>,
}

/// A custom role to be granted.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct RoleGrant {
    /// The role.
    pub role_id: Uuid,
}

/// The custom roles of a user.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct RoleList {
    /// The roles, by name.
    pub content: Vec<Role>,
}

/// A page of custom roles.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct PageRole {
    /// The elements of this page.
    pub content: Vec<Role>,
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
