//! The first super admin and its key, made together at the first start.

use crate::{Context, Outcome, UseCase, home::Subject, use_case::Decision};
use domain::{
    Actor, ApiKeyId, Event, Need, Permission, Refusal, Time, UserId, WorkingSet,
    api_key::{self, ApiKey},
    policy::Target,
    text::Name,
    user::{self, Created, SuperAdmins, UserByEmail},
};
use persistence::SideRecord;

/// Makes the first super admin with an API key, unless another replica was faster.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    /// The id that the user gets.
    pub user: UserId,
    /// What the user is.
    pub new: Created,
    /// The id that the key gets.
    pub key: ApiKeyId,
    /// What the key is for.
    pub key_name: Name,
    /// The keyed hash of the whole key.
    pub digest: String,
    /// The hash of the password as a PHC string.
    pub phc: String,
}

impl UseCase for Bootstrap {
    type Answer = Option<ApiKey>;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::Realm(None)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![
            Need::User(self.user),
            Need::from(UserByEmail(None, self.new.email.key())),
            Need::from(SuperAdmins),
        ]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Self::Answer> {
        if context.actor != Actor::System {
            return Err(Refusal::forbidden("only the service itself starts").into());
        }
        let permit = context.permit_new(Permission::UsersCreate, &Target::PLATFORM)?;
        if set.number(&SuperAdmins) > 0 {
            return Ok(Outcome::new(permit, Vec::new(), |_| Some(None)));
        }
        let mut facts = user::create(set, self.user, self.new.clone())?;
        let created = api_key::Created {
            user_id: Some(self.user),
            realm: None,
            name: self.key_name.clone(),
            digest: self.digest.clone(),
            permissions: None,
            expires_at: None,
            bootstrap: true,
        };
        let id = self.key;
        facts.push(Event::ApiKeyCreated(created).of(id.0));
        let outcome = Outcome::new(permit, facts, move |set| Some(set.get(id).cloned()));
        Ok(outcome.beside([SideRecord::Password {
            user: self.user,
            phc: self.phc.clone(),
        }]))
    }
}
