//! Handlers of API keys.

use super::{
    Http, context,
    enums::{ToContract, ToDomain},
    etag,
    page::{self, framed},
    problem::{self, answer},
    time, timestamp,
};
use crate::api_key::ApiKey as Made;
use app::{
    Answered, ApiKeyFilter,
    api_key::{self as command, NewOwner},
};
use async_trait::async_trait;
use contract::{
    ApiKey, ApiKeyRotation, ApiKeyWithSecret, ApiKeysApi, Call, CreateApiKeyReply,
    CreateUserApiKeyParams, CreateUserApiKeyReply, GetApiKeyParams, GetApiKeyReply,
    ListApiKeysParams, ListApiKeysReply, ListUserApiKeysParams, ListUserApiKeysReply, NewApiKey,
    NewOrganizationApiKey, Problem, RevokeApiKeyParams, RevokeApiKeyReply, RevokeUserApiKeyParams,
    RevokeUserApiKeyReply, RotateApiKeyParams, RotateApiKeyReply,
};
use domain::{
    ApiKeyId, Invalid, OrganizationId, Time, UserId, api_key as domain_key, role, text::Name,
};

#[async_trait]
impl ApiKeysApi for Http {
    async fn list_api_keys(
        &self,
        call: Call,
        params: ListApiKeysParams,
    ) -> Result<ListApiKeysReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let now = self.app.clock().now();
        let filter = ApiKeyFilter {
            organization: params.organization_id.map(OrganizationId),
            user: params.user_id.map(UserId),
            ..ApiKeyFilter::default()
        };
        let filter = match params.status {
            Some(status) => filter.in_status(status.to_domain(), now),
            None => filter,
        };
        let (found, uses) = answer(self.app.api_keys(&context(&call)?, &filter, &request)).await?;
        let view = |key: &domain_key::ApiKey| view(key, uses.get(&key.id).copied(), now);
        let (body, link) = framed!(PageApiKey, &call, &request, &found, view);
        Ok(ListApiKeysReply::ok(body, link))
    }

    async fn create_api_key(
        &self,
        call: Call,
        body: NewOrganizationApiKey,
    ) -> Result<CreateApiKeyReply, Problem> {
        let context = context(&call)?;
        let of = body.organization_id.map(OrganizationId);
        let owner = match (of.or(context.actor.organization()), context.actor.user_id()) {
            (Some(id), _) => NewOwner::Organization(id),
            (None, Some(user)) => NewOwner::User(user),
            (None, None) => return Err(owner_required()),
        };
        let new = NewApiKey {
            name: body.name,
            permissions: body.permissions,
            expires_at: body.expires_at,
        };
        let (body, location, tag) = self.make_key(&call, owner, new).await?;
        Ok(CreateApiKeyReply::created(body, location, tag))
    }

    async fn get_api_key(
        &self,
        call: Call,
        params: GetApiKeyParams,
    ) -> Result<GetApiKeyReply, Problem> {
        let (key, used) = answer(self.app.api_key(&context(&call)?, ApiKeyId(params.id))).await?;
        let body = view(&key, used, self.app.clock().now());
        // Use, expiry and the end of a rotation overlap do not change the version of a key.
        let mark = used.map_or(0, Time::micros) * 4
            + i64::from(body.status == contract::ApiKeyStatus::Active) * 2
            + i64::from(body.previous_secret_until.is_some());
        let tag = etag::marked(key.version, mark);
        Ok(etag::conditional(
            &call,
            tag,
            GetApiKeyReply::not_modified,
            |tag| GetApiKeyReply::ok(body, tag),
        ))
    }

    async fn revoke_api_key(
        &self,
        call: Call,
        params: RevokeApiKeyParams,
    ) -> Result<RevokeApiKeyReply, Problem> {
        self.revoke_key(&call, ApiKeyId(params.id), None).await?;
        Ok(RevokeApiKeyReply::no_content())
    }

    async fn rotate_api_key(
        &self,
        call: Call,
        params: RotateApiKeyParams,
        body: ApiKeyRotation,
    ) -> Result<RotateApiKeyReply, Problem> {
        let id = ApiKeyId(params.id);
        let made = Made::generate(id.0).map_err(|error| problem::internal(&error))?;
        let case = command::RotateApiKey {
            id,
            digest: made.digest(self.auth.secret()).to_hex(),
            overlap_seconds: i64::from(body.overlap_seconds),
        };
        let (body, tag) =
            self.with_secret(answer(self.app.run(context(&call)?, case)).await?, &made);
        Ok(RotateApiKeyReply::ok(body, tag))
    }

    async fn list_user_api_keys(
        &self,
        call: Call,
        params: ListUserApiKeysParams,
    ) -> Result<ListUserApiKeysReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let (context, user) = (context(&call)?, UserId(params.id));
        let (found, uses) = answer(self.app.user_api_keys(&context, user, &request)).await?;
        let now = self.app.clock().now();
        let view = |key: &domain_key::ApiKey| view(key, uses.get(&key.id).copied(), now);
        let (body, link) = framed!(PageApiKey, &call, &request, &found, view);
        Ok(ListUserApiKeysReply::ok(body, link))
    }

    async fn create_user_api_key(
        &self,
        call: Call,
        params: CreateUserApiKeyParams,
        body: NewApiKey,
    ) -> Result<CreateUserApiKeyReply, Problem> {
        let owner = NewOwner::User(UserId(params.id));
        let (body, location, tag) = self.make_key(&call, owner, body).await?;
        Ok(CreateUserApiKeyReply::created(body, location, tag))
    }

    async fn revoke_user_api_key(
        &self,
        call: Call,
        params: RevokeUserApiKeyParams,
    ) -> Result<RevokeUserApiKeyReply, Problem> {
        let of = Some(UserId(params.id));
        self.revoke_key(&call, ApiKeyId(params.key_id), of).await?;
        Ok(RevokeUserApiKeyReply::no_content())
    }
}

