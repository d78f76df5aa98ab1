//! Handlers of users.

use super::{Http, assignment, context, etag, page, problem, timestamp};
use app::{UserFilter, user as command};
use async_trait::async_trait;
use contract::{
    ActivateUserParams, ActivateUserReply, Call, CreateUserReply, DeactivateUserParams,
    DeactivateUserReply, DeleteUserParams, DeleteUserReply, GetCurrentUserReply, GetUserParams,
    GetUserReply, ListUserAssignmentsParams, ListUserAssignmentsReply, ListUsersParams,
    ListUsersReply, NewUser, PageUser, Problem, UpdateCurrentUserReply, UpdateUserParams,
    UpdateUserReply, User, UserRole, UserStatus, UserUpdate, UsersApi,
};
use domain::{
    Invalid, OrganizationId, Permission, Refusal, StationId, UserId,
    text::{Email, Name},
    user as domain_user,
};

#[async_trait]
impl UsersApi for Http {
    async fn list_users(
        &self,
        call: Call,
        params: ListUsersParams,
    ) -> Result<ListUsersReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort);
        let found = self
            .app
            .users(&context(&call)?, &filter(params), &request)
            .await;
        let found = found.map_err(problem::of)?;
        let frame = page::frame(&call, &request, &found);
        let body = PageUser {
            content: found.content.iter().map(view).collect(),
            total_elements: frame.total_elements,
            total_pages: frame.total_pages,
            size: frame.size,
            number: frame.number,
            has_next: frame.has_next,
            has_prev: frame.has_prev,
        };
        Ok(ListUsersReply::ok(body, frame.link))
    }

    async fn create_user(&self, call: Call, body: NewUser) -> Result<CreateUserReply, Problem> {
        let new = created(&body).map_err(|refusal| problem::refused(&refusal))?;
        let id = UserId(self.app.clock().new_id());
        let case = command::CreateUser { id, new };
        let user = self
            .app
            .run(context(&call)?, case)
            .await
            .map_err(problem::of)?
            .value;
        let location = format!("/api/v1/users/{}", user.id);
        Ok(CreateUserReply::created(
            view(&user),
            location,
            etag::of(user.version),
        ))
    }

    async fn get_current_user(&self, call: Call) -> Result<GetCurrentUserReply, Problem> {
        let context = context(&call)?;
        let id = command::caller(&context).map_err(|refusal| problem::refused(&refusal))?;
        let user = self.app.user(&context, id).await.map_err(problem::of)?;
        let tag = etag::of(user.version);
        Ok(match etag::is_known(call.if_none_match.as_deref(), &tag) {
            true => GetCurrentUserReply::not_modified(tag),
            false => GetCurrentUserReply::ok(view(&user), tag),
        })
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
        let found = self.app.user(&context(&call)?, UserId(params.id)).await;
        let user = found.map_err(problem::of)?;
        let tag = etag::of(user.version);
        Ok(match etag::is_known(call.if_none_match.as_deref(), &tag) {
            true => GetUserReply::not_modified(tag),
            false => GetUserReply::ok(view(&user), tag),
        })
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
        self.app
            .run(context(&call)?, case)
            .await
            .map_err(problem::of)?;
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

    async fn list_user_assignments(
        &self,
        call: Call,
        params: ListUserAssignmentsParams,
    ) -> Result<ListUserAssignmentsReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort);
        let (context, user) = (context(&call)?, UserId(params.id));
        let found = self
            .app
            .user_assignments(&context, user, params.active_only, &request)
            .await;
        let found = found.map_err(problem::of)?;
        let (body, link) = assignment::page(&call, &request, &found, self.app.clock().now());
        Ok(ListUserAssignmentsReply::ok(body, link))
    }
}

impl Http {
    async fn update(
        &self,
        call: &Call,
        id: UserId,
        permission: Permission,
        body: &UserUpdate,
    ) -> Result<domain_user::User, Problem> {
        let change = updated(body).map_err(|refusal| problem::refused(&refusal))?;
        let expected = etag::expected(call.if_match.as_deref());
        let case = command::UpdateUser {
            id,
            permission,
            expected,
            change,
        };
        let answered = self.app.run(context(call)?, case).await;
        Ok(answered.map_err(problem::of)?.value)
    }

    async fn set_active(
        &self,
        call: &Call,
        id: UserId,
        active: bool,
    ) -> Result<domain_user::User, Problem> {
        let case = command::SetUserActive { id, active };
        let answered = self.app.run(context(call)?, case).await;
        Ok(answered.map_err(problem::of)?.value)
    }
}

fn filter(params: ListUsersParams) -> UserFilter {
    UserFilter {
        email: params.email,
        role: params
            .role
            .and_then(|role| domain_user::Role::parse(role.as_str())),
        status: params
            .status
            .and_then(|status| domain_user::UserStatus::parse(status.as_str())),
        organization: params.organization_id.map(OrganizationId),
        station: params.station_id.map(StationId),
        text: params.q,
    }
}

fn created(body: &NewUser) -> Result<domain_user::Created, Refusal> {
    let (email, display_name) = names(&body.email, &body.display_name)?;
    let role = body
        .role
        .and_then(|role| domain_user::Role::parse(role.as_str()));
    Ok(domain_user::Created {
        email,
        display_name,
        role: role.unwrap_or(domain_user::Role::Member),
        status: domain_user::UserStatus::Pending,
        organization_id: None,
        station_id: None,
    })
}

fn updated(body: &UserUpdate) -> Result<domain_user::Updated, Refusal> {
    let (email, display_name) = names(&body.email, &body.display_name)?;
    Ok(domain_user::Updated {
        email,
        display_name,
    })
}

/// Says everything that is wrong at once.
fn names(email: &str, display_name: &str) -> Result<(Email, Name), Refusal> {
    match (
        Email::parse(email, "/email"),
        Name::parse(display_name, "/displayName"),
    ) {
        (Ok(email), Ok(name)) => Ok((email, name)),
        (email, name) => {
            let wrong: Vec<Invalid> = [email.err(), name.err()].into_iter().flatten().collect();
            Err(Refusal::Invalid(wrong))
        }
    }
}

fn view(user: &domain_user::User) -> User {
    User {
        id: user.id.0,
        email: user.email.as_str().to_owned(),
        display_name: user.display_name.as_str().to_owned(),
        role: match user.role {
            domain_user::Role::SuperAdmin => UserRole::SuperAdmin,
            domain_user::Role::Partner => UserRole::Partner,
            domain_user::Role::Operator => UserRole::Operator,
            domain_user::Role::Member => UserRole::Member,
        },
        status: match user.status {
            domain_user::UserStatus::Pending => UserStatus::Pending,
            domain_user::UserStatus::Active => UserStatus::Active,
            domain_user::UserStatus::Inactive => UserStatus::Inactive,
            domain_user::UserStatus::Deleted => UserStatus::Deleted,
        },
        organization_id: user.organization_id.map(|id| id.0),
        station_id: user.station_id.map(|id| id.0),
        created_at: timestamp(user.created_at),
        updated_at: timestamp(user.updated_at),
        version: user.version,
    }
}
