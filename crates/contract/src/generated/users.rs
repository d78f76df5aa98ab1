// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The people who hold seats and who run the platform.

use super::*;

/// The people who hold seats and who run the platform.
#[async_trait]
pub trait UsersApi: Send + Sync + 'static {
    /// List users
    ///
    /// A page of the users that the caller may see. Deleted users are listed only with
    /// `status=DELETED`.
    async fn list_users(
        &self,
        call: Call,
        params: ListUsersParams,
    ) -> Result<ListUsersReply, Problem>;

    /// Create a user
    ///
    /// Creates a user in status PENDING. Role, organization and station are fixed from then on: a
    /// SUPER_ADMIN has neither, a PARTNER has an organization, an OPERATOR an organization and a
    /// station of it, a MEMBER an organization or none. What does not fit is a VALIDATION_ERROR.
    async fn create_user(&self, call: Call, body: NewUser) -> Result<CreateUserReply, Problem>;

    /// Read the caller
    ///
    /// The user that the API key or access token belongs to.
    async fn get_current_user(&self, call: Call) -> Result<GetCurrentUserReply, Problem>;

    /// Change the caller
    ///
    /// Changes the email and display name of the user that the API key or access token belongs
    /// to.
    async fn update_current_user(
        &self,
        call: Call,
        body: UserUpdate,
    ) -> Result<UpdateCurrentUserReply, Problem>;

    /// Read a user
    ///
    /// One user, also a deleted one, since assignments and events name it.
    async fn get_user(&self, call: Call, params: GetUserParams) -> Result<GetUserReply, Problem>;

    /// Change a user
    ///
    /// Replaces email and display name. Status changes by activate, deactivate and delete.
    async fn update_user(
        &self,
        call: Call,
        params: UpdateUserParams,
        body: UserUpdate,
    ) -> Result<UpdateUserReply, Problem>;

    /// Delete a user
    ///
    /// Marks the user DELETED and revokes the seats that it holds, together. The email is free
    /// again. Deleting a deleted user does nothing.
    async fn delete_user(
        &self,
        call: Call,
        params: DeleteUserParams,
    ) -> Result<DeleteUserReply, Problem>;

    /// Activate a user
    ///
    /// PENDING or INACTIVE becomes ACTIVE. An active user stays as it is.
    async fn activate_user(
        &self,
        call: Call,
        params: ActivateUserParams,
    ) -> Result<ActivateUserReply, Problem>;

    /// Deactivate a user
    ///
    /// The user becomes INACTIVE, keeps the seats that it holds, and takes no new ones.
    async fn deactivate_user(
        &self,
        call: Call,
        params: DeactivateUserParams,
    ) -> Result<DeactivateUserReply, Problem>;

    /// Erase who a user was
    ///
    /// Of a deleted user, email and name are erased for good, also in the events that told them.
    /// What the user did and held stays, under its id.
    async fn erase_user(
        &self,
        call: Call,
        params: EraseUserParams,
    ) -> Result<EraseUserReply, Problem>;

    /// List the seats of a user
    ///
    /// A page of the assignments of one user.
    async fn list_user_assignments(
        &self,
        call: Call,
        params: ListUserAssignmentsParams,
    ) -> Result<ListUserAssignmentsReply, Problem>;

    /// List the partners of an organization
    ///
    /// A page of the users of the organization whose role is PARTNER: the people who run the
    /// organization. Deleted ones are listed only with `status=DELETED`.
    async fn list_organization_partners(
        &self,
        call: Call,
        params: ListOrganizationPartnersParams,
    ) -> Result<ListOrganizationPartnersReply, Problem>;

    /// Create a partner of an organization
    ///
    /// Creates a PARTNER of the organization, in status PENDING. Role and organization are fixed
    /// from then on.
    async fn create_organization_partner(
        &self,
        call: Call,
        params: CreateOrganizationPartnerParams,
        body: NewOrganizationUser,
    ) -> Result<CreateOrganizationPartnerReply, Problem>;

    /// List the operators of an organization
    ///
    /// A page of the users of the organization whose role is OPERATOR: the people who run one of
    /// its stations each. Deleted ones are listed only with `status=DELETED`.
    async fn list_organization_operators(
        &self,
        call: Call,
        params: ListOrganizationOperatorsParams,
    ) -> Result<ListOrganizationOperatorsReply, Problem>;

    /// Create an operator of an organization
    ///
    /// Creates an OPERATOR of a station of the organization, in status PENDING. All three ties
    /// are fixed from then on.
    async fn create_organization_operator(
        &self,
        call: Call,
        params: CreateOrganizationOperatorParams,
        body: NewOperator,
    ) -> Result<CreateOrganizationOperatorReply, Problem>;

    /// List the members of an organization
    ///
    /// A page of the users of the organization whose role is MEMBER: its ordinary users. Deleted
    /// ones are listed only with `status=DELETED`.
    async fn list_organization_members(
        &self,
        call: Call,
        params: ListOrganizationMembersParams,
    ) -> Result<ListOrganizationMembersReply, Problem>;

    /// Create a member of an organization
    ///
    /// Creates a MEMBER of the organization, in status PENDING. Role and organization are fixed
    /// from then on.
    async fn create_organization_member(
        &self,
        call: Call,
        params: CreateOrganizationMemberParams,
        body: NewOrganizationUser,
    ) -> Result<CreateOrganizationMemberReply, Problem>;
}

