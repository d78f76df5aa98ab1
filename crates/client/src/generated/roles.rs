// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Permissions, and the custom roles that grant them on top of the fixed role of a user.

use super::*;

impl Client {
    /// List the permissions
    ///
    /// Every permission, with the operations that need it and the fixed roles that have it.
    pub async fn list_permissions(
        &self,
        options: &Options,
    ) -> Result<Reply<PermissionList>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/permissions".to_owned(),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// List custom roles
    ///
    /// A page of the custom roles that the caller may see.
    pub async fn list_roles(
        &self,
        params: &ListRolesParams,
        options: &Options,
    ) -> Result<Reply<PageRole>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/roles".to_owned(),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Create a custom role
    ///
    /// Creates a custom role of an organization. Its name is unique there. It carries only
    /// permissions that the caller holds, else FORBIDDEN, and only grantable ones, else
    /// VALIDATION_ERROR.
    pub async fn create_role(
        &self,
        body: &NewRole,
        options: &Options,
    ) -> Result<Reply<Role>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            "/api/v1/roles".to_owned(),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Read a custom role
    ///
    /// One custom role.
    pub async fn get_role(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Option<Role>>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/roles/{id}"),
            Vec::new(),
        );
        self.send_for_json_or_nothing(exchange, options).await
    }

    /// Change a custom role
    ///
    /// Replaces name, description and permissions, by the rules of a new role. In effect at once
    /// for all who have it.
    pub async fn update_role(
        &self,
        id: Uuid,
        body: &RoleUpdate,
        options: &Options,
    ) -> Result<Reply<Role>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::PUT,
            format!("/api/v1/roles/{id}"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Delete a custom role
    ///
    /// Deletes the role and takes it from all who have it, together.
    pub async fn delete_role(&self, id: Uuid, options: &Options) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            format!("/api/v1/roles/{id}"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }

    /// List the custom roles of a user
    ///
    /// The custom roles that the user has, on top of the fixed one.
    pub async fn list_user_roles(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<RoleList>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/users/{id}/roles"),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Grant a custom role to a user
    ///
    /// Gives the user a role of its own organization. The caller must hold every permission of
    /// it, else FORBIDDEN. Granting it again does nothing.
    pub async fn grant_role(
        &self,
        id: Uuid,
        body: &RoleGrant,
        options: &Options,
    ) -> Result<Reply<RoleList>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/users/{id}/roles"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Take a custom role from a user
    ///
    /// Takes the role from the user. A role that the user does not have is NOT_FOUND.
    pub async fn revoke_role(
        &self,
        id: Uuid,
        role_id: Uuid,
        options: &Options,
    ) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            format!("/api/v1/users/{id}/roles/{role_id}"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }
}

/// Query parameters of `listRoles`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListRolesParams {
    /// Only what belongs to this organization.
    pub organization_id: Option<Uuid>,
    /// Only roles whose name contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListRolesParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.organization_id {
            pairs.push(("organizationId", value.to_string()));
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

/// A permission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionList {
    /// The permissions, by name.
    pub content: Vec<PermissionInfo>,
}

/// A custom role of an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// A custom role to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewRole {
    /// The organization. A caller of one may leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
    /// The name for people.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it grants.
    pub permissions: Vec<String>,
}

impl NewRole {
    /// With what is required, and nothing else.
    pub fn new(name: impl Into<String>, permissions: Vec<String>) -> Self {
        Self {
            organization_id: None,
            name: name.into(),
            description: None,
            permissions,
        }
    }
}

/// What a custom role becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleUpdate {
    /// The name for people.
    pub name: String,
    /// What it is for; absent, it becomes null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it grants.
    pub permissions: Vec<String>,
}

impl RoleUpdate {
    /// With what is required, and nothing else.
    pub fn new(name: impl Into<String>, permissions: Vec<String>) -> Self {
        Self {
            name: name.into(),
            description: None,
            permissions,
        }
    }
}

/// A custom role to be granted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleGrant {
    /// The role.
    pub role_id: Uuid,
}

/// The custom roles of a user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleList {
    /// The roles, by name.
    pub content: Vec<Role>,
}

/// A page of custom roles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
