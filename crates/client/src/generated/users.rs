// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The people who hold seats and who run the platform.

use super::*;

impl Client {
    /// List users
    ///
    /// A page of the users that the caller may see. Deleted users are listed only with
    /// `status=DELETED`.
    pub async fn list_users(
        &self,
        params: &ListUsersParams,
        options: &Options,
    ) -> Result<Reply<PageUser>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/users".to_owned(),
            params.pairs(),
        )
        .at_moment(options);
        self.send_for_json(exchange, options).await
    }

    /// Create a user
    ///
    /// Creates a user in status PENDING. Role, organization and station are fixed from then on: a
    /// SUPER_ADMIN has neither, a PARTNER has an organization, an OPERATOR an organization and a
    /// station of it, a MEMBER an organization or none. What does not fit is a VALIDATION_ERROR.
    pub async fn create_user(
        &self,
        body: &NewUser,
        options: &Options,
    ) -> Result<Reply<User>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            "/api/v1/users".to_owned(),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Read the caller
    ///
    /// The user that the API key or access token belongs to.
    pub async fn get_current_user(&self, options: &Options) -> Result<Reply<Option<User>>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/users/me".to_owned(),
            Vec::new(),
        );
        self.send_for_json_or_nothing(exchange, options).await
    }

    /// Change the caller
    ///
    /// Changes the email and display name of the user that the API key or access token belongs
    /// to.
    pub async fn update_current_user(
        &self,
        body: &UserUpdate,
        options: &Options,
    ) -> Result<Reply<User>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::PUT,
            "/api/v1/users/me".to_owned(),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Read a user
    ///
    /// One user, also a deleted one, since assignments and events name it.
    pub async fn get_user(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Option<User>>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/users/{id}"),
            Vec::new(),
        )
        .at_moment(options);
        self.send_for_json_or_nothing(exchange, options).await
    }

    /// Change a user
    ///
    /// Replaces email and display name. Status changes by activate, deactivate and delete.
    pub async fn update_user(
        &self,
        id: Uuid,
        body: &UserUpdate,
        options: &Options,
    ) -> Result<Reply<User>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::PUT,
            format!("/api/v1/users/{id}"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Delete a user
    ///
    /// Marks the user DELETED and revokes the seats that it holds, together. The email is free
    /// again. Deleting a deleted user does nothing.
    pub async fn delete_user(&self, id: Uuid, options: &Options) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            format!("/api/v1/users/{id}"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }

    /// Activate a user
    ///
    /// PENDING or INACTIVE becomes ACTIVE. An active user stays as it is.
    pub async fn activate_user(&self, id: Uuid, options: &Options) -> Result<Reply<User>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/users/{id}/activate"),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Deactivate a user
    ///
    /// The user becomes INACTIVE, keeps the seats that it holds, and takes no new ones.
    pub async fn deactivate_user(&self, id: Uuid, options: &Options) -> Result<Reply<User>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/users/{id}/deactivate"),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Erase who a user was
    ///
    /// Of a deleted user, email and name are erased for good, also in the events that told them.
    /// What the user did and held stays, under its id.
    pub async fn erase_user(&self, id: Uuid, options: &Options) -> Result<Reply<User>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/users/{id}/erase"),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// List the seats of a user
    ///
    /// A page of the assignments of one user.
    pub async fn list_user_assignments(
        &self,
        id: Uuid,
        params: &ListUserAssignmentsParams,
        options: &Options,
    ) -> Result<Reply<PageAssignment>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/users/{id}/assignments"),
            params.pairs(),
        )
        .at_moment(options);
        self.send_for_json(exchange, options).await
    }

    /// List the partners of an organization
    ///
    /// A page of the users of the organization whose role is PARTNER: the people who run the
    /// organization. Deleted ones are listed only with `status=DELETED`.
    pub async fn list_organization_partners(
        &self,
        id: Uuid,
        params: &ListOrganizationPartnersParams,
        options: &Options,
    ) -> Result<Reply<PageUser>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/organizations/{id}/users/partners"),
            params.pairs(),
        )
        .at_moment(options);
        self.send_for_json(exchange, options).await
    }

    /// Create a partner of an organization
    ///
    /// Creates a PARTNER of the organization, in status PENDING. Role and organization are fixed
    /// from then on.
    pub async fn create_organization_partner(
        &self,
        id: Uuid,
        body: &NewOrganizationUser,
        options: &Options,
    ) -> Result<Reply<User>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/organizations/{id}/users/partners"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// List the operators of an organization
    ///
    /// A page of the users of the organization whose role is OPERATOR: the people who run one of
    /// its stations each. Deleted ones are listed only with `status=DELETED`.
    pub async fn list_organization_operators(
        &self,
        id: Uuid,
        params: &ListOrganizationOperatorsParams,
        options: &Options,
    ) -> Result<Reply<PageUser>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/organizations/{id}/users/operators"),
            params.pairs(),
        )
        .at_moment(options);
        self.send_for_json(exchange, options).await
    }

    /// Create an operator of an organization
    ///
    /// Creates an OPERATOR of a station of the organization, in status PENDING. All three ties
    /// are fixed from then on.
    pub async fn create_organization_operator(
        &self,
        id: Uuid,
        body: &NewOperator,
        options: &Options,
    ) -> Result<Reply<User>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/organizations/{id}/users/operators"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// List the members of an organization
    ///
    /// A page of the users of the organization whose role is MEMBER: its ordinary users. Deleted
    /// ones are listed only with `status=DELETED`.
    pub async fn list_organization_members(
        &self,
        id: Uuid,
        params: &ListOrganizationMembersParams,
        options: &Options,
    ) -> Result<Reply<PageUser>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/organizations/{id}/users/members"),
            params.pairs(),
        )
        .at_moment(options);
        self.send_for_json(exchange, options).await
    }

    /// Create a member of an organization
    ///
    /// Creates a MEMBER of the organization, in status PENDING. Role and organization are fixed
    /// from then on.
    pub async fn create_organization_member(
        &self,
        id: Uuid,
        body: &NewOrganizationUser,
        options: &Options,
    ) -> Result<Reply<User>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/organizations/{id}/users/members"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }
}

