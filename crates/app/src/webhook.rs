//! Use cases of webhooks.

mod sending;

pub use sending::{SendToWebhook, Sending};

use crate::{App, Context, Expected, Outcome, Result, UseCase, home::Subject, use_case::Decision};
use domain::{
    Event, Need, Permission, Permit, Realm, Refusal, Target, Time, WebhookId, WorkingSet,
    organization,
    user::Role,
    webhook::{self, Created, DisabledReason, Profile, SecretRotated, Webhook, WebhooksOf},
};
use persistence::{
    Attempt, Delivery, DeliveryStatus, Page, PageRequest, SideRecord, WebhookFilter,
};
use uuid::Uuid;

/// How long what became of deliveries is kept, and how far back events can be sent once more.
pub const KEPT_DAYS: i64 = 30;

impl App {
    /// The webhook, when it is there for the actor.
    pub async fn webhook(&self, context: &Context, id: WebhookId) -> Result<Webhook> {
        let scope = context.actor.scope(Permission::WebhooksRead);
        self.find(id, scope).await
    }

    /// A page of webhooks.
    pub async fn webhooks(
        &self,
        context: &Context,
        filter: &WebhookFilter,
        page: &PageRequest<Webhook>,
    ) -> Result<Page<Webhook>> {
        let scope = context.actor.scope(Permission::WebhooksRead);
        Ok(self.store.list(filter, page, scope).await?)
    }

    /// Deliveries to a webhook that is there for the actor, newest first, and whether there are more.
    pub async fn deliveries(
        &self,
        context: &Context,
        id: WebhookId,
        before: Option<Uuid>,
        limit: u32,
        status: Option<DeliveryStatus>,
    ) -> Result<(Vec<Delivery>, bool)> {
        self.webhook(context, id).await?;
        let wanted = u64::from(limit) + 1;
        let found = self.store.deliveries(id, before, wanted, status).await?;
        let has_more = found.len() > limit as usize;
        Ok((found.into_iter().take(limit as usize).collect(), has_more))
    }

    /// A delivery to a webhook that is there for the actor, and its attempts.
    pub async fn delivery(
        &self,
        context: &Context,
        webhook: WebhookId,
        id: Uuid,
    ) -> Result<(Delivery, Vec<Attempt>)> {
        self.webhook(context, webhook).await?;
        let found = self.store.delivery(webhook, id).await?;
        let found = found.ok_or_else(|| webhook::delivery_not_found(id))?;
        let attempts = self.store.attempts(id).await?;
        Ok((found, attempts))
    }

    /// Who is notified when a webhook is disabled: those who run its realm.
    pub async fn webhook_owners(&self, realm: Realm) -> Result<Vec<domain::user::User>> {
        let role = match realm {
            Some(_) => Role::Partner,
            None => Role::SuperAdmin,
        };
        Ok(self.store.active_users(realm, role, 20).await?)
    }
}

/// Makes a webhook.
#[derive(Clone, Debug)]
pub struct CreateWebhook {
    /// The id that it gets.
    pub id: WebhookId,
    /// Whose it is.
    pub realm: Realm,
    /// What can be changed about it.
    pub profile: Profile,
    /// What it signs with, sealed, as text.
    pub sealed: String,
}

impl UseCase for CreateWebhook {
    type Answer = Webhook;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::Realm(self.realm)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        let mut needs = vec![Need::Webhook(self.id), Need::from(WebhooksOf(self.realm))];
        needs.extend(self.realm.map(Need::Organization));
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Webhook> {
        let target = Target::of(self.realm);
        let permit = context.permit_in(Permission::WebhooksCreate, &target)?;
        organization::open_realm(set, self.realm)?;
        may_receive_events(context, self.realm)?;
        let created = Created {
            realm: self.realm,
            profile: self.profile.clone(),
            created_by: context.actor.user_id(),
        };
        let facts = webhook::create(set, self.id, created)?;
        let side_record = SideRecord::Webhook {
            webhook: self.id,
            realm: self.realm,
            sealed: self.sealed.clone(),
        };
        Ok(answer(permit, facts, self.id).beside([side_record]))
    }
}

/// Changes a webhook.
#[derive(Clone, Debug)]
pub struct UpdateWebhook {
    /// Which.
    pub id: WebhookId,
    /// What it is to be.
    pub profile: Profile,
    /// The version that it should have.
    pub expected: Expected,
}

