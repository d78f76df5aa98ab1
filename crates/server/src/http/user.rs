//! Handlers of users.

use super::{
    Http, assignment, context,
    enums::ToDomain,
    etag,
    page::{self, framed},
    person::{Person, created, filter, of_role, updated, view},
    problem::{self, answer},
};
use app::{Page, PageRequest, UserFilter, user as command};
use async_trait::async_trait;
use contract::{
    ActivateUserParams, ActivateUserReply, Call, CreateOrganizationMemberParams,
    CreateOrganizationMemberReply, CreateOrganizationOperatorParams,
    CreateOrganizationOperatorReply, CreateOrganizationPartnerParams,
    CreateOrganizationPartnerReply, CreateUserReply, DeactivateUserParams, DeactivateUserReply,
    DeleteUserParams, DeleteUserReply, EraseUserParams, EraseUserReply, GetCurrentUserReply,
    GetUserParams, GetUserReply, ListOrganizationMembersParams, ListOrganizationMembersReply,
    ListOrganizationOperatorsParams, ListOrganizationOperatorsReply,
    ListOrganizationPartnersParams, ListOrganizationPartnersReply, ListUserAssignmentsParams,
    ListUserAssignmentsReply, ListUsersParams, ListUsersReply, NewOperator, NewOrganizationUser,
    NewUser, Problem, Timestamp, UpdateCurrentUserReply, UpdateUserParams, UpdateUserReply,
    UserUpdate, UsersApi,
};
use domain::{
    OrganizationId, Permission, Realm, StationId, UserId, organization::Organization,
    user as domain_user,
};
use std::sync::Arc;