/// Path and query parameters of `listUsers`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListUsersParams {
    /// Only the user with this email, whatever its case.
    pub email: Option<String>,
    /// Only users with this fixed role.
    pub role: Option<UserRole>,
    /// Only users in this status.
    pub status: Option<UserStatus>,
    /// Only what belongs to this organization.
    pub organization_id: Option<Uuid>,
    /// Only users of this station.
    pub station_id: Option<Uuid>,
    /// Only users whose email or display name contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
    /// The state at this time, to the microsecond, with what happened at it, instead of the
    /// present one. Who the caller is and what it may see is judged by the present. Not later
    /// than now. Such an answer has no ETag.
    pub as_of: Option<Timestamp>,
}

fn default_list_users_page() -> i32 {
    0
}

fn default_list_users_size() -> i32 {
    20
}

/// The successes of `listUsers`.
#[derive(Debug, ApiResponse)]
pub enum ListUsersReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageUser>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListUsersReply {
    /// The page.
    pub fn ok(body: PageUser, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListUsersReply {
    const OPERATION: &'static Operation = table::LIST_USERS;
}

/// The successes of `createUser`.
#[derive(Debug, ApiResponse)]
pub enum CreateUserReply {
    /// The user was created.
    #[oai(status = 201)]
    Created(
        JsonReply<User>,
        /// The path of what was created.
        #[oai(header = "Location")]
        String,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl CreateUserReply {
    /// The user was created.
    pub fn created(body: User, location: impl Into<String>, etag: impl Into<String>) -> Self {
        Self::Created(JsonReply(body), location.into(), etag.into())
    }
}

impl Reply for CreateUserReply {
    const OPERATION: &'static Operation = table::CREATE_USER;
}

/// The successes of `getCurrentUser`.
#[derive(Debug, ApiResponse)]
pub enum GetCurrentUserReply {
    /// The user.
    #[oai(status = 200)]
    Ok(
        JsonReply<User>,
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

impl GetCurrentUserReply {
    /// The user.
    pub fn ok(body: User, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }

    /// The representation that the caller has is still true.
    pub fn not_modified(etag: impl Into<String>) -> Self {
        Self::NotModified(etag.into())
    }
}

impl Reply for GetCurrentUserReply {
    const OPERATION: &'static Operation = table::GET_CURRENT_USER;
}

/// The successes of `updateCurrentUser`.
#[derive(Debug, ApiResponse)]
pub enum UpdateCurrentUserReply {
    /// The user.
    #[oai(status = 200)]
    Ok(
        JsonReply<User>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl UpdateCurrentUserReply {
    /// The user.
    pub fn ok(body: User, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for UpdateCurrentUserReply {
    const OPERATION: &'static Operation = table::UPDATE_CURRENT_USER;
}

/// Path and query parameters of `getUser`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetUserParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The state at this time, to the microsecond, with what happened at it, instead of the
    /// present one. Who the caller is and what it may see is judged by the present. Not later
    /// than now. Such an answer has no ETag.
    pub as_of: Option<Timestamp>,
}

/// The successes of `getUser`.
#[derive(Debug, ApiResponse)]
pub enum GetUserReply {
    /// The user.
    #[oai(status = 200)]
    Ok(
        JsonReply<User>,
        /// The version of the representation, for If-Match and If-None-Match. An answer of the past
        /// has none.
        #[oai(header = "ETag")]
        Option<String>,
    ),
    /// The representation that the caller has is still true.
    #[oai(status = 304)]
    NotModified(
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl GetUserReply {
    /// The user.
    pub fn ok(body: User, etag: Option<String>) -> Self {
        Self::Ok(JsonReply(body), etag)
    }

    /// The representation that the caller has is still true.
    pub fn not_modified(etag: impl Into<String>) -> Self {
        Self::NotModified(etag.into())
    }
}

impl Reply for GetUserReply {
    const OPERATION: &'static Operation = table::GET_USER;
}

/// Path and query parameters of `updateUser`.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateUserParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `updateUser`.
#[derive(Debug, ApiResponse)]
pub enum UpdateUserReply {
    /// The user.
    #[oai(status = 200)]
    Ok(
        JsonReply<User>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl UpdateUserReply {
    /// The user.
    pub fn ok(body: User, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for UpdateUserReply {
    const OPERATION: &'static Operation = table::UPDATE_USER;
}

/// Path and query parameters of `deleteUser`.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteUserParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `deleteUser`.
#[derive(Debug, ApiResponse)]
pub enum DeleteUserReply {
    /// The user is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl DeleteUserReply {
    /// The user is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for DeleteUserReply {
    const OPERATION: &'static Operation = table::DELETE_USER;
}

/// Path and query parameters of `activateUser`.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivateUserParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `activateUser`.
#[derive(Debug, ApiResponse)]
pub enum ActivateUserReply {
    /// The user.
    #[oai(status = 200)]
    Ok(
        JsonReply<User>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl ActivateUserReply {
    /// The user.
    pub fn ok(body: User, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for ActivateUserReply {
    const OPERATION: &'static Operation = table::ACTIVATE_USER;
}

/// Path and query parameters of `deactivateUser`.
#[derive(Debug, Clone, PartialEq)]
pub struct DeactivateUserParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `deactivateUser`.
#[derive(Debug, ApiResponse)]
pub enum DeactivateUserReply {
    /// The user.
    #[oai(status = 200)]
    Ok(
        JsonReply<User>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl DeactivateUserReply {
    /// The user.
    pub fn ok(body: User, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for DeactivateUserReply {
    const OPERATION: &'static Operation = table::DEACTIVATE_USER;
}

/// Path and query parameters of `eraseUser`.
#[derive(Debug, Clone, PartialEq)]
pub struct EraseUserParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `eraseUser`.
#[derive(Debug, ApiResponse)]
pub enum EraseUserReply {
    /// The user.
    #[oai(status = 200)]
    Ok(
        JsonReply<User>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl EraseUserReply {
    /// The user.
    pub fn ok(body: User, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for EraseUserReply {
    const OPERATION: &'static Operation = table::ERASE_USER;
}

/// Path and query parameters of `listUserAssignments`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListUserAssignmentsParams {
    /// The id of the resource.
    pub id: Uuid,
    /// Only assignments that are ACTIVE and whose end has not passed.
    pub active_only: bool,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page. Ties are broken by id.
    pub sort: Vec<String>,
    /// The state at this time, to the microsecond, with what happened at it, instead of the
    /// present one. Who the caller is and what it may see is judged by the present. Not later
    /// than now. Such an answer has no ETag.
    pub as_of: Option<Timestamp>,
}

fn default_list_user_assignments_active_only() -> bool {
    false
}

fn default_list_user_assignments_page() -> i32 {
    0
}

fn default_list_user_assignments_size() -> i32 {
    20
}

/// The successes of `listUserAssignments`.
#[derive(Debug, ApiResponse)]
pub enum ListUserAssignmentsReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageAssignment>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListUserAssignmentsReply {
    /// The page.
    pub fn ok(body: PageAssignment, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListUserAssignmentsReply {
    const OPERATION: &'static Operation = table::LIST_USER_ASSIGNMENTS;
}

/// Path and query parameters of `listOrganizationPartners`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListOrganizationPartnersParams {
    /// The id of the resource.
    pub id: Uuid,
    /// Only users in this status.
    pub status: Option<UserStatus>,
    /// Only users whose email or display name contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
    /// The state at this time, to the microsecond, with what happened at it, instead of the
    /// present one. Who the caller is and what it may see is judged by the present. Not later
    /// than now. Such an answer has no ETag.
    pub as_of: Option<Timestamp>,
}

fn default_list_organization_partners_page() -> i32 {
    0
}

fn default_list_organization_partners_size() -> i32 {
    20
}

/// The successes of `listOrganizationPartners`.
#[derive(Debug, ApiResponse)]
pub enum ListOrganizationPartnersReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageUser>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListOrganizationPartnersReply {
    /// The page.
    pub fn ok(body: PageUser, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListOrganizationPartnersReply {
    const OPERATION: &'static Operation = table::LIST_ORGANIZATION_PARTNERS;
}

/// Path and query parameters of `createOrganizationPartner`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateOrganizationPartnerParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `createOrganizationPartner`.
#[derive(Debug, ApiResponse)]
pub enum CreateOrganizationPartnerReply {
    /// The partner was created.
    #[oai(status = 201)]
    Created(
        JsonReply<User>,
        /// The path of what was created.
        #[oai(header = "Location")]
        String,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl CreateOrganizationPartnerReply {
    /// The partner was created.
    pub fn created(body: User, location: impl Into<String>, etag: impl Into<String>) -> Self {
        Self::Created(JsonReply(body), location.into(), etag.into())
    }
}

impl Reply for CreateOrganizationPartnerReply {
    const OPERATION: &'static Operation = table::CREATE_ORGANIZATION_PARTNER;
}

/// Path and query parameters of `listOrganizationOperators`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListOrganizationOperatorsParams {
    /// The id of the resource.
    pub id: Uuid,
    /// Only users in this status.
    pub status: Option<UserStatus>,
    /// Only users whose email or display name contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
    /// The state at this time, to the microsecond, with what happened at it, instead of the
    /// present one. Who the caller is and what it may see is judged by the present. Not later
    /// than now. Such an answer has no ETag.
    pub as_of: Option<Timestamp>,
}

fn default_list_organization_operators_page() -> i32 {
    0
}

fn default_list_organization_operators_size() -> i32 {
    20
}

/// The successes of `listOrganizationOperators`.
#[derive(Debug, ApiResponse)]
pub enum ListOrganizationOperatorsReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageUser>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListOrganizationOperatorsReply {
    /// The page.
    pub fn ok(body: PageUser, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListOrganizationOperatorsReply {
    const OPERATION: &'static Operation = table::LIST_ORGANIZATION_OPERATORS;
}

/// Path and query parameters of `createOrganizationOperator`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateOrganizationOperatorParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `createOrganizationOperator`.
#[derive(Debug, ApiResponse)]
pub enum CreateOrganizationOperatorReply {
    /// The operator was created.
    #[oai(status = 201)]
    Created(
        JsonReply<User>,
        /// The path of what was created.
        #[oai(header = "Location")]
        String,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl CreateOrganizationOperatorReply {
    /// The operator was created.
    pub fn created(body: User, location: impl Into<String>, etag: impl Into<String>) -> Self {
        Self::Created(JsonReply(body), location.into(), etag.into())
    }
}

impl Reply for CreateOrganizationOperatorReply {
    const OPERATION: &'static Operation = table::CREATE_ORGANIZATION_OPERATOR;
}

/// Path and query parameters of `listOrganizationMembers`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListOrganizationMembersParams {
    /// The id of the resource.
    pub id: Uuid,
    /// Only users in this status.
    pub status: Option<UserStatus>,
    /// Only users whose email or display name contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
    /// The state at this time, to the microsecond, with what happened at it, instead of the
    /// present one. Who the caller is and what it may see is judged by the present. Not later
    /// than now. Such an answer has no ETag.
    pub as_of: Option<Timestamp>,
}

fn default_list_organization_members_page() -> i32 {
    0
}

fn default_list_organization_members_size() -> i32 {
    20
}

/// The successes of `listOrganizationMembers`.
#[derive(Debug, ApiResponse)]
pub enum ListOrganizationMembersReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageUser>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListOrganizationMembersReply {
    /// The page.
    pub fn ok(body: PageUser, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListOrganizationMembersReply {
    const OPERATION: &'static Operation = table::LIST_ORGANIZATION_MEMBERS;
}

/// Path and query parameters of `createOrganizationMember`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateOrganizationMemberParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `createOrganizationMember`.
#[derive(Debug, ApiResponse)]
pub enum CreateOrganizationMemberReply {
    /// The member was created.
    #[oai(status = 201)]
    Created(
        JsonReply<User>,
        /// The path of what was created.
        #[oai(header = "Location")]
        String,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl CreateOrganizationMemberReply {
    /// The member was created.
    pub fn created(body: User, location: impl Into<String>, etag: impl Into<String>) -> Self {
        Self::Created(JsonReply(body), location.into(), etag.into())
    }
}

impl Reply for CreateOrganizationMemberReply {
    const OPERATION: &'static Operation = table::CREATE_ORGANIZATION_MEMBER;
}

pub(crate) struct UsersAdapter(pub(crate) Arc<dyn UsersApi>);

#[OpenApi]
impl UsersAdapter {
    /// List users
    #[oai(
        path = "/api/v1/users",
        method = "get",
        operation_id = "listUsers",
        tag = "ApiTag::Users",
        transform = "guard_list_users"
    )]
    async fn list_users(
        &self,
        call: Call,
        /// Only the user with this email, whatever its case.
        #[oai(name = "email")]
        email: Query<Option<String>>,
        /// Only users with this fixed role.
        #[oai(name = "role")]
        role: Query<Option<UserRole>>,
        /// Only users in this status.
        #[oai(name = "status")]
        status: Query<Option<UserStatus>>,
        /// Only what belongs to this organization.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<Uuid>>,
        /// Only users of this station.
        #[oai(name = "stationId")]
        station_id: Query<Option<Uuid>>,
        /// Only users whose email or display name contains this text, whatever its case.
        #[oai(name = "q")]
        q: Query<Option<String>>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_users_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_users_size")]
        size: Query<i32>,
        /// Order of the page, most significant first. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
        /// The state at this time, to the microsecond, with what happened at it, instead of the
        /// present one. Who the caller is and what it may see is judged by the present. Not later
        /// than now. Such an answer has no ETag.
        #[oai(name = "asOf")]
        as_of: Query<Option<Timestamp>>,
    ) -> Answer<ListUsersReply> {
        let params = ListUsersParams {
            email: email.0,
            role: role.0,
            status: status.0,
            organization_id: organization_id.0,
            station_id: station_id.0,
            q: q.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
            as_of: as_of.0,
        };

        Answer(self.0.list_users(call, params).await)
    }

    /// Create a user
    #[oai(
        path = "/api/v1/users",
        method = "post",
        operation_id = "createUser",
        tag = "ApiTag::Users",
        transform = "guard_create_user"
    )]
    async fn create_user(
        &self,
        call: Call,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewUser>,
    ) -> Answer<CreateUserReply> {
        Answer(self.0.create_user(call, body.0).await)
    }

    /// Read the caller
    #[oai(
        path = "/api/v1/users/me",
        method = "get",
        operation_id = "getCurrentUser",
        tag = "ApiTag::Users",
        transform = "guard_get_current_user"
    )]
    async fn get_current_user(
        &self,
        call: Call,
        /// An ETag that the caller already has. When it is still true, the answer is 304 without a
        /// body.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Answer<GetCurrentUserReply> {
        Answer(self.0.get_current_user(call).await)
    }

    /// Change the caller
    #[oai(
        path = "/api/v1/users/me",
        method = "put",
        operation_id = "updateCurrentUser",
        tag = "ApiTag::Users",
        transform = "guard_update_current_user"
    )]
    async fn update_current_user(
        &self,
        call: Call,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
        body: JsonBody<UserUpdate>,
    ) -> Answer<UpdateCurrentUserReply> {
        Answer(self.0.update_current_user(call, body.0).await)
    }

    /// Read a user
    #[oai(
        path = "/api/v1/users/:id",
        method = "get",
        operation_id = "getUser",
        tag = "ApiTag::Users",
        transform = "guard_get_user"
    )]
    async fn get_user(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The state at this time, to the microsecond, with what happened at it, instead of the
        /// present one. Who the caller is and what it may see is judged by the present. Not later
        /// than now. Such an answer has no ETag.
        #[oai(name = "asOf")]
        as_of: Query<Option<Timestamp>>,
        /// An ETag that the caller already has. When it is still true, the answer is 304 without a
        /// body.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Answer<GetUserReply> {
        let params = GetUserParams {
            id: id.0,
            as_of: as_of.0,
        };

        Answer(self.0.get_user(call, params).await)
    }

    /// Change a user
    #[oai(
        path = "/api/v1/users/:id",
        method = "put",
        operation_id = "updateUser",
        tag = "ApiTag::Users",
        transform = "guard_update_user"
    )]
    async fn update_user(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
        body: JsonBody<UserUpdate>,
    ) -> Answer<UpdateUserReply> {
        let params = UpdateUserParams { id: id.0 };

        Answer(self.0.update_user(call, params, body.0).await)
    }

    /// Delete a user
    #[oai(
        path = "/api/v1/users/:id",
        method = "delete",
        operation_id = "deleteUser",
        tag = "ApiTag::Users",
        transform = "guard_delete_user"
    )]
    async fn delete_user(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
    ) -> Answer<DeleteUserReply> {
        let params = DeleteUserParams { id: id.0 };

        Answer(self.0.delete_user(call, params).await)
    }

    /// Activate a user
    #[oai(
        path = "/api/v1/users/:id/activate",
        method = "post",
        operation_id = "activateUser",
        tag = "ApiTag::Users",
        transform = "guard_activate_user"
    )]
    async fn activate_user(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
    ) -> Answer<ActivateUserReply> {
        let params = ActivateUserParams { id: id.0 };

        Answer(self.0.activate_user(call, params).await)
    }

    /// Deactivate a user
    #[oai(
        path = "/api/v1/users/:id/deactivate",
        method = "post",
        operation_id = "deactivateUser",
        tag = "ApiTag::Users",
        transform = "guard_deactivate_user"
    )]
    async fn deactivate_user(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
    ) -> Answer<DeactivateUserReply> {
        let params = DeactivateUserParams { id: id.0 };

        Answer(self.0.deactivate_user(call, params).await)
    }

    /// Erase who a user was
    #[oai(
        path = "/api/v1/users/:id/erase",
        method = "post",
        operation_id = "eraseUser",
        tag = "ApiTag::Users",
        transform = "guard_erase_user"
    )]
    async fn erase_user(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
    ) -> Answer<EraseUserReply> {
        let params = EraseUserParams { id: id.0 };

        Answer(self.0.erase_user(call, params).await)
    }

    /// List the seats of a user
    #[oai(
        path = "/api/v1/users/:id/assignments",
        method = "get",
        operation_id = "listUserAssignments",
        tag = "ApiTag::Users",
        transform = "guard_list_user_assignments"
    )]
    async fn list_user_assignments(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Only assignments that are ACTIVE and whose end has not passed.
        #[oai(
            name = "activeOnly",
            default = "default_list_user_assignments_active_only"
        )]
        active_only: Query<bool>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_user_assignments_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_user_assignments_size")]
        size: Query<i32>,
        /// Order of the page. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
        /// The state at this time, to the microsecond, with what happened at it, instead of the
        /// present one. Who the caller is and what it may see is judged by the present. Not later
        /// than now. Such an answer has no ETag.
        #[oai(name = "asOf")]
        as_of: Query<Option<Timestamp>>,
    ) -> Answer<ListUserAssignmentsReply> {
        let params = ListUserAssignmentsParams {
            id: id.0,
            active_only: active_only.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
            as_of: as_of.0,
        };

        Answer(self.0.list_user_assignments(call, params).await)
    }

    /// List the partners of an organization
    #[oai(
        path = "/api/v1/organizations/:id/users/partners",
        method = "get",
        operation_id = "listOrganizationPartners",
        tag = "ApiTag::Users",
        transform = "guard_list_organization_partners"
    )]
    async fn list_organization_partners(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Only users in this status.
        #[oai(name = "status")]
        status: Query<Option<UserStatus>>,
        /// Only users whose email or display name contains this text, whatever its case.
        #[oai(name = "q")]
        q: Query<Option<String>>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_organization_partners_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_organization_partners_size")]
        size: Query<i32>,
        /// Order of the page, most significant first. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
        /// The state at this time, to the microsecond, with what happened at it, instead of the
        /// present one. Who the caller is and what it may see is judged by the present. Not later
        /// than now. Such an answer has no ETag.
        #[oai(name = "asOf")]
        as_of: Query<Option<Timestamp>>,
    ) -> Answer<ListOrganizationPartnersReply> {
        let params = ListOrganizationPartnersParams {
            id: id.0,
            status: status.0,
            q: q.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
            as_of: as_of.0,
        };

        Answer(self.0.list_organization_partners(call, params).await)
    }

    /// Create a partner of an organization
    #[oai(
        path = "/api/v1/organizations/:id/users/partners",
        method = "post",
        operation_id = "createOrganizationPartner",
        tag = "ApiTag::Users",
        transform = "guard_create_organization_partner"
    )]
    async fn create_organization_partner(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewOrganizationUser>,
    ) -> Answer<CreateOrganizationPartnerReply> {
        let params = CreateOrganizationPartnerParams { id: id.0 };

        Answer(
            self.0
                .create_organization_partner(call, params, body.0)
                .await,
        )
    }

    /// List the operators of an organization
    #[oai(
        path = "/api/v1/organizations/:id/users/operators",
        method = "get",
        operation_id = "listOrganizationOperators",
        tag = "ApiTag::Users",
        transform = "guard_list_organization_operators"
    )]
    async fn list_organization_operators(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Only users in this status.
        #[oai(name = "status")]
        status: Query<Option<UserStatus>>,
        /// Only users whose email or display name contains this text, whatever its case.
        #[oai(name = "q")]
        q: Query<Option<String>>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_organization_operators_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_organization_operators_size")]
        size: Query<i32>,
        /// Order of the page, most significant first. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
        /// The state at this time, to the microsecond, with what happened at it, instead of the
        /// present one. Who the caller is and what it may see is judged by the present. Not later
        /// than now. Such an answer has no ETag.
        #[oai(name = "asOf")]
        as_of: Query<Option<Timestamp>>,
    ) -> Answer<ListOrganizationOperatorsReply> {
        let params = ListOrganizationOperatorsParams {
            id: id.0,
            status: status.0,
            q: q.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
            as_of: as_of.0,
        };

        Answer(self.0.list_organization_operators(call, params).await)
    }

    /// Create an operator of an organization
    #[oai(
        path = "/api/v1/organizations/:id/users/operators",
        method = "post",
        operation_id = "createOrganizationOperator",
        tag = "ApiTag::Users",
        transform = "guard_create_organization_operator"
    )]
    async fn create_organization_operator(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewOperator>,
    ) -> Answer<CreateOrganizationOperatorReply> {
        let params = CreateOrganizationOperatorParams { id: id.0 };

        Answer(
            self.0
                .create_organization_operator(call, params, body.0)
                .await,
        )
    }

    /// List the members of an organization
    #[oai(
        path = "/api/v1/organizations/:id/users/members",
        method = "get",
        operation_id = "listOrganizationMembers",
        tag = "ApiTag::Users",
        transform = "guard_list_organization_members"
    )]
    async fn list_organization_members(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Only users in this status.
        #[oai(name = "status")]
        status: Query<Option<UserStatus>>,
        /// Only users whose email or display name contains this text, whatever its case.
        #[oai(name = "q")]
        q: Query<Option<String>>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_organization_members_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_organization_members_size")]
        size: Query<i32>,
        /// Order of the page, most significant first. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
        /// The state at this time, to the microsecond, with what happened at it, instead of the
        /// present one. Who the caller is and what it may see is judged by the present. Not later
        /// than now. Such an answer has no ETag.
        #[oai(name = "asOf")]
        as_of: Query<Option<Timestamp>>,
    ) -> Answer<ListOrganizationMembersReply> {
        let params = ListOrganizationMembersParams {
            id: id.0,
            status: status.0,
            q: q.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
            as_of: as_of.0,
        };

        Answer(self.0.list_organization_members(call, params).await)
    }

    /// Create a member of an organization
    #[oai(
        path = "/api/v1/organizations/:id/users/members",
        method = "post",
        operation_id = "createOrganizationMember",
        tag = "ApiTag::Users",
        transform = "guard_create_organization_member"
    )]
    async fn create_organization_member(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewOrganizationUser>,
    ) -> Answer<CreateOrganizationMemberReply> {
        let params = CreateOrganizationMemberParams { id: id.0 };

        Answer(
            self.0
                .create_organization_member(call, params, body.0)
                .await,
        )
    }
}

fn guard_list_users<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_USERS, endpoint)
}

