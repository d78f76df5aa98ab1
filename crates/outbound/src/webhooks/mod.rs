//! Webhooks: whoever has something to be sent is worked for, by one process at a time.
//!
//! Each endpoint is a cursor over its log. Its queue is held by lease, so that a process that ends
//! loses nothing, and at most so many attempts are under way for each. Those that fail wait in a room
//! of their own: however many they are, they keep nobody else waiting.

mod batch;
mod endpoint;
mod look;
mod message;
mod notice;
mod settlement;

pub use message::PING;
pub use webhook::SigningSecret;

use crate::MailQueue;
use app::{App, Recorded, SealedSecrets, webhook::KEPT_DAYS};
use credentials::{KeySecret, hex, sealed};
use domain::{Time, WebhookId};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    sync::Notify,
    task::{JoinError, JoinSet},
};
use uuid::Uuid;
use webhook::{DestinationError, Policy, Sender, Timeouts};

/// What goes wrong here, in words for the log.
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// How often the queues are looked at when nothing seems to have happened.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The pause between two looks, so that what happens at once is seen at once; and longer where a look
/// takes long because there are many endpoints, so that at most a fifth of the time is spent on it.
const PAUSE: Duration = Duration::from_millis(20);
const LOOKS: u32 = 4;

/// Endpoints that are worked for at once, of those that take what they are sent.
const WELL: usize = 64;

/// The same of those that do not.
const FAILING: usize = 64;

/// How often what became of deliveries is cleared away.
const CLEAR_EVERY: Duration = Duration::from_secs(60 * 60);

/// How often it is looked whether a clock that was ahead has left something.
const FREE_EVERY: Duration = Duration::from_secs(5);

/// The longest that an endpoint is held or let alone, and how far the clocks of replicas that work may
/// be apart, in seconds.
const LONGEST_HELD_SECONDS: i64 = 60 + 10;

/// The longest pause before an endpoint is tried again that cannot be worked for, in seconds.
const LONGEST_TROUBLE_SECONDS: i64 = 60;

/// Deliveries that are cleared away at a time.
const CLEARED: u64 = 1000;

/// What a secret is sealed for.
const LABEL: &str = "webhook";

/// How webhooks are sent to.
pub struct Settings {
    /// The secret outside of the database, under which those of webhooks are sealed.
    pub secret: KeySecret,
    /// Where webhooks may go.
    pub policy: Policy,
    /// Where people reach the service, as mails name it.
    pub public_url: String,
    /// How an event is shown.
    pub show: fn(Recorded) -> Value,
}

/// Hears what became of attempts.
pub trait Observer: Send + Sync {
    /// So many attempts delivered something, and so many failed.
    fn attempted(&self, delivered: u64, failed: u64);

    /// A webhook was disabled.
    fn disabled(&self);
}

/// Sends events to webhooks.
pub struct Webhooks {
    app: App,
    mails: Arc<MailQueue>,
    observer: Arc<dyn Observer>,
    secret: KeySecret,
    public_url: String,
    show: fn(Recorded) -> Value,
    sender: Sender,
    /// For endpoints that fail: their name servers may, and keep nobody else waiting.
    other_sender: Sender,
    /// Who holds what this process works on.
    holder: Uuid,
    busy: Mutex<Busy>,
    /// How often those could not be worked for that cannot.
    troubled: Mutex<BTreeMap<WebhookId, u32>>,
    asked: Notify,
}

/// The endpoints that are worked for.
#[derive(Default)]
struct Busy {
    all: BTreeSet<WebhookId>,
    failing: BTreeSet<WebhookId>,
}

impl Webhooks {
    /// Nothing is sent before [`Webhooks::work`].
    pub fn new(
        app: App,
        mails: Arc<MailQueue>,
        observer: Arc<dyn Observer>,
        settings: Settings,
    ) -> Self {
        let sender = || Sender::new(settings.policy.clone(), Timeouts::default());
        Self {
            sender: sender(),
            other_sender: sender(),
            holder: app.clock().new_id(),
            busy: Mutex::default(),
            troubled: Mutex::default(),
            asked: Notify::new(),
            app,
            mails,
            observer,
            secret: settings.secret,
            public_url: settings.public_url,
            show: settings.show,
        }
    }

