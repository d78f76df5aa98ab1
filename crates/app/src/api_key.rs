//! Use cases of API keys.

use crate::{App, Context, Outcome, Result, UseCase, home::Subject, use_case::Rejected};
use domain::{
    Actor, ApiKeyId, Event, Need, Permission, Refusal, Time, UserId, World,
    api_key::{ApiKey, Created},
    text::Name,
    user,
};

impl App {
    /// The key with this id, for authentication.
    pub async fn api_key(&self, id: ApiKeyId) -> Result<Option<ApiKey>> {
        Ok(self.store.api_key(id).await?)
    }
}

/// Makes a key for a user. Only the service itself asks for it.
#[derive(Clone, Debug)]
pub struct CreateApiKey {
    /// The id that it gets.
    pub id: ApiKeyId,
    /// Whose key it is.
    pub user: UserId,
    /// What it is for.
    pub name: Name,
    /// The keyed hash of the whole key.
    pub digest: String,
}

impl UseCase for CreateApiKey {
    type Answer = ApiKey;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::User(self.user)]
    }

    fn reads(&self, _: &World, _: Time) -> Vec<Need> {
        vec![Need::User(self.user)]
    }

    fn decide(
        &self,
        world: &World,
        context: &Context,
        _: Time,
    ) -> std::result::Result<Outcome<ApiKey>, Rejected> {
        if context.actor != Actor::System {
            return Err(Refusal::forbidden("only the service itself makes keys").into());
        }
        let missing = || user::not_found(self.user);
        let user = world.user(self.user).ok_or_else(missing)?;
        let permit = context.permit(Permission::UsersUpdate, &user.target(), missing())?;
        user.may_take_seat()?;
        let created = Created {
            user_id: self.user,
            realm: user.organization_id,
            name: self.name.clone(),
            digest: self.digest.clone(),
        };
        let id = self.id;
        let facts = vec![Event::ApiKeyCreated(created).of(id.0)];
        Ok(Outcome::new(permit, facts, move |world| {
            world.api_key(id).cloned()
        }))
    }
}
