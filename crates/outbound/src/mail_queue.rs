//! Mail: queued in the write that it is about, and sent after it.

use app::{App, QueuedMail, SideRecord};
use credentials::{
    KeySecret, hex,
    sealed::{self, SealError},
};
use domain::Time;
use mail::{Delivery, DeliveryError, MailError, Mailbox, Mailer, Message, Timeouts};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::Notify;
use uuid::Uuid;

/// How often the queue is looked at when nothing was posted here.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How long a mail that is being sent is nobody else's. Longer than sending may take.
const LEASE_SECONDS: i64 = 60;

/// Waits between attempts, in seconds; after the last one the mail is given up.
const WAITS: [i64; 8] = [5, 30, 120, 600, 1800, 3600, 7200, 14400];

/// What a mail is sealed for.
const LABEL: &str = "mail";

/// The queue of mails.
pub struct MailQueue {
    app: App,
    secret: KeySecret,
    mailer: Mailer,
    from: Mailbox,
    posted: Notify,
}

/// A mail as it is queued.
#[derive(Serialize, Deserialize)]
pub struct Letter {
    /// Whom it is for.
    pub name: String,
    /// Where it goes.
    pub address: String,
    /// The name that it comes from, in place of the platform's.
    pub sender: Option<String>,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// A mail cannot be queued.
#[derive(Debug, Error)]
pub enum CannotQueue {
    /// It cannot be written.
    #[error(transparent)]
    Written(#[from] serde_json::Error),
    /// It cannot be sealed.
    #[error(transparent)]
    Sealed(#[from] SealError),
}

/// What goes wrong with a mail here, in words for the log.
type Fault = Box<dyn std::error::Error + Send + Sync>;

impl MailQueue {
    /// Sends by this way, from this address.
    ///
    /// # Errors
    /// When mail cannot be sent that way.
    pub fn new(
        app: App,
        secret: KeySecret,
        way: &Delivery,
        from: Mailbox,
    ) -> Result<Self, DeliveryError> {
        Ok(Self {
            app,
            secret,
            mailer: Mailer::new(way, Timeouts::default())?,
            from,
            posted: Notify::new(),
        })
    }

    /// A mail, to be queued together with what it is about.
    ///
    /// # Errors
    /// When it cannot be written or sealed.
    pub fn post(&self, letter: &Letter, at: Time) -> Result<SideRecord, CannotQueue> {
        let id = self.app.clock().new_id();
        let letter = serde_json::to_vec(letter)?;
        let sealed = sealed::seal(&self.secret, LABEL, &letter, id.as_bytes())?;
        self.posted.notify_one();
        let sealed = hex::encode(&sealed);
        Ok(SideRecord::Mail { id, sealed, at })
    }

    /// Sends what is due, again and again, until the task is dropped. A mail may arrive twice when
    /// this process ends between sending it and noting that; none is lost.
    pub async fn keep_sending(&self) {
        loop {
            let posted = self.posted.notified();
            match self.send_one().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the mail queue cannot be worked"),
            }
            // What was just posted is committed a moment later.
            let _ = tokio::time::timeout(LOOK_EVERY, posted).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn send_one(&self) -> Result<bool, Fault> {
        let now = self.app.clock().now();
        let lease = now.plus_seconds(LEASE_SECONDS);
        let Some(queued) = self.app.store().take_mail(now, lease, &WAITS).await? else {
            return Ok(false);
        };
        let sent = match self.message(&queued) {
            Ok(message) => self.mailer.send(&message).await,
            // A newer version may have written it, and can send it.
            Err(fault) => Err(MailError::Temporary(fault.to_string())),
        };
        self.settle(queued.id, queued.attempts, sent).await?;
        Ok(true)
    }

    fn message(&self, queued: &QueuedMail) -> Result<Message, Fault> {
        let sealed = hex::decode(&queued.sealed).ok_or("the mail is damaged")?;
        let letter = sealed::open(&self.secret, LABEL, &sealed, queued.id.as_bytes())?;
        let letter: Letter = serde_json::from_slice(letter.reveal())?;
        let to = Mailbox::new(&letter.name, &letter.address)?;
        let from = match &letter.sender {
            Some(name) => Mailbox::new(name, self.from.address())?,
            None => self.from.clone(),
        };
        let message = Message::new(from, to, &letter.subject, &letter.text)?;
        Ok(match &letter.reply_to {
            Some(address) => message.reply_to(Mailbox::new("", address)?),
            None => message,
        })
    }

    async fn settle(
        &self,
        id: Uuid,
        attempts: u32,
        sent: Result<(), MailError>,
    ) -> Result<(), Fault> {
        let store = self.app.store();
        let wait = usize::try_from(attempts)
            .ok()
            .and_then(|n| WAITS.get(n.saturating_sub(1)));
        match (sent, wait) {
            (Ok(()), _) => store.forget_mail(id).await?,
            (Err(MailError::Temporary(error)), Some(wait)) => {
                tracing::warn!(mail = %id, attempts, error, "a mail is tried again later");
                let at = self.app.clock().now().plus_seconds(*wait);
                store.postpone_mail(id, at).await?;
            }
            (Err(error), _) => {
                tracing::error!(mail = %id, attempts, %error, "a mail is given up");
                store.forget_mail(id).await?;
            }
        }
        Ok(())
    }
}
