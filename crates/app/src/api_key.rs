//! Use cases of API keys.

use crate::{App, Context, Expected, Outcome, Result, UseCase, home::Subject, use_case::Decision};
use domain::{
    ApiKeyId, Event, Need, OrganizationId, Permission, Permissions, Permit, Refusal, Target, Time,
    UserId, WorkingSet,
    api_key::{self, ApiKey, Created, Owner},
    not_found, organization, role,
    text::Name,
    user::User,
};
use persistence::{ApiKeyFilter, Page, PageRequest};
use std::collections::BTreeMap;

impl App {
    /// The key, when it is there for the actor, and when it was used last.
    pub async fn api_key(&self, context: &Context, id: ApiKeyId) -> Result<(ApiKey, Option<Time>)> {
        let scope = context.actor.scope(Permission::ApiKeysRead);
        let key = self.find(id, scope).await?;
        let mut uses = self.store.api_key_uses([id]).await?;
        Ok((key, uses.remove(&id)))
    }

    /// A page of keys, and when each was used last.
    pub async fn api_keys(
        &self,
        context: &Context,
        filter: &ApiKeyFilter,
        page: &PageRequest<ApiKey>,
    ) -> Result<(Page<ApiKey>, BTreeMap<ApiKeyId, Time>)> {
        let scope = context.actor.scope(Permission::ApiKeysRead);
        let found = self.store.list(filter, page, scope).await?;
        let ids = found.content.iter().map(|key| key.id);
        let uses = self.store.api_key_uses(ids).await?;
        Ok((found, uses))
    }

    /// A page of the keys of a user, when that is there for the actor.
    pub async fn user_api_keys(
        &self,
        context: &Context,
        user: UserId,
        page: &PageRequest<ApiKey>,
    ) -> Result<(Page<ApiKey>, BTreeMap<ApiKeyId, Time>)> {
        let scope = context.actor.scope(Permission::ApiKeysRead);
        self.find::<User>(user, scope).await?;
        let filter = ApiKeyFilter {
            user: Some(user),
            ..ApiKeyFilter::default()
        };
        self.api_keys(context, &filter, page).await
    }
}

/// Whose the new key is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewOwner {
    /// A person.
    User(UserId),
    /// An organization.
    Organization(OrganizationId),
}

/// Makes a key.
#[derive(Clone, Debug)]
pub struct CreateApiKey {
    /// The id that it gets.
    pub id: ApiKeyId,
    /// Whose key it is.
    pub owner: NewOwner,
    /// What it is for.
    pub name: Name,
    /// The keyed hash of the whole key.
    pub digest: String,
    /// What it may do of what its owner may; `None` is all.
    pub permissions: Option<Permissions>,
    /// Until when it works.
    pub expires_at: Option<Time>,
}

impl UseCase for CreateApiKey {
    type Answer = ApiKey;

