//! Handlers of custom roles and permissions.

use super::{
    Http, context,
    enums::ToContract,
    etag,
    faults::Faults,
    page::{self, framed},
    problem::{self, answer},
    timestamp,
};
use app::{RoleFilter, role as command};
use async_trait::async_trait;
use contract::{
    Call, CreateRoleReply, DeleteRoleParams, DeleteRoleReply, GetRoleParams, GetRoleReply,
    GrantRoleParams, GrantRoleReply, ListPermissionsReply, ListRolesParams, ListRolesReply,
    ListUserRolesParams, ListUserRolesReply, NewRole, OPERATIONS, PermissionInfo, PermissionList,
    Problem, RevokeRoleParams, RevokeRoleReply, Role, RoleGrant, RoleList, RoleUpdate, RolesApi,
    UpdateRoleParams, UpdateRoleReply,
};
use domain::{
    Invalid, OrganizationId, Permission, RoleId, UserId, role as domain_role, text::Name,
    user::Role as FixedRole,
};

#[async_trait]
impl RolesApi for Http {
    async fn list_permissions(&self, _: Call) -> Result<ListPermissionsReply, Problem> {
        let content = Permission::ALL.iter().copied().map(permission_view);
        Ok(ListPermissionsReply::ok(PermissionList {
            content: content.collect(),
        }))
    }

    async fn list_roles(
        &self,
        call: Call,
        params: ListRolesParams,
    ) -> Result<ListRolesReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let filter = RoleFilter {
            organization: params.organization_id.map(OrganizationId),
            text: params.q,
        };
        let found = answer(self.app.roles(&context(&call)?, &filter, &request)).await?;
        let (body, link) = framed!(PageRole, &call, &request, &found, view);
        Ok(ListRolesReply::ok(body, link))
    }

    async fn create_role(&self, call: Call, body: NewRole) -> Result<CreateRoleReply, Problem> {
        let context = context(&call)?;
        let of = body.organization_id.map(OrganizationId);
        let of = of.or(context.actor.organization()).ok_or_else(|| {
            let message = "is required for a caller of the platform";
            problem::invalid(vec![Invalid::new("/organizationId", "REQUIRED", message)])
        })?;
        let profile = profile(&body.name, body.description, &body.permissions)?;
        let case = command::CreateRole {
            id: RoleId(self.app.clock().new_id()),
            new: domain_role::Created {
                organization_id: of,
                profile,
            },
        };
        let made = answer(self.app.run(context, case)).await?.value;
        let location = format!("/api/v1/roles/{}", made.id);
        let tag = etag::of(made.version);
        Ok(CreateRoleReply::created(view(&made), location, tag))
    }

    async fn get_role(&self, call: Call, params: GetRoleParams) -> Result<GetRoleReply, Problem> {
        let found = answer(self.app.role(&context(&call)?, RoleId(params.id))).await?;
        let tag = etag::of(found.version);
        Ok(etag::conditional(
            &call,
            tag,
            GetRoleReply::not_modified,
            |tag| GetRoleReply::ok(view(&found), tag),
        ))
    }

    async fn update_role(
        &self,
        call: Call,
        params: UpdateRoleParams,
        body: RoleUpdate,
    ) -> Result<UpdateRoleReply, Problem> {
        let case = command::UpdateRole {
            id: RoleId(params.id),
            expected: etag::expected(call.if_match.as_deref()),
            change: profile(&body.name, body.description, &body.permissions)?,
        };
        let made = self.run(&call, case).await?;
        Ok(UpdateRoleReply::ok(view(&made), etag::of(made.version)))
    }

    async fn delete_role(
        &self,
        call: Call,
        params: DeleteRoleParams,
    ) -> Result<DeleteRoleReply, Problem> {
        let case = command::DeleteRole {
            id: RoleId(params.id),
            expected: etag::expected(call.if_match.as_deref()),
        };
        self.run(&call, case).await?;
        Ok(DeleteRoleReply::no_content())
    }

    async fn list_user_roles(
        &self,
        call: Call,
        params: ListUserRolesParams,
    ) -> Result<ListUserRolesReply, Problem> {
        let found = answer(self.app.user_roles(&context(&call)?, UserId(params.id))).await?;
        Ok(ListUserRolesReply::ok(list(&found)))
    }

    async fn grant_role(
        &self,
        call: Call,
        params: GrantRoleParams,
        body: RoleGrant,
    ) -> Result<GrantRoleReply, Problem> {
        let case = command::SetUserRole {
            user: UserId(params.id),
            role: RoleId(body.role_id),
            granted: true,
        };
        let made = self.run(&call, case).await?;
        Ok(GrantRoleReply::ok(list(&made)))
    }

    async fn revoke_role(
        &self,
        call: Call,
        params: RevokeRoleParams,
    ) -> Result<RevokeRoleReply, Problem> {
        let case = command::SetUserRole {
            user: UserId(params.id),
            role: RoleId(params.role_id),
            granted: false,
        };
        self.run(&call, case).await?;
        Ok(RevokeRoleReply::no_content())
    }
}

/// Reports every fault at once.
fn profile(
    name: &str,
    description: Option<String>,
    permissions: &[String],
) -> Result<domain_role::Profile, Problem> {
    let mut faults = Faults::default();
    let (Some(name), Some(permissions)) = (
        faults.keep(Name::parse(name, "/name")),
        faults.keep_all(domain_role::permissions(permissions)),
    ) else {
        return Err(faults.problem());
    };
    Ok(domain_role::Profile {
        name,
        description,
        permissions,
    })
}

fn permission_view(permission: Permission) -> PermissionInfo {
    let name = permission.as_str();
    let needing = OPERATIONS
        .iter()
        .filter(|operation| operation.permission == Some(name));
    let roles = FixedRole::ALL.into_iter();
    let having = roles.filter(|role| role.permissions().contains(permission));
    PermissionInfo {
        name: name.to_owned(),
        operations: needing.map(|operation| operation.id.to_owned()).collect(),
        roles: having.map(ToContract::to_contract).collect(),
        grantable: domain_role::grantable().contains(permission),
    }
}

fn list(roles: &[domain_role::CustomRole]) -> RoleList {
    RoleList {
        content: roles.iter().map(view).collect(),
    }
}

fn view(role: &domain_role::CustomRole) -> Role {
    let names = role.profile.permissions.iter();
    Role {
        id: role.id.0,
        organization_id: role.organization_id.0,
        name: role.profile.name.as_str().to_owned(),
        description: role.profile.description.clone(),
        permissions: names.map(|one| one.as_str().to_owned()).collect(),
        created_at: timestamp(role.created_at),
        updated_at: timestamp(role.updated_at),
        version: role.version,
    }
}
