//! Endpoints outside that receive the events of a log. Their secrets are not here.

use crate::{
    Event, Fact, Invalid, Realm, Refusal, Time, UserId, WebhookId, WorkingSet,
    kernel::{Question, Resource},
    named::named,
    policy::Target,
    text::Name,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Endpoints that an organization, or the platform, has at most.
pub const MOST: i64 = 50;

/// The most characters of a URL.
pub const LONGEST_URL: usize = 2000;

named! {
    /// Why an endpoint is disabled.
    DisabledReason {
        /// Somebody asked for it.
        Requested = "REQUESTED",
        /// It answered 410: it wants nothing more.
        Gone = "GONE",
        /// For days it took nothing.
        Failing = "FAILING",
    }
}

/// What can be changed about an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Where it is. Where it may be is a matter of the configuration.
    pub url: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Name>,
    /// The types of the events that it receives; `None` is all, also those that come later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_types: Option<BTreeSet<String>>,
    /// Whether an event waits until the one before it was taken.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ordered: bool,
}

impl Profile {
    /// Whether the endpoint wants events of this type.
    pub fn wants(&self, event_type: &str) -> bool {
        let types = self.event_types.as_ref();
        types.is_none_or(|types| types.contains(event_type))
    }
}

/// Whether there are events of these types.
///
/// # Errors
/// Which there are none of.
pub fn must_be_event_types(types: &[String]) -> Result<(), Vec<Invalid>> {
    let unknown = types.iter().enumerate();
    let unknown = unknown.filter(|(_, name)| !Event::TYPES.contains(&name.as_str()));
    let wrong: Vec<Invalid> = unknown
        .map(|(index, _)| {
            let pointer = format!("/eventTypes/{index}");
            Invalid::new(&pointer, "UNKNOWN_EVENT_TYPE", "is no type of event")
        })
        .collect();
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong),
    }
}

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose it is, and whose log it receives.
    pub realm: Realm,
    /// What can be changed about it.
    pub profile: Profile,
    /// Why it is disabled; `None` while it is enabled.
    pub disabled: Option<DisabledReason>,
    /// Until when messages are signed with the secret before the last rotation too.
    pub previous_secret_until: Option<Time>,
    /// Who made it; `None` for a key of an organization.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// The number of its facts.
    pub version: i64,
}

impl Resource for Webhook {
    fn realm(&self) -> Realm {
        self.realm
    }

    fn target(&self) -> Target {
        Target::of(self.realm)
    }

    fn evolve(state: Option<Self>, id: WebhookId, event: &Event, at: Time) -> Option<Self> {
        if let Event::WebhookCreated(new) = event {
            return state.is_none().then(|| Webhook {
                id,
                realm: new.realm,
                profile: new.profile.clone(),
                disabled: None,
                previous_secret_until: None,
                created_by: new.created_by,
                created_at: at,
                updated_at: at,
                version: 1,
            });
        }
        let mut webhook = state?;
        match event {
            Event::WebhookUpdated(change) => webhook.profile = change.clone(),
            Event::WebhookSecretRotated(rotated) => {
                webhook.previous_secret_until = Some(rotated.previous_until);
            }
            Event::WebhookEnabled {} if webhook.disabled.is_some() => webhook.disabled = None,
            Event::WebhookDisabled(why) if webhook.disabled.is_none() => {
                webhook.disabled = Some(why.reason);
            }
            _ => return None,
        }
        webhook.updated_at = at;
        webhook.version += 1;
        Some(webhook)
    }

    fn is_removed_by(event: &Event) -> bool {
        matches!(event, Event::WebhookDeleted {})
    }
}

/// How many webhooks the realm has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebhooksOf(pub Realm);

impl Question for WebhooksOf {
    type Of = Webhook;
    type Answer = i64;

    fn about(webhook: &Webhook) -> Option<Self> {
        Some(Self(webhook.realm))
    }
}

impl Webhook {
    /// Refuses to send to a disabled endpoint.
    pub fn must_be_enabled(&self) -> Result<(), Refusal> {
        match self.disabled {
            None => Ok(()),
            Some(_) => Err(Refusal::WebhookDisabled),
        }
    }
}

/// An endpoint was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realm: Realm,
    /// What can be changed about it.
    #[serde(flatten)]
    pub profile: Profile,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<UserId>,
}

/// An endpoint got a new secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretRotated {
    /// Until when the former secret signs too.
    pub previous_until: Time,
}

/// An endpoint was disabled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Disabled {
    /// Why.
    pub reason: DisabledReason,
}

/// Makes an endpoint, unless there are too many.
pub fn create(set: &WorkingSet, id: WebhookId, new: Created) -> Result<Vec<Fact>, Refusal> {
    if set
        .answer(&WebhooksOf(new.realm))
        .is_none_or(|count| *count >= MOST)
    {
        let message = "there are 50 webhooks already";
        return Err(Invalid::new("", "TOO_MANY", message).into());
    }
    Ok(vec![Event::WebhookCreated(new).of(id.0)])
}

/// Changes an endpoint; nothing when it is so already.
pub fn update(webhook: &Webhook, change: Profile) -> Vec<Fact> {
    match webhook.profile == change {
        true => Vec::new(),
        false => vec![Event::WebhookUpdated(change).of(webhook.id.0)],
    }
}

/// Enables the endpoint; nothing when it is enabled already.
pub fn enable(webhook: &Webhook) -> Option<Fact> {
    let is_disabled = webhook.disabled.is_some();
    is_disabled.then(|| Event::WebhookEnabled {}.of(webhook.id.0))
}

/// Disables the endpoint; nothing when it is disabled already.
pub fn disable(webhook: &Webhook, reason: DisabledReason) -> Option<Fact> {
    let is_enabled = webhook.disabled.is_none();
    is_enabled.then(|| Event::WebhookDisabled(Disabled { reason }).of(webhook.id.0))
}

/// The refusal for a delivery that is not there.
pub fn delivery_not_found(id: uuid::Uuid) -> Refusal {
    Refusal::DeliveryNotFound(id)
}

#[cfg(test)]
impl crate::event::Samples for Webhook {
    fn samples() -> Vec<Event> {
        use crate::event::tests::{after, id, name};
        let all = Profile {
            url: "https://billing.example/hooks".to_owned(),
            description: None,
            event_types: None,
            ordered: false,
        };
        let some = Profile {
            description: Some(name("Billing")),
            event_types: Some(BTreeSet::from(["user.created".to_owned()])),
            ordered: true,
            ..all.clone()
        };
        let disabled = |reason| Event::WebhookDisabled(Disabled { reason });
        vec![
            Event::WebhookCreated(Created {
                realm: None,
                profile: all,
                created_by: None,
            }),
            Event::WebhookCreated(Created {
                realm: Some(crate::OrganizationId(id(1))),
                profile: some.clone(),
                created_by: Some(UserId(id(3))),
            }),
            Event::WebhookUpdated(some),
            Event::WebhookSecretRotated(SecretRotated {
                previous_until: after(60),
            }),
            Event::WebhookEnabled {},
            disabled(DisabledReason::Requested),
            disabled(DisabledReason::Gone),
            disabled(DisabledReason::Failing),
            Event::WebhookDeleted {},
        ]
    }
}