fn guard_create_user<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_USER, endpoint)
}

fn guard_get_current_user<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_CURRENT_USER, endpoint)
}

fn guard_update_current_user<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::UPDATE_CURRENT_USER, endpoint)
}

fn guard_get_user<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_USER, endpoint)
}

fn guard_update_user<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::UPDATE_USER, endpoint)
}

fn guard_delete_user<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::DELETE_USER, endpoint)
}

fn guard_activate_user<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::ACTIVATE_USER, endpoint)
}

fn guard_deactivate_user<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::DEACTIVATE_USER, endpoint)
}

fn guard_erase_user<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::ERASE_USER, endpoint)
}

fn guard_list_user_assignments<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_USER_ASSIGNMENTS, endpoint)
}

fn guard_list_organization_partners<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_ORGANIZATION_PARTNERS, endpoint)
}

fn guard_create_organization_partner<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_ORGANIZATION_PARTNER, endpoint)
}

fn guard_list_organization_operators<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_ORGANIZATION_OPERATORS, endpoint)
}

fn guard_create_organization_operator<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_ORGANIZATION_OPERATOR, endpoint)
}

fn guard_list_organization_members<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_ORGANIZATION_MEMBERS, endpoint)
}

fn guard_create_organization_member<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_ORGANIZATION_MEMBER, endpoint)
}

