//! What is written together with the facts of a command and is not in the log: it is secret, or of
//! the moment.

use crate::{
    NewDelivery, StoreResult, delivery, event_ticket, invitation,
    log::{self, LogId},
    login_failure, mail, password, refresh_token,
    session::{self, usage},
    webhook, webhook_queue,
};
use domain::{Realm, SessionId, Time, UserId, WebhookId};
use sea_orm::{ActiveValue::Set, entity::prelude::*, sea_query::OnConflict};

/// Something to be kept beside the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SideRecord {
    /// The hash of a user's password, in place of the one before.
    Password {
        /// Whose.
        user: UserId,
        /// The hash as a PHC string.
        phc: String,
    },
    /// The first refresh token of a new session.
    Session {
        /// Which session.
        session: SessionId,
        /// The keyed hash of the token, hexadecimal.
        digest: String,
        /// When it was made.
        at: Time,
        /// When the session ends unless it is used again.
        idle_until: Time,
        /// What the client calls itself.
        user_agent: Option<String>,
        /// The address of the client.
        ip_address: Option<String>,
    },
    /// The right password was given: the failures before it are deleted.
    RightPassword {
        /// The keyed hash that they were counted by, hexadecimal.
        account: String,
    },
    /// A link for a user, in place of the one before.
    Invitation {
        /// For whom.
        user: UserId,
        /// The keyed hash of its token, hexadecimal.
        digest: String,
        /// Until when it works.
        expires_at: Time,
    },
    /// The user's link works no more.
    NoInvitation {
        /// Whose.
        user: UserId,
    },
    /// What is kept beside the log of a user is gone, and the key to what is in it.
    Erased {
        /// Whose.
        user: UserId,
    },
    /// A webhook begins to receive events, and signs with this.
    Webhook {
        /// Which.
        webhook: WebhookId,
        /// Whose it is.
        realm: Realm,
        /// The secret, sealed, as text.
        sealed: String,
    },
    /// A webhook signs with this from now on.
    WebhookSecret {
        /// Which.
        webhook: WebhookId,
        /// The secret, sealed, as text.
        sealed: String,
    },
    /// A webhook receives events again, or none any more.
    WebhookEnabled {
        /// Which.
        webhook: WebhookId,
        /// Whether it receives events.
        enabled: bool,
    },
    /// A webhook has another URL, to which the failures of the former one do not apply.
    WebhookMoved {
        /// Which.
        webhook: WebhookId,
    },
    /// A webhook is gone.
    NoWebhook {
        /// Which.
        webhook: WebhookId,
    },
    /// A message to be sent to a webhook.
    Delivery {
        /// To which.
        webhook: WebhookId,
        /// The message.
        new: NewDelivery,
        /// When it was asked for.
        at: Time,
    },
    /// A message to be sent to a webhook once more.
    Redelivery {
        /// To which.
        webhook: WebhookId,
        /// The delivery.
        delivery: Uuid,
        /// When it was asked for.
        at: Time,
    },
    /// The events after a position are to be sent to a webhook that it did not take.
    Recovery {
        /// To which.
        webhook: WebhookId,
        /// The position in its log.
        after: i64,
    },
    /// A ticket that opens one socket.
    Ticket {
        /// Its keyed hash, hexadecimal.
        digest: String,
        /// The verified credentials of its caller.
        proof: String,
        /// When it was made.
        at: Time,
        /// Until when it works.
        expires_at: Time,
    },
    /// A mail to be sent.
    Mail {
        /// Its id.
        id: Uuid,
        /// The mail, sealed, as text.
        sealed: String,
        /// When to send it.
        at: Time,
    },
}

/// Writes what is to be kept beside the log: what many commands of a batch bring in one statement,
/// the rest one by one.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    side_records: &[SideRecord],
) -> StoreResult<()> {
    let mails = side_records
        .iter()
        .filter_map(|side_record| match side_record {
            SideRecord::Mail { id, sealed, at } => Some((*id, sealed.as_str(), *at)),
            _ => None,
        });
    mail::queue(connection, mails).await?;
    for side_record in side_records {
        keep(connection, side_record).await?;
    }
    Ok(())
}

async fn keep(connection: &impl ConnectionTrait, side_record: &SideRecord) -> StoreResult<()> {
    match side_record {
        SideRecord::Password { user, phc } => password::set(connection, *user, phc).await,
        SideRecord::Session { .. } => begin(connection, side_record).await,
        SideRecord::RightPassword { account } => login_failure::forget(connection, account).await,
        SideRecord::Invitation {
            user,
            digest,
            expires_at,
        } => invitation::set(connection, *user, digest, *expires_at).await,
        SideRecord::NoInvitation { user } => invitation::remove(connection, *user).await,
        SideRecord::Erased { user } => erase(connection, *user).await,
        SideRecord::Webhook {
            webhook,
            realm,
            sealed,
        } => {
            webhook::set_secret(connection, *webhook, sealed).await?;
            webhook_queue::begin(connection, *webhook, LogId::of(*realm)).await
        }
        SideRecord::WebhookSecret { webhook, sealed } => {
            webhook::set_secret(connection, *webhook, sealed).await
        }
        SideRecord::WebhookEnabled { webhook, enabled } => {
            webhook_queue::enable(connection, *webhook, *enabled).await
        }
        SideRecord::WebhookMoved { webhook } => webhook_queue::clear(connection, *webhook).await,
        SideRecord::NoWebhook { webhook } => {
            webhook::forget_secret(connection, *webhook).await?;
            webhook_queue::end(connection, *webhook).await
        }
        SideRecord::Delivery { webhook, new, at } => {
            webhook_queue::wake(connection, *webhook, *at).await?;
            delivery::insert(connection, *webhook, std::slice::from_ref(new), *at).await
        }
        SideRecord::Redelivery {
            webhook,
            delivery,
            at,
        } => {
            webhook_queue::wake(connection, *webhook, *at).await?;
            delivery::redeliver(connection, *webhook, *delivery, *at).await
        }
        SideRecord::Recovery { webhook, after } => {
            webhook_queue::recover(connection, *webhook, *after).await
        }
        SideRecord::Ticket {
            digest,
            proof,
            at,
            expires_at,
        } => event_ticket::issue(connection, digest, proof, *at, *expires_at).await,
        SideRecord::Mail { .. } => Ok(()),
    }
}

/// Sessions stay, without the record of where they were used from.
async fn erase(connection: &impl ConnectionTrait, user: UserId) -> StoreResult<()> {
    log::erase(connection, user).await?;
    password::remove(connection, user).await?;
    invitation::remove(connection, user).await?;
    session::forget_origins(connection, user).await
}

async fn begin(connection: &impl ConnectionTrait, side_record: &SideRecord) -> StoreResult<()> {
    let SideRecord::Session {
        session,
        digest,
        at,
        idle_until,
        user_agent,
        ip_address,
    } = side_record
    else {
        return Ok(());
    };
    let usage = usage::ActiveModel {
        session_id: Set(session.0),
        last_used_at: Set(at.micros()),
        idle_until: Set(idle_until.micros()),
        user_agent: Set(user_agent.clone()),
        ip_address: Set(ip_address.clone()),
    };
    usage::Entity::insert(usage)
        .exec_without_returning(connection)
        .await?;
    refresh_token::insert(connection, digest, *session, *idle_until).await
}

/// What stands in the place of a row with the same key.
pub(crate) fn replace<C: ColumnTrait>(key: C, columns: impl IntoIterator<Item = C>) -> OnConflict {
    OnConflict::column(key).update_columns(columns).to_owned()
}