/// Query parameters of `listUsers`.
#[derive(Debug, Clone, PartialEq, Default)]
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
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListUsersParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.email {
            pairs.push(("email", value.to_string()));
        }
        if let Some(value) = &self.role {
            pairs.push(("role", value.as_str().to_owned()));
        }
        if let Some(value) = &self.status {
            pairs.push(("status", value.as_str().to_owned()));
        }
        if let Some(value) = &self.organization_id {
            pairs.push(("organizationId", value.to_string()));
        }
        if let Some(value) = &self.station_id {
            pairs.push(("stationId", value.to_string()));
        }
        if let Some(value) = &self.q {
            pairs.push(("q", value.to_string()));
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

/// Query parameters of `listUserAssignments`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListUserAssignmentsParams {
    /// Only assignments that are ACTIVE and whose end has not passed.
    pub active_only: Option<bool>,
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListUserAssignmentsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.active_only {
            pairs.push(("activeOnly", value.to_string()));
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

/// Query parameters of `listOrganizationPartners`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListOrganizationPartnersParams {
    /// Only users in this status.
    pub status: Option<UserStatus>,
    /// Only users whose email or display name contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListOrganizationPartnersParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.status {
            pairs.push(("status", value.as_str().to_owned()));
        }
        if let Some(value) = &self.q {
            pairs.push(("q", value.to_string()));
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

/// Query parameters of `listOrganizationOperators`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListOrganizationOperatorsParams {
    /// Only users in this status.
    pub status: Option<UserStatus>,
    /// Only users whose email or display name contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListOrganizationOperatorsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.status {
            pairs.push(("status", value.as_str().to_owned()));
        }
        if let Some(value) = &self.q {
            pairs.push(("q", value.to_string()));
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

/// Query parameters of `listOrganizationMembers`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListOrganizationMembersParams {
    /// Only users in this status.
    pub status: Option<UserStatus>,
    /// Only users whose email or display name contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListOrganizationMembersParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.status {
            pairs.push(("status", value.as_str().to_owned()));
        }
        if let Some(value) = &self.q {
            pairs.push(("q", value.to_string()));
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

/// The fixed role of a user, chosen when it is made. SUPER_ADMIN runs the platform, PARTNER
/// one organization, OPERATOR one station; MEMBER is an ordinary user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UserRole {
    /// `SUPER_ADMIN`.
    #[serde(rename = "SUPER_ADMIN")]
    SuperAdmin,
    /// `PARTNER`.
    #[serde(rename = "PARTNER")]
    Partner,
    /// `OPERATOR`.
    #[serde(rename = "OPERATOR")]
    Operator,
    /// `MEMBER`.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UserStatus {
    /// `PENDING`.
    #[serde(rename = "PENDING")]
    Pending,
    /// `ACTIVE`.
    #[serde(rename = "ACTIVE")]
    Active,
    /// `INACTIVE`.
    #[serde(rename = "INACTIVE")]
    Inactive,
    /// `DELETED`.
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// A user to be made. Without a role it is a MEMBER.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewUser {
    /// The email.
    pub email: String,
    /// How people call the user.
    pub display_name: String,
    /// The fixed role of a user, chosen when it is made. SUPER_ADMIN runs the platform, PARTNER
    /// one organization, OPERATOR one station; MEMBER is an ordinary user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<UserRole>,
    /// The organization; null or absent means the platform realm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
    /// The station of an operator, else null or absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station_id: Option<Uuid>,
}

impl NewUser {
    /// With what is required, and nothing else.
    pub fn new(email: impl Into<String>, display_name: impl Into<String>) -> Self {
        Self {
            email: email.into(),
            display_name: display_name.into(),
            role: None,
            organization_id: None,
            station_id: None,
        }
    }
}

/// A partner or member to be made in an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewOrganizationUser {
    /// The email.
    pub email: String,
    /// How people call the user.
    pub display_name: String,
}

/// An operator to be made in an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserUpdate {
    /// The email.
    pub email: String,
    /// How people call the user.
    pub display_name: String,
}

/// A page of users.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AssignmentStatus {
    /// `ACTIVE`.
    #[serde(rename = "ACTIVE")]
    Active,
    /// `REVOKED`.
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    pub starts_at: Option<DateTime<Utc>>,
    /// When the seat frees itself; null means never.
    pub ends_at: Option<DateTime<Utc>>,
    /// A note for people.
    pub note: Option<String>,
    /// Whether it is ACTIVE and now lies in \[startsAt, endsAt).
    pub effective: bool,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// A page of assignments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