/// The fixed role of a user, chosen when it is made. SUPER_ADMIN runs the platform, PARTNER
/// one organization, OPERATOR one station; MEMBER is an ordinary user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum UserRole {
    /// `SUPER_ADMIN`.
    #[oai(rename = "SUPER_ADMIN")]
    #[serde(rename = "SUPER_ADMIN")]
    SuperAdmin,
    /// `PARTNER`.
    #[oai(rename = "PARTNER")]
    #[serde(rename = "PARTNER")]
    Partner,
    /// `OPERATOR`.
    #[oai(rename = "OPERATOR")]
    #[serde(rename = "OPERATOR")]
    Operator,
    /// `MEMBER`.
    #[oai(rename = "MEMBER")]
    #[serde(rename = "MEMBER")]
    Member,
}

impl UserRole {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[
        Self::SuperAdmin,
        Self::Partner,
        Self::Operator,
        Self::Member,
    ];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SuperAdmin => "SUPER_ADMIN",
            Self::Partner => "PARTNER",
            Self::Operator => "OPERATOR",
            Self::Member => "MEMBER",
        }
    }
}

/// Where a user is in its life. PENDING has not accepted its invitation yet; INACTIVE is
/// locked out; DELETED is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum UserStatus {
    /// `PENDING`.
    #[oai(rename = "PENDING")]
    #[serde(rename = "PENDING")]
    Pending,
    /// `ACTIVE`.
    #[oai(rename = "ACTIVE")]
    #[serde(rename = "ACTIVE")]
    Active,
    /// `INACTIVE`.
    #[oai(rename = "INACTIVE")]
    #[serde(rename = "INACTIVE")]
    Inactive,
    /// `DELETED`.
    #[oai(rename = "DELETED")]
    #[serde(rename = "DELETED")]
    Deleted,
}