#[async_trait]
impl UsersApi for Http {
    async fn list_users(
        &self,
        call: Call,
        params: ListUsersParams,
    ) -> Result<ListUsersReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let (context, as_of) = (context(&call)?, self.as_of(params.as_of)?);
        let found = answer(self.app.users(&context, &filter(params), &request, as_of)).await?;
        let (body, link) = framed!(PageUser, &call, &request, &found, view);
        Ok(ListUsersReply::ok(body, link))
    }

    async fn create_user(&self, call: Call, body: NewUser) -> Result<CreateUserReply, Problem> {
        let role = body.role.map(ToDomain::to_domain);
        let person = Person {
            email: &body.email,
            display_name: &body.display_name,
            role: role.unwrap_or(domain_user::Role::Member),
            organization: body.organization_id.map(OrganizationId),
            station: body.station_id.map(StationId),
        };
        let (user, location) = self.create(&call, person).await?;
        let tag = etag::of(user.version);
        Ok(CreateUserReply::created(view(&user), location, tag))
    }

    async fn get_current_user(&self, call: Call) -> Result<GetCurrentUserReply, Problem> {
        let user = answer(self.app.caller(&context(&call)?)).await?;
        let tag = etag::of(user.version);
        Ok(etag::conditional(
            &call,
            tag,
            GetCurrentUserReply::not_modified,
            |tag| GetCurrentUserReply::ok(view(&user), tag),
        ))
    }

    async fn update_current_user(
        &self,
        call: Call,
        body: UserUpdate,
    ) -> Result<UpdateCurrentUserReply, Problem> {
        let id = command::caller(&context(&call)?).map_err(|r| problem::refused(&r))?;
        let user = self
            .update(&call, id, Permission::UsersUpdateSelf, &body)
            .await?;
        Ok(UpdateCurrentUserReply::ok(
            view(&user),
            etag::of(user.version),
        ))
    }

    async fn get_user(&self, call: Call, params: GetUserParams) -> Result<GetUserReply, Problem> {
        let (id, as_of) = (UserId(params.id), self.as_of(params.as_of)?);
        let user = answer(self.app.user(&context(&call)?, id, as_of)).await?;
        if as_of.is_some() {
            return Ok(GetUserReply::ok(view(&user), None));
        }
        let tag = etag::of(user.version);
        Ok(etag::conditional(
            &call,
            tag,
            GetUserReply::not_modified,
            |tag| GetUserReply::ok(view(&user), Some(tag)),
        ))
    }

    async fn update_user(
        &self,
        call: Call,
        params: UpdateUserParams,
        body: UserUpdate,
    ) -> Result<UpdateUserReply, Problem> {
        let id = UserId(params.id);
        let user = self
            .update(&call, id, Permission::UsersUpdate, &body)
            .await?;
        Ok(UpdateUserReply::ok(view(&user), etag::of(user.version)))
    }

    async fn delete_user(
        &self,
        call: Call,
        params: DeleteUserParams,
    ) -> Result<DeleteUserReply, Problem> {
        let expected = etag::expected(call.if_match.as_deref());
        let case = command::DeleteUser {
            id: UserId(params.id),
            expected,
        };
        self.run(&call, case).await?;
        Ok(DeleteUserReply::no_content())
    }

    async fn activate_user(
        &self,
        call: Call,
        params: ActivateUserParams,
    ) -> Result<ActivateUserReply, Problem> {
        let user = self.set_active(&call, UserId(params.id), true).await?;
        Ok(ActivateUserReply::ok(view(&user), etag::of(user.version)))
    }

    async fn deactivate_user(
        &self,
        call: Call,
        params: DeactivateUserParams,
    ) -> Result<DeactivateUserReply, Problem> {
        let user = self.set_active(&call, UserId(params.id), false).await?;
        Ok(DeactivateUserReply::ok(view(&user), etag::of(user.version)))
    }

    async fn erase_user(
        &self,
        call: Call,
        params: EraseUserParams,
    ) -> Result<EraseUserReply, Problem> {
        let id = UserId(params.id);
        let user = answer(self.app.run(context(&call)?, command::EraseUser { id }))
            .await?
            .value;
        Ok(EraseUserReply::ok(view(&user), etag::of(user.version)))
    }

    async fn list_user_assignments(
        &self,
        call: Call,
        params: ListUserAssignmentsParams,
    ) -> Result<ListUserAssignmentsReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let (context, user) = (context(&call)?, UserId(params.id));
        let as_of = self.as_of(params.as_of)?;
        let found =
            answer(
                self.app
                    .user_assignments(&context, user, params.active_only, &request, as_of),
            )
            .await?;
        let moment = as_of.unwrap_or_else(|| self.app.clock().now());
        let (body, link) = assignment::page(&call, &request, &found, moment);
        Ok(ListUserAssignmentsReply::ok(body, link))
    }

    async fn list_organization_partners(
        &self,
        call: Call,
        params: ListOrganizationPartnersParams,
    ) -> Result<ListOrganizationPartnersReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let filter = of_role(domain_user::Role::Partner, params.status, params.q);
        let found = self
            .people(&call, params.id, filter, &request, params.as_of)
            .await?;
        let (body, link) = framed!(PageUser, &call, &request, &found, view);
        Ok(ListOrganizationPartnersReply::ok(body, link))
    }

    async fn create_organization_partner(
        &self,
        call: Call,
        params: CreateOrganizationPartnerParams,
        body: NewOrganizationUser,
    ) -> Result<CreateOrganizationPartnerReply, Problem> {
        let person = Person {
            email: &body.email,
            display_name: &body.display_name,
            role: domain_user::Role::Partner,
            organization: Some(OrganizationId(params.id)),
            station: None,
        };
        let (user, location) = self.create(&call, person).await?;
        let tag = etag::of(user.version);
        Ok(CreateOrganizationPartnerReply::created(
            view(&user),
            location,
            tag,
        ))
    }

    async fn list_organization_operators(
        &self,
        call: Call,
        params: ListOrganizationOperatorsParams,
    ) -> Result<ListOrganizationOperatorsReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let filter = of_role(domain_user::Role::Operator, params.status, params.q);
        let found = self
            .people(&call, params.id, filter, &request, params.as_of)
            .await?;
        let (body, link) = framed!(PageUser, &call, &request, &found, view);
        Ok(ListOrganizationOperatorsReply::ok(body, link))
    }

    async fn create_organization_operator(
        &self,
        call: Call,
        params: CreateOrganizationOperatorParams,
        body: NewOperator,
    ) -> Result<CreateOrganizationOperatorReply, Problem> {
        let person = Person {
            email: &body.email,
            display_name: &body.display_name,
            role: domain_user::Role::Operator,
            organization: Some(OrganizationId(params.id)),
            station: Some(StationId(body.station_id)),
        };
        let (user, location) = self.create(&call, person).await?;
        let tag = etag::of(user.version);
        Ok(CreateOrganizationOperatorReply::created(
            view(&user),
            location,
            tag,
        ))
    }

    async fn list_organization_members(
        &self,
        call: Call,
        params: ListOrganizationMembersParams,
    ) -> Result<ListOrganizationMembersReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let filter = of_role(domain_user::Role::Member, params.status, params.q);
        let found = self
            .people(&call, params.id, filter, &request, params.as_of)
            .await?;
        let (body, link) = framed!(PageUser, &call, &request, &found, view);
        Ok(ListOrganizationMembersReply::ok(body, link))
    }

    async fn create_organization_member(
        &self,
        call: Call,
        params: CreateOrganizationMemberParams,
        body: NewOrganizationUser,
    ) -> Result<CreateOrganizationMemberReply, Problem> {
        let person = Person {
            email: &body.email,
            display_name: &body.display_name,
            role: domain_user::Role::Member,
            organization: Some(OrganizationId(params.id)),
            station: None,
        };
        let (user, location) = self.create(&call, person).await?;
        let tag = etag::of(user.version);
        Ok(CreateOrganizationMemberReply::created(
            view(&user),
            location,
            tag,
        ))
    }
}