impl UseCase for UpdateWebhook {
    type Answer = Webhook;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![Need::Webhook(self.id)]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Webhook> {
        let (webhook, permit) = seen(set, context, self.id, Permission::WebhooksUpdate)?;
        may_receive_events(context, webhook.realm)?;
        self.expected.check(webhook.version)?;
        let facts = webhook::update(webhook, self.profile.clone());
        let has_moved = webhook.profile.url != self.profile.url;
        let side_record = has_moved.then_some(SideRecord::WebhookMoved { webhook: self.id });
        Ok(answer(permit, facts, self.id).beside(side_record))
    }
}

/// Gives a webhook a new secret.
#[derive(Clone, Debug)]
pub struct RotateWebhookSecret {
    /// Which.
    pub id: WebhookId,
    /// What it signs with, sealed, as text.
    pub sealed: String,
    /// Seconds that the former secret still signs too.
    pub overlap_seconds: i64,
}

impl UseCase for RotateWebhookSecret {
    type Answer = Webhook;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![Need::Webhook(self.id)]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<Webhook> {
        let (webhook, permit) = seen(set, context, self.id, Permission::WebhooksUpdate)?;
        may_receive_events(context, webhook.realm)?;
        let rotated = SecretRotated {
            previous_until: now.plus_seconds(self.overlap_seconds),
        };
        let facts = vec![Event::WebhookSecretRotated(rotated).of(self.id.0)];
        let side_record = SideRecord::WebhookSecret {
            webhook: self.id,
            sealed: self.sealed.clone(),
        };
        Ok(answer(permit, facts, self.id).beside([side_record]))
    }
}

/// Enables a webhook, or disables it.
#[derive(Clone, Debug)]
pub struct SwitchWebhook {
    /// Which.
    pub id: WebhookId,
    /// Why it is disabled; `None` enables it.
    pub disabled: Option<DisabledReason>,
    /// The URL that gave the reason: nothing is done about a webhook that has another by now.
    pub judged: Option<String>,
    /// What is written with it: mails about it.
    pub side_records: Vec<SideRecord>,
}

impl UseCase for SwitchWebhook {
    type Answer = Webhook;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![Need::Webhook(self.id)]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<Webhook> {
        let (webhook, permit) = seen(set, context, self.id, Permission::WebhooksUpdate)?;
        let url = &webhook.profile.url;
        let fact = match self.disabled {
            Some(_) if self.judged.as_ref().is_some_and(|judged| judged != url) => None,
            Some(reason) => webhook::disable(webhook, reason),
            None => {
                may_receive_events(context, webhook.realm)?;
                webhook::enable(webhook)
            }
        };
        let side_record = fact.is_some().then(|| SideRecord::WebhookEnabled {
            webhook: self.id,
            enabled: self.disabled.is_none(),
        });
        let mails = self.side_records.iter().filter(|_| fact.is_some()).cloned();
        let side_records: Vec<SideRecord> = side_record.into_iter().chain(mails).collect();
        Ok(answer(permit, Vec::from_iter(fact), self.id).beside(side_records))
    }
}

/// Deletes a webhook.
#[derive(Clone, Debug)]
pub struct DeleteWebhook {
    /// Which.
    pub id: WebhookId,
    /// The version that it should have.
    pub expected: Expected,
}

impl UseCase for DeleteWebhook {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let known = set.get(self.id);
        let count = known.map(|webhook| Need::WebhooksOf(WebhooksOf(webhook.realm)));
        std::iter::once(Need::Webhook(self.id))
            .chain(count)
            .collect()
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<()> {
        let (webhook, permit) = seen(set, context, self.id, Permission::WebhooksDelete)?;
        self.expected.check(webhook.version)?;
        let facts = vec![Event::WebhookDeleted {}.of(self.id.0)];
        let side_record = SideRecord::NoWebhook { webhook: self.id };
        Ok(Outcome::done(permit, facts).beside([side_record]))
    }
}

/// The webhook, when it is there for the actor, and that the actor may do this with it.
fn seen<'a>(
    set: &'a WorkingSet,
    context: &Context,
    id: WebhookId,
    permission: Permission,
) -> std::result::Result<(&'a Webhook, Permit), Refusal> {
    let webhook = set.existing(id)?;
    let permit = context.permit_to(permission, webhook)?;
    Ok((webhook, permit))
}

/// Refuses callers who may not read the events: they must not have them sent elsewhere.
fn may_receive_events(context: &Context, realm: Realm) -> std::result::Result<(), Refusal> {
    let target = Target::of(realm);
    let denied = Refusal::forbidden("the caller may not read the events");
    context.permit(Permission::EventsRead, &target, denied)?;
    Ok(())
}

fn answer(permit: Permit, facts: Vec<domain::Fact>, id: WebhookId) -> Outcome<Webhook> {
    Outcome::showing(permit, facts, id)
}