impl UserStatus {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::Pending, Self::Active, Self::Inactive, Self::Deleted];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
            Self::Deleted => "DELETED",
        }
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The id of the user.
    pub id: Uuid,
    /// The email, unique in the realm whatever its case.
    pub email: String,
    /// How people call the user.
    pub display_name: String,
    /// The fixed role of a user, chosen when it is made. SUPER_ADMIN runs the platform, PARTNER
    /// one organization, OPERATOR one station; MEMBER is an ordinary user.
    pub role: UserRole,
    /// Where a user is in its life. PENDING has not accepted its invitation yet; INACTIVE is
    /// locked out; DELETED is final.
    pub status: UserStatus,
    /// The organization, or null in the platform realm.
    pub organization_id: Option<Uuid>,
    /// The station of an operator, else null.
    pub station_id: Option<Uuid>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// A user to be made. Without a role it is a MEMBER.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct NewUser {
    /// The email.
    pub email: String,
    /// How people call the user.
    pub display_name: String,
    /// The fixed role of a user, chosen when it is made. SUPER_ADMIN runs the platform, PARTNER
    /// one organization, OPERATOR one station; MEMBER is an ordinary user.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<UserRole>,
    /// The organization; null or absent means the platform realm.
    pub organization_id: Option<Uuid>,
    /// The station of an operator, else null or absent.
    pub station_id: Option<Uuid>,
}

