//! Keys to the API. The key itself is never here, only its keyed digest.

use crate::{
    ApiKeyId, Event, Fact, OrganizationId, Permissions, Realm, Refusal, Time, UserId,
    kernel::Resource,
    not_found,
    permission::OF_SELF,
    policy::{Actor, Target},
    text::Name,
};
use serde::{Deserialize, Serialize};

/// Whose a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A person's.
    User(UserId, Realm),
    /// An organization's.
    Organization(OrganizationId),
}

/// Whether a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKeyStatus {
    /// It works.
    Active,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

/// A key that a program authenticates with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Its id, which the key names in clear.
    pub id: ApiKeyId,
    /// The person whose key it is; none for the key of an organization.
    pub user_id: Option<UserId>,
    /// Where it belongs.
    pub realm: Realm,
    /// What it is for.
    pub name: Name,
    /// The keyed hash (HMAC-SHA256, hexadecimal) of the whole key.
    pub digest: String,
    /// The digest before the last rotation, and until when it works.
    pub previous: Option<(String, Time)>,
    /// What it may do of what its owner may; `None` is all, also what comes later.
    pub permissions: Option<Permissions>,
    /// Until when it works.
    pub expires_at: Option<Time>,
    /// When it was revoked.
    pub revoked_at: Option<Time>,
    /// Whether it is the key of the first start, the only one that may make other keys.
    pub bootstrap: bool,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// The number of its facts.
    pub version: i64,
}

impl Resource for ApiKey {
    fn realm(&self) -> Realm {
        self.realm
    }

    fn target(&self) -> Target {
        Target {
            owner: self.user_id,
            ..Target::of(self.realm)
        }
    }

    fn evolve(state: Option<Self>, id: ApiKeyId, event: &Event, at: Time) -> Option<Self> {
        if let Event::ApiKeyCreated(new) = event {
            return state.is_none().then(|| ApiKey {
                id,
                user_id: new.user_id,
                realm: new.realm,
                name: new.name.clone(),
                digest: new.digest.clone(),
                previous: None,
                permissions: new.permissions,
                expires_at: new.expires_at,
                revoked_at: None,
                bootstrap: new.bootstrap,
                created_at: at,
                updated_at: at,
                version: 1,
            });
        }
        let mut key = state.filter(|key| key.revoked_at.is_none())?;
        match event {
            Event::ApiKeyRotated(rotated) => {
                let former = std::mem::replace(&mut key.digest, rotated.digest.clone());
                key.previous = Some((former, rotated.previous_until));
            }
            Event::ApiKeyRevoked {} => key.revoked_at = Some(at),
            _ => return None,
        }
        key.updated_at = at;
        key.version += 1;
        Some(key)
    }
}

impl ApiKey {
    /// Whether it works.
    pub fn status(&self, now: Time) -> ApiKeyStatus {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => ApiKeyStatus::Revoked,
            (None, Some(end)) if end <= now => ApiKeyStatus::Expired,
            _ => ApiKeyStatus::Active,
        }
    }

    /// Until when the secret before the last rotation works, when it still does.
    pub fn previous_until(&self, now: Time) -> Option<Time> {
        let previous = self.previous.as_ref()?;
        Some(previous.1).filter(|until| now < *until)
    }
}

/// A key was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// The person whose key it is; none for the key of an organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// Where it belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realm: Realm,
    /// What it is for.
    pub name: Name,
    /// The keyed hash of the whole key; the event feed leaves it out.
    pub digest: String,
    /// What it may do of what its owner may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Permissions>,
    /// Until when it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Time>,
    /// Whether it is the key of the first start.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bootstrap: bool,
}

/// A key got a new secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rotated {
    /// The keyed hash of the new key; the event feed leaves it out.
    pub digest: String,
    /// Until when the former secret works.
    pub previous_until: Time,
}

/// Gives the key a new secret; the former works for a while.
pub fn rotate(
    key: &ApiKey,
    digest: String,
    previous_until: Time,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    if key.status(now) != ApiKeyStatus::Active {
        return Err(not_found(key.id));
    }
    // A rotation never lets a secret outlive the key.
    let end = key.expires_at.unwrap_or(previous_until);
    let rotated = Rotated {
        digest,
        previous_until: previous_until.min(end),
    };
    Ok(vec![Event::ApiKeyRotated(rotated).of(key.id.0)])
}

/// The key works no more; nothing when it was revoked before.
pub fn revoke(key: &ApiKey) -> Option<Fact> {
    let revoked = Event::ApiKeyRevoked {};
    key.revoked_at.is_none().then(|| revoked.of(key.id.0))
}

/// Refuses a key that may do more than its owner, or whose secret the actor may not have.
pub fn may_be_made(
    actor: &Actor,
    owner: Owner,
    power: Permissions,
    permissions: Option<Permissions>,
) -> Result<(), Refusal> {
    if permissions.is_some_and(|asked| !power.contains_all(asked)) {
        return Err(Refusal::forbidden(
            "the owner of the key does not hold all of the permissions",
        ));
    }
    may_be_had(actor, owner, power, permissions)
}

/// Refuses an actor the secret of a key that may do what the actor may not do there. `power` is what
/// the owner may.
pub fn may_be_had(
    actor: &Actor,
    owner: Owner,
    power: Permissions,
    permissions: Option<Permissions>,
) -> Result<(), Refusal> {
    let key = permissions.map_or(power, |asked| asked.intersection(power));
    let held = match owner {
        Owner::User(id, _) if actor.user_id() == Some(id) => actor.permissions(),
        Owner::User(_, realm) => actor.permissions_over(realm),
        Owner::Organization(id) => actor.permissions_over(Some(id)),
    };
    // Permissions over the own record give no power over others.
    match held.contains_all(key.without(OF_SELF)) {
        true => Ok(()),
        false => Err(Refusal::forbidden(
            "the key would be permitted what the caller is not",
        )),
    }
}

#[cfg(test)]
impl crate::event::Samples for ApiKey {
    fn samples() -> Vec<Event> {
        use crate::event::tests::{after, id, name};
        let of_a_person = Created {
            user_id: Some(UserId(id(3))),
            realm: None,
            name: name("bootstrap"),
            digest: "00ff".to_owned(),
            permissions: None,
            expires_at: None,
            bootstrap: false,
        };
        vec![
            Event::ApiKeyCreated(of_a_person.clone()),
            Event::ApiKeyCreated(Created {
                realm: Some(OrganizationId(id(1))),
                name: name("till"),
                digest: "ff00".to_owned(),
                ..of_a_person
            }),
            Event::ApiKeyCreated(Created {
                user_id: None,
                realm: Some(OrganizationId(id(1))),
                name: name("till"),
                digest: "ff00".to_owned(),
                permissions: Some(Permissions::of(&[crate::Permission::UsersRead])),
                expires_at: Some(after(60)),
                bootstrap: true,
            }),
            Event::ApiKeyRotated(Rotated {
                digest: "0ff0".to_owned(),
                previous_until: after(30),
            }),
            Event::ApiKeyRevoked {},
        ]
    }
}