impl Http {
    /// Creates a key; returns it with its secret, its location and its tag.
    async fn make_key(
        &self,
        call: &Call,
        owner: NewOwner,
        new: NewApiKey,
    ) -> Result<(ApiKeyWithSecret, String, String), Problem> {
        let name =
            Name::parse(&new.name, "/name").map_err(|wrong| problem::invalid(vec![wrong]))?;
        let permissions = new
            .permissions
            .as_deref()
            .map(role::permissions)
            .transpose();
        let made = Made::generate(self.app.clock().new_id());
        let made = made.map_err(|error| problem::internal(&error))?;
        let case = command::CreateApiKey {
            id: ApiKeyId(made.id()),
            owner,
            name,
            digest: made.digest(self.auth.secret()).to_hex(),
            permissions: permissions.map_err(problem::invalid)?,
            expires_at: new.expires_at.map(time),
        };
        let (body, tag) =
            self.with_secret(answer(self.app.run(context(call)?, case)).await?, &made);
        let location = format!("/api/v1/api-keys/{}", body.id);
        Ok((body, location, tag))
    }

    /// Only the first response has the secret. For a repeated request, the digest of the kept answer does
    /// not match the secret that was generated for the repetition, which is left out.
    fn with_secret(
        &self,
        answered: Answered<domain_key::ApiKey>,
        made: &Made,
    ) -> (ApiKeyWithSecret, String) {
        let key = &answered.value;
        let first = made.digest(self.auth.secret()).to_hex() == key.digest;
        let plain = view(key, None, answered.at);
        let body = ApiKeyWithSecret {
            id: plain.id,
            name: plain.name,
            user_id: plain.user_id,
            organization_id: plain.organization_id,
            permissions: plain.permissions,
            status: plain.status,
            expires_at: plain.expires_at,
            last_used_at: plain.last_used_at,
            previous_secret_until: plain.previous_secret_until,
            created_at: plain.created_at,
            updated_at: plain.updated_at,
            version: plain.version,
            key: first.then(|| made.reveal().to_owned()),
        };
        (body, etag::of(key.version))
    }

    async fn revoke_key(
        &self,
        call: &Call,
        id: ApiKeyId,
        of: Option<UserId>,
    ) -> Result<(), Problem> {
        let expected = etag::expected(call.if_match.as_deref());
        let case = command::RevokeApiKey { id, of, expected };
        answer(self.app.run(context(call)?, case)).await.map(drop)
    }
}

fn owner_required() -> Problem {
    let message = "is required for a caller that is no user";
    problem::invalid(vec![Invalid::new("/organizationId", "REQUIRED", message)])
}

fn view(key: &domain_key::ApiKey, used: Option<Time>, now: Time) -> ApiKey {
    let names = |set: domain::Permissions| set.iter().map(|one| one.as_str().to_owned()).collect();
    ApiKey {
        id: key.id.0,
        name: key.name.as_str().to_owned(),
        user_id: key.user_id.map(|id| id.0),
        organization_id: key.realm.map(|id| id.0),
        permissions: key.permissions.map(names),
        status: key.status(now).to_contract(),
        expires_at: key.expires_at.map(timestamp),
        last_used_at: used.map(timestamp),
        previous_secret_until: key.previous_until(now).map(timestamp),
        created_at: timestamp(key.created_at),
        updated_at: timestamp(key.updated_at),
        version: key.version,
    }
}
