// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The tenants. Everything that is not platform-wide belongs to exactly one.

use super::*;

impl Client {
    /// List organizations
    ///
    /// A page of the organizations that the caller may see. Deleted ones are listed only with
    /// `status=DELETED`.
    pub async fn list_organizations(
        &self,
        params: &ListOrganizationsParams,
        options: &Options,
    ) -> Result<Reply<PageOrganization>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/organizations".to_owned(),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Create an organization
    ///
    /// Creates an organization in status ACTIVE. Its slug is unique on the platform.
    pub async fn create_organization(
        &self,
        body: &NewOrganization,
        options: &Options,
    ) -> Result<Reply<Organization>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            "/api/v1/organizations".to_owned(),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Read an organization
    ///
    /// One organization, also a deleted one, since events name it.
    pub async fn get_organization(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Option<Organization>>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/organizations/{id}"),
            Vec::new(),
        );
        self.send_for_json_or_nothing(exchange, options).await
    }

    /// Change an organization
    ///
    /// Replaces the name. A `slug` that is absent stays as it is. Status changes by suspend,
    /// activate and delete.
    pub async fn update_organization(
        &self,
        id: Uuid,
        body: &OrganizationUpdate,
        options: &Options,
    ) -> Result<Reply<Organization>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::PUT,
            format!("/api/v1/organizations/{id}"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Delete an organization
    ///
    /// Marks the organization DELETED and ends its seats and its pools, together. Its users and
    /// API keys are refused from then on. Deleting a deleted organization does nothing.
    pub async fn delete_organization(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            format!("/api/v1/organizations/{id}"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }

    /// Suspend an organization
    ///
    /// The organization becomes SUSPENDED: its users and API keys are refused at once, and its
    /// seats stay. A suspended organization stays as it is.
    pub async fn suspend_organization(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Organization>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/organizations/{id}/suspend"),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Activate an organization
    ///
    /// SUSPENDED becomes ACTIVE. An active organization stays as it is.
    pub async fn activate_organization(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Organization>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/organizations/{id}/activate"),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Read the settings of an organization
    ///
    /// What the organization has set for itself. Null means as the platform has it.
    pub async fn get_organization_settings(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Option<OrganizationSettings>>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/organizations/{id}/settings"),
            Vec::new(),
        );
        self.send_for_json_or_nothing(exchange, options).await
    }

    /// Change the settings of an organization
    ///
    /// Replaces all settings; what is absent is as the platform has it. What lies outside the
    /// bounds of the platform is a VALIDATION_ERROR. In effect everywhere within a second.
    pub async fn update_organization_settings(
        &self,
        id: Uuid,
        body: &OrganizationSettingsUpdate,
        options: &Options,
    ) -> Result<Reply<OrganizationSettings>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::PUT,
            format!("/api/v1/organizations/{id}/settings"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }
}

/// Query parameters of `listOrganizations`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListOrganizationsParams {
    /// Only the organization with this slug.
    pub slug: Option<String>,
    /// Only organizations in this status.
    pub status: Option<OrganizationStatus>,
    /// Only organizations whose name or slug contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListOrganizationsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.slug {
            pairs.push(("slug", value.to_string()));
        }
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

/// Where an organization is in its life. The users and keys of a SUSPENDED one are refused;
/// DELETED is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OrganizationStatus {
    /// `ACTIVE`.
    #[serde(rename = "ACTIVE")]
    Active,
    /// `SUSPENDED`.
    #[serde(rename = "SUSPENDED")]
    Suspended,
    /// `DELETED`.
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// An organization to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewOrganization {
    /// The name for people.
    pub name: String,
    /// The short name for programs and for login.
    pub slug: String,
}

/// What an organization becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationUpdate {
    /// The name for people.
    pub name: String,
    /// The short name for programs and for login; absent, it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
}

impl OrganizationUpdate {
    /// With what is required, and nothing else.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            slug: None,
        }
    }
}

/// A page of organizations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    pub updated_at: DateTime<Utc>,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// What the settings become. What is absent is as the platform has it; absent origins are
/// none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationSettingsUpdate {
    /// How long an access token lives; null means as the platform has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_seconds: Option<i32>,
    /// How long a session lives without use; null means as the platform has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_idle_seconds: Option<i32>,
    /// How long a session lives at most; null means as the platform has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_absolute_seconds: Option<i32>,
    /// The requests of the whole organization; null means as the platform has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<i32>,
    /// The requests of each of its API keys; null means as the platform has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key_requests_per_minute: Option<i32>,
    /// The web pages that may call with its tokens (CORS), beside those of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_origins: Option<Vec<String>>,
    /// Who mail to its users comes from; null means as the platform has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_sender_name: Option<String>,
    /// Where answers to that mail go; null means as the platform has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_reply_to: Option<String>,
    /// The fewest characters of a new password; null means as the platform has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_min_length: Option<i32>,
    /// The longest wait after failed logins; null means as the platform has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lockout_max_seconds: Option<i32>,
}