    fn subjects(&self) -> Vec<Subject> {
        match self.owner {
            NewOwner::User(id) => vec![Subject::of(id)],
            NewOwner::Organization(id) => vec![id.into()],
        }
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let mut needs = vec![Need::ApiKey(self.id)];
        match self.owner {
            NewOwner::Organization(id) => needs.push(Need::Organization(id)),
            NewOwner::User(id) => {
                needs.push(Need::User(id));
                let roles = set.get(id).into_iter().flat_map(|user| &user.roles);
                needs.extend(roles.copied().map(Need::Role));
            }
        }
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<ApiKey> {
        let (permit, owner) = self.permit(set, context)?;
        if self.expires_at.is_some_and(|end| end <= now) {
            let message = "must be in the future";
            let invalid = domain::Invalid::new("/expiresAt", "IN_THE_PAST", message);
            return Err(Refusal::from(invalid).into());
        }
        let (user_id, realm) = match owner {
            Owner::User(id, realm) => (Some(id), realm),
            Owner::Organization(id) => (None, Some(id)),
        };
        let created = Created {
            user_id,
            realm,
            name: self.name.clone(),
            digest: self.digest.clone(),
            permissions: self.permissions,
            expires_at: self.expires_at,
            bootstrap: false,
        };
        let id = self.id;
        let facts = vec![Event::ApiKeyCreated(created).of(id.0)];
        Ok(Outcome::showing(permit, facts, id))
    }
}

impl CreateApiKey {
    /// Asks the policy; gives the owner as it is.
    fn permit(
        &self,
        set: &WorkingSet,
        context: &Context,
    ) -> std::result::Result<(Permit, Owner), Refusal> {
        let permission = Permission::ApiKeysCreate;
        let actor = &context.actor;
        match self.owner {
            NewOwner::Organization(id) => {
                let target = Target::of(Some(id));
                let permit = context.permit(permission, &target, not_found(id))?;
                organization::open_realm(set, Some(id))?;
                let owner = Owner::Organization(id);
                api_key::may_be_made(actor, owner, role::grantable(), self.permissions)?;
                Ok((permit, owner))
            }
            NewOwner::User(id) => {
                let user = set.existing(id)?;
                let permit = context.permit_to(permission, user)?;
                organization::open_realm(set, user.organization_id)?;
                user.may_take_seat()?;
                let owner = Owner::User(id, user.organization_id);
                api_key::may_be_made(actor, owner, power(set, user), self.permissions)?;
                Ok((permit, owner))
            }
        }
    }
}

/// Gives a key a new secret.
#[derive(Clone, Debug)]
pub struct RotateApiKey {
    /// Which key.
    pub id: ApiKeyId,
    /// The keyed hash of the new key.
    pub digest: String,
    /// Seconds that the former secret still works.
    pub overlap_seconds: i64,
}

impl UseCase for RotateApiKey {
    type Answer = ApiKey;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        with_owner(set, self.id)
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<ApiKey> {
        let key = set.existing(self.id)?;
        let permit = context.permit_to(Permission::ApiKeysRotate, key)?;
        may_act_on(set, context, key)?;
        if let Some((owner, power)) = owner(set, key) {
            api_key::may_be_had(&context.actor, owner, power, key.permissions)?;
        }
        let until = now.plus_seconds(self.overlap_seconds);
        let facts = api_key::rotate(key, self.digest.clone(), until, now)?;
        Ok(Outcome::showing(permit, facts, self.id))
    }
}

/// Ends a key.
#[derive(Clone, Debug)]
pub struct RevokeApiKey {
    /// Which key.
    pub id: ApiKeyId,
    /// Whose it has to be, when it is asked for by its owner.
    pub of: Option<UserId>,
    /// The version that it should have.
    pub expected: Expected,
}

impl UseCase for RevokeApiKey {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        with_owner(set, self.id)
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<()> {
        let key = set.existing(self.id)?;
        let permit = context.permit_to(Permission::ApiKeysDelete, key)?;
        if self.of.is_some() && self.of != key.user_id {
            return Err(not_found(self.id).into());
        }
        may_act_on(set, context, key)?;
        if key.revoked_at.is_none() {
            self.expected.check(key.version)?;
        }
        let facts = api_key::revoke(key).into_iter().collect();
        Ok(Outcome::done(permit, facts))
    }
}

/// A key and what its owner may do.
fn with_owner(set: &WorkingSet, id: ApiKeyId) -> Vec<Need> {
    let mut needs = vec![Need::ApiKey(id)];
    let owner = set.get(id).and_then(|key| key.user_id);
    needs.extend(owner.map(Need::User));
    let user = owner.and_then(|id| set.get(id));
    let roles = user.into_iter().flat_map(|user| &user.roles);
    needs.extend(roles.copied().map(Need::Role));
    needs
}

/// Whose the key is, and what the owner may.
fn owner(set: &WorkingSet, key: &ApiKey) -> Option<(Owner, Permissions)> {
    match key.user_id {
        Some(id) => {
            let user = set.get(id)?;
            Some((Owner::User(id, key.realm), power(set, user)))
        }
        None => Some((Owner::Organization(key.realm?), role::grantable())),
    }
}

/// What a user may, by its fixed role and its custom ones.
fn power(set: &WorkingSet, user: &User) -> Permissions {
    let roles = user.roles.iter().filter_map(|id| set.get(*id));
    roles.fold(user.role.permissions(), |all, role| {
        all.union(role.profile.permissions)
    })
}

fn may_act_on(
    set: &WorkingSet,
    context: &Context,
    key: &ApiKey,
) -> std::result::Result<(), Refusal> {
    match key.user_id.and_then(|id| set.get(id)) {
        Some(user) => role::must_outrank(set, &context.actor, user),
        None => Ok(()),
    }
}
