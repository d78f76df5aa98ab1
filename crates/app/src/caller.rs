//! The caller of a command, as they are when it is decided (D8).
//!
//! A caller is authenticated when the request begins. Their credential, status and roles are checked
//! again under the lock of the command, and the command is decided for what they are then.

use crate::Context;
use domain::{
    Actor, ApiKeyId, Caller, Need, Permissions, Refusal, SessionId, Time, WorkingSet,
    api_key::{ApiKey, ApiKeyStatus},
    organization::{Organization, OrganizationStatus},
    user::User,
};
use std::borrow::Cow;

/// The credential of a caller, which was verified when the request began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// An access token.
    Session {
        /// The session that it was issued in.
        id: SessionId,
        /// The sum of the epochs of the user and of the organization when it was issued.
        epoch: i64,
    },
    /// An API key.
    Key {
        /// The key.
        id: ApiKeyId,
        /// The keyed hash (hexadecimal) of the secret that was given.
        digest: String,
    },
}

/// The rows of a caller.
struct Rows<'a> {
    user: Option<&'a User>,
    organization: Option<&'a Organization>,
}

impl Rows<'_> {
    fn authz_epoch(&self) -> i64 {
        let user = self.user.map_or(0, |user| user.authz_epoch);
        user + self.organization.map_or(0, |own| own.authz_epoch)
    }
}

impl Context {
    /// Whether everything about the caller is in a log that the working set holds, so that nothing of it
    /// changes before the commit.
    pub(crate) fn is_held(&self, set: &WorkingSet) -> bool {
        let caller = self.actor.caller();
        caller.is_none_or(|caller| set.holds(caller.organization))
    }

    /// What has to be known about the caller before a decision. Called again with what was loaded.
    pub(crate) fn reads(&self, known: &WorkingSet) -> Vec<Need> {
        let Some(caller) = self.actor.caller() else {
            return Vec::new();
        };
        let credential = self.credential.as_ref().map(|credential| match credential {
            Credential::Session { id, .. } => Need::Session(*id),
            Credential::Key { id, .. } => Need::ApiKey(*id),
        });
        let user = caller.user.and_then(|id| known.get(id));
        let roles = user.into_iter().flat_map(|user| user.roles.iter().copied());
        let user = caller.user.map(Need::User).into_iter();
        user.chain(caller.organization.map(Need::Organization))
            .chain(credential)
            .chain(roles.map(Need::Role))
            .collect()
    }

    /// The same with the caller as they are now.
    ///
    /// # Errors
    /// [`Refusal::CallerLockedOut`] when they may do nothing any more: signed out, their key revoked
    /// or rotated, deactivated, or their organization suspended.
    pub(crate) fn as_of(&self, known: &WorkingSet, now: Time) -> Result<Cow<'_, Self>, Refusal> {
        let Some(caller) = self.actor.caller() else {
            return Ok(Cow::Borrowed(self));
        };
        let present = self.present(caller, known, now);
        let present = present.ok_or(Refusal::CallerLockedOut)?;
        if present == *caller {
            return Ok(Cow::Borrowed(self));
        }
        Ok(Cow::Owned(Self {
            actor: Actor::Caller(present),
            ..self.clone()
        }))
    }

    fn present(&self, caller: &Caller, known: &WorkingSet, now: Time) -> Option<Caller> {
        let rows = Rows {
            user: match caller.user {
                Some(id) => Some(known.get(id).filter(|user| user.may_act())?),
                None => None,
            },
            organization: match caller.organization {
                Some(id) => Some(known.get(id).filter(|own| works(own))?),
                None => None,
            },
        };
        match &self.credential {
            Some(Credential::Session { id, epoch }) => {
                let session = known.get(*id).filter(|session| session.lasts(now))?;
                let is_theirs = Some(session.user_id) == caller.user;
                (is_theirs && rows.authz_epoch() == *epoch).then_some(())?;
                Some(person(rows.user?, known))
            }
            Some(Credential::Key { id, digest }) => {
                let key = known.get(*id).filter(|key| opens(key, digest, now))?;
                Some(match rows.user {
                    Some(user) => person(user, known).with_key(key),
                    None => Caller::of_organization(caller.organization?, key),
                })
            }
            None => Some(caller.clone()),
        }
    }
}

fn works(organization: &Organization) -> bool {
    organization.status == OrganizationStatus::Active
}

/// The person with the custom roles that they have now.
fn person(user: &User, known: &WorkingSet) -> Caller {
    let roles = user.roles.iter().filter_map(|id| known.get(*id));
    let granted = roles.map(|role| role.profile.permissions);
    Caller::of(user).with_roles(granted.fold(Permissions::NONE, Permissions::union))
}

/// Whether the key works with the secret of this digest.
fn opens(key: &ApiKey, digest: &str, now: Time) -> bool {
    let former = key.previous_until(now).and(key.previous.as_ref());
    let is_known = key.digest == digest || former.is_some_and(|(stored, _)| stored == digest);
    is_known && key.status(now) == ApiKeyStatus::Active
}
