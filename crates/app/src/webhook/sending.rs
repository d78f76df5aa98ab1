//! What is sent to a webhook because somebody asks for it.

use super::{KEPT_DAYS, may_receive_events, seen};
use crate::{App, Context, Outcome, Result, UseCase, home::Subject, use_case::Decision};
use domain::{
    Invalid, Need, Permission, Permit, Refusal, Time, WebhookId, WorkingSet, webhook,
    webhook::Webhook,
};
use persistence::{NewDelivery, SideRecord, log::LogId};
use uuid::Uuid;

/// What is to be sent to a webhook.
#[derive(Clone, Debug)]
pub enum Sending {
    /// A message that is no event.
    Ping(NewDelivery),
    /// A delivery, once more, and whether the webhook has it.
    Again(Uuid, bool),
    /// The events since a time that it did not take: those after this position, if there are any.
    Since(Time, Option<i64>),
}

impl Sending {
    fn delivery(&self) -> Option<Uuid> {
        match self {
            Self::Ping(new) => Some(new.id),
            Self::Again(delivery, _) => Some(*delivery),
            Self::Since(..) => None,
        }
    }
}

impl App {
    /// The events of the webhook's log since a time, to be sent to it once more; none of a webhook
    /// that is not there for the actor. They are found before anything is held: the log may be long.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn events_since(
        &self,
        context: &Context,
        id: WebhookId,
        since: Time,
    ) -> Result<Sending> {
        let scope = context.actor.scope(Permission::WebhooksSend);
        let after = match self.store.find::<Webhook>(id, scope).await? {
            Some(webhook) => {
                let log = LogId::of(webhook.realm);
                self.store.position_before(log, since).await?
            }
            None => None,
        };
        Ok(Sending::Since(since, after))
    }
}

/// Sends something to a webhook.
#[derive(Clone, Debug)]
pub struct SendToWebhook {
    /// To which.
    pub id: WebhookId,
    /// What.
    pub what: Sending,
}

impl UseCase for SendToWebhook {
    /// The delivery; none for what is sent since a time.
    type Answer = Option<Uuid>;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![Need::Webhook(self.id)]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<Option<Uuid>> {
        let (webhook, permit) = seen(set, context, self.id, Permission::WebhooksSend)?;
        may_receive_events(context, webhook.realm)?;
        webhook.must_be_enabled()?;
        let (webhook, at) = (self.id, now);
        let side_record = match &self.what {
            Sending::Ping(new) => {
                let new = new.clone();
                SideRecord::Delivery { webhook, new, at }
            }
            Sending::Again(delivery, is_there) => {
                let delivery = *delivery;
                if !is_there {
                    return Err(webhook::delivery_not_found(delivery).into());
                }
                SideRecord::Redelivery {
                    webhook,
                    delivery,
                    at,
                }
            }
            Sending::Since(since, after) => {
                may_be_recovered(*since, now)?;
                let recovery = after.map(|after| SideRecord::Recovery { webhook, after });
                return Ok(nothing_but(permit, None).beside(recovery));
            }
        };
        Ok(nothing_but(permit, self.what.delivery()).beside([side_record]))
    }
}

/// No fact, but what is kept beside the log.
fn nothing_but(permit: Permit, delivery: Option<Uuid>) -> Outcome<Option<Uuid>> {
    Outcome::new(permit, Vec::new(), move |_| Some(delivery))
}

fn may_be_recovered(since: Time, now: Time) -> std::result::Result<(), Refusal> {
    if since > now {
        let message = "must not be in the future";
        return Err(Invalid::new("/since", "IN_THE_FUTURE", message).into());
    }
    // What became of older deliveries is not known any more.
    if since < now.plus_seconds(-KEPT_DAYS * 24 * 60 * 60) {
        let message = "must not be more than 30 days ago";
        return Err(Invalid::new("/since", "TOO_LONG_AGO", message).into());
    }
    Ok(())
}