/// A partner or member to be made in an organization.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct NewOrganizationUser {
    /// The email.
    pub email: String,
    /// How people call the user.
    pub display_name: String,
}

/// An operator to be made in an organization.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct NewOperator {
    /// The email.
    pub email: String,
    /// How people call the user.
    pub display_name: String,
    /// The station, which is one of the organization.
    pub station_id: Uuid,
}

/// What a user becomes.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct UserUpdate {
    /// The email.
    pub email: String,
    /// How people call the user.
    pub display_name: String,
}

/// A page of users.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct PageUser {
    /// The elements of this page.
    pub content: Vec<User>,
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

/// ACTIVE holds a seat; REVOKED holds none and stays as history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum AssignmentStatus {
    /// `ACTIVE`.
    #[oai(rename = "ACTIVE")]
    #[serde(rename = "ACTIVE")]
    Active,
    /// `REVOKED`.
    #[oai(rename = "REVOKED")]
    #[serde(rename = "REVOKED")]
    Revoked,
}

impl AssignmentStatus {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::Active, Self::Revoked];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Revoked => "REVOKED",
        }
    }
}

/// A seat that a user or a station holds or held.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Assignment {
    /// The id of the assignment.
    pub id: Uuid,
    /// The user who holds the seat, or null when a station does.
    pub user_id: Option<Uuid>,
    /// The station that holds the seat, or null when a user does.
    pub station_id: Option<Uuid>,
    /// The product of the variant.
    pub product_id: Uuid,
    /// The variant whose seat it is.
    pub product_variant_id: Uuid,
    /// The organization of the holder, or null in the platform realm.
    pub organization_id: Option<Uuid>,
    /// ACTIVE holds a seat; REVOKED holds none and stays as history.
    pub status: AssignmentStatus,
    /// When it takes effect; null means at once.
    pub starts_at: Option<Timestamp>,
    /// When the seat frees itself; null means never.
    pub ends_at: Option<Timestamp>,
    /// A note for people.
    pub note: Option<String>,
    /// Whether it is ACTIVE and now lies in \[startsAt, endsAt).
    pub effective: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// A page of assignments.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct PageAssignment {
    /// The elements of this page.
    pub content: Vec<Assignment>,
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