    /// Where webhooks may go.
    pub fn policy(&self) -> &Policy {
        self.sender.policy()
    }

    /// What sends messages, to endpoints that fail or to others.
    fn sender(&self, failing: bool) -> &Sender {
        match failing {
            true => &self.other_sender,
            false => &self.sender,
        }
    }

    /// Whether the URL may be called.
    ///
    /// # Errors
    /// Why not.
    pub fn may_call(&self, url: &str) -> Result<(), DestinationError> {
        self.policy().destination(url).map(drop)
    }

    /// A new secret, and the same sealed, as text.
    ///
    /// # Errors
    /// When there are no random numbers.
    pub fn new_secret(&self, id: WebhookId) -> Result<(SigningSecret, String), Fault> {
        let secret = SigningSecret::generate()?;
        let text = secret.reveal();
        let sealed = sealed::seal(&self.secret, LABEL, text.as_bytes(), id.0.as_bytes())?;
        Ok((secret, hex::encode(&sealed)))
    }

    /// Whether this is what the webhook signs with.
    pub async fn is_present(&self, id: WebhookId, sealed: &str) -> Result<bool, app::StoreError> {
        let found = self.app.store().webhook_secrets(id).await?;
        Ok(found.is_some_and(|found| found.sealed == sealed))
    }

    /// Something was queued.
    pub fn wake(&self) {
        self.asked.notify_one();
    }

    /// Sends what is to be sent, until the task is dropped.
    pub async fn work(self: Arc<Self>) {
        let send = Arc::clone(&self).keep_sending();
        tokio::join!(send, self.keep_clearing(), self.keep_freeing());
    }

    /// Lets go of what a clock that was ahead has left, again and again.
    async fn keep_freeing(&self) {
        loop {
            let clock = self.app.clock();
            if clock.health().is_trusted {
                let now = clock.now();
                let latest = now.plus_seconds(LONGEST_HELD_SECONDS);
                match self.app.store().free_webhooks_ahead(now, latest).await {
                    Ok(0) => {}
                    Ok(webhooks) => {
                        tracing::warn!(webhooks, "webhooks were held by a clock that was ahead");
                        self.wake();
                    }
                    Err(error) => tracing::debug!(%error, "leases cannot be looked at"),
                }
            }
            tokio::time::sleep(FREE_EVERY).await;
        }
    }

    /// A webhook could not be worked for. Gives after how many seconds it is tried again, and whether
    /// that is the first time.
    fn trouble(&self, id: WebhookId) -> (i64, bool) {
        let mut troubled = self.troubled.lock().unwrap_or_else(PoisonError::into_inner);
        let times = troubled.entry(id).or_insert(0);
        let pause = LONGEST_TROUBLE_SECONDS.min(1 << *times);
        *times = (*times + 1).min(16);
        (pause, *times == 1)
    }

    /// A webhook was worked for.
    fn well(&self, id: WebhookId) {
        let mut troubled = self.troubled.lock().unwrap_or_else(PoisonError::into_inner);
        troubled.remove(&id);
    }

    /// Whoever works for the endpoints of this process from now on need not wait for the leases to
    /// end.
    pub async fn let_go(&self) {
        let released = self.app.store().release_webhooks(self.holder).await;
        if let Err(error) = released {
            tracing::debug!(%error, "the webhooks are worked for again when the leases end");
        }
    }