impl Http {
    /// Creates a user, by default in the caller's organization; returns it and its location.
    async fn create(
        &self,
        call: &Call,
        person: Person<'_>,
    ) -> Result<(domain_user::User, String), Problem> {
        let context = context(call)?;
        let id = UserId(self.app.clock().new_id());
        let new = created(&person, context.actor.organization())?;
        let home = self.home(new.organization_id).await?;
        let (email, name) = (new.email.as_str(), new.display_name.as_str());
        let side_records = self.auth.invite(id, email, name, home.as_deref());
        let side_records = side_records.map_err(problem::of_identity)?;
        let case = command::CreateUser {
            id,
            new,
            side_records,
        };
        let user = answer(self.app.run(context, case)).await?.value;
        let location = format!("/api/v1/users/{}", user.id);
        Ok((user, location))
    }

    /// The organization of a realm; `None` for the platform.
    pub(super) async fn home(&self, realm: Realm) -> Result<Option<Arc<Organization>>, Problem> {
        let Some(id) = realm else { return Ok(None) };
        answer(self.auth.access().organization(&self.app, id)).await
    }

    async fn people(
        &self,
        call: &Call,
        organization: uuid::Uuid,
        filter: UserFilter,
        request: &PageRequest<domain_user::User>,
        as_of: Option<Timestamp>,
    ) -> Result<Page<domain_user::User>, Problem> {
        let of = OrganizationId(organization);
        let (context, as_of) = (context(call)?, self.as_of(as_of)?);
        let found = self
            .app
            .organization_users(&context, of, filter, request, as_of);
        answer(found).await
    }

    async fn update(
        &self,
        call: &Call,
        id: UserId,
        permission: Permission,
        body: &UserUpdate,
    ) -> Result<domain_user::User, Problem> {
        let change = updated(body)?;
        let expected = etag::expected(call.if_match.as_deref());
        let case = command::UpdateUser {
            id,
            permission,
            expected,
            change,
        };
        Ok(answer(self.app.run(context(call)?, case)).await?.value)
    }

    async fn set_active(
        &self,
        call: &Call,
        id: UserId,
        active: bool,
    ) -> Result<domain_user::User, Problem> {
        let case = command::SetUserActive { id, active };
        Ok(answer(self.app.run(context(call)?, case)).await?.value)
    }
}