    async fn keep_sending(self: Arc<Self>) {
        let mut changes = self.app.heads().changes();
        let (mut tasks, mut is_well) = (JoinSet::new(), true);
        loop {
            let began = Instant::now();
            let begun = self.begin(&mut tasks).await;
            if let Err(error) = &begun
                && is_well
            {
                tracing::warn!(%error, "the queues of the webhooks cannot be looked at");
            }
            is_well = begun.is_ok();
            let pause = (began.elapsed() * LOOKS).clamp(PAUSE, LOOK_EVERY);
            tokio::time::sleep(pause).await;
            tokio::select! {
                _ = changes.changed() => {}
                () = self.asked.notified() => {}
                Some(ended) = tasks.join_next() => note_end(ended),
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            while let Some(ended) = tasks.try_join_next() {
                note_end(ended);
            }
        }
    }

    /// Begins to work for those that have something to be done.
    async fn begin(self: &Arc<Self>, tasks: &mut JoinSet<()>) -> Result<(), app::StoreError> {
        // Whose clock is wrong cannot tell whether somebody else still holds an endpoint.
        if !self.app.clock().health().is_trusted {
            return Ok(());
        }
        let now = self.app.clock().now();
        let (well, failing) = self.free_slots();
        for (failing, slots) in [(false, well), (true, failing)] {
            // Those that are worked for here are held, and do not come.
            let due = self.app.store().due_webhooks(now, failing, slots as u64);
            for id in due.await? {
                if self.take(id, failing) {
                    let this = Arc::clone(self);
                    tasks.spawn(async move { this.work_for(id).await });
                }
            }
        }
        Ok(())
    }

    async fn work_for(&self, id: WebhookId) {
        let worked = {
            let _busy = Taken { hooks: self, id };
            endpoint::work(self, id).await
        };
        let rested = match worked {
            Ok(Some(rest)) => rest.take(self).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = rested {
            tracing::warn!(webhook = %id, %error, "a webhook could not be worked for");
        }
    }

    fn free_slots(&self) -> (usize, usize) {
        let busy = self.busy();
        let failing = busy.failing.len();
        let well = busy.all.len() - failing;
        (WELL.saturating_sub(well), FAILING.saturating_sub(failing))
    }

    fn take(&self, id: WebhookId, failing: bool) -> bool {
        let mut busy = self.busy();
        if failing {
            busy.failing.insert(id);
        }
        busy.all.insert(id)
    }

    fn busy(&self) -> MutexGuard<'_, Busy> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn keep_clearing(&self) {
        loop {
            let clock = self.app.clock();
            if !clock.health().is_trusted {
                tokio::time::sleep(FREE_EVERY).await;
                continue;
            }
            let before = clock.now().plus_seconds(-KEPT_DAYS * 24 * 60 * 60);
            match self.app.store().forget_deliveries(before, CLEARED).await {
                Ok(count) if count as u64 == CLEARED => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "old deliveries cannot be cleared away"),
            }
            tokio::time::sleep(CLEAR_EVERY).await;
        }
    }

    /// What the webhook signs with now: its secret, and the one before as long as that lasts.
    fn opened(
        &self,
        id: WebhookId,
        secrets: &SealedSecrets,
        previous: Option<Time>,
        now: Time,
    ) -> Result<Vec<SigningSecret>, Fault> {
        let former = secrets.previous.as_ref();
        let former = former.filter(|_| previous.is_some_and(|until| now < until));
        std::iter::once(&secrets.sealed)
            .chain(former)
            .map(|text| self.open(id, text))
            .collect()
    }

    fn open(&self, id: WebhookId, text: &str) -> Result<SigningSecret, Fault> {
        let sealed = hex::decode(text).ok_or("the secret of a webhook is damaged")?;
        let opened = sealed::open(&self.secret, LABEL, &sealed, id.0.as_bytes())?;
        let text = std::str::from_utf8(opened.reveal())?;
        Ok(SigningSecret::parse(text)?)
    }
}

fn note_end(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "the work for a webhook broke down; its lease ends by itself");
    }
}

/// A webhook that is worked for, until this is dropped.
struct Taken<'a> {
    hooks: &'a Webhooks,
    id: WebhookId,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut busy = self.hooks.busy();
        busy.all.remove(&self.id);
        busy.failing.remove(&self.id);
    }
}
