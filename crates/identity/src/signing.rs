//! The keys that sign access tokens: kept sealed in the database, shared by all replicas, replaced
//! by schedule or by command.

use app::{App, SealedKey, StoreError};
use credentials::{
    KeySecret, NoRandomness, hex,
    keyring::Keyring,
    rotation::{KeyTimes, KnownKey, Schedule},
    sealed::{CannotOpen, SealError},
    signing_key::SigningKey,
};
use domain::Time;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};
use thiserror::Error;

/// How often the keys are looked at: for those of other replicas, and for the schedule.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// How soon a token with a key that is not known makes us look again.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The longest that an access token may last, whatever an organization sets.
pub const LONGEST_TOKEN: Duration = Duration::from_secs(3600);

/// The signing keys.
pub struct Signing {
    app: App,
    secret: KeySecret,
    schedule: Schedule,
    ring: RwLock<Arc<Keyring>>,
    looked_at: Mutex<Instant>,
    /// Keys that were named since they cannot be opened.
    named: Mutex<BTreeSet<String>>,
}

/// What goes wrong with signing keys.
#[derive(Debug, Error)]
pub enum SigningError {
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No key can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// No key can be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A stored key is no sealed one.
    #[error("a signing key is damaged")]
    Damaged,
    /// A stored key was sealed under another secret, or by a newer version.
    #[error("the signing key {kid} cannot be opened: {cause}")]
    CannotOpen {
        /// Which.
        kid: String,
        /// Why not.
        cause: CannotOpen,
    },
    /// The keys of the database were sealed under another secret.
    #[error(
        "this database belongs to another root secret: bring back the api-key.secret that was in use when the backup was made"
    )]
    OtherSecret,
}

type Result<T> = std::result::Result<T, SigningError>;

impl Signing {
    /// No key is known yet.
    pub fn new(app: App, secret: KeySecret, schedule: Schedule) -> Self {
        Self {
            app,
            secret,
            schedule,
            ring: RwLock::new(Arc::new(Keyring::new([]))),
            looked_at: Mutex::new(Instant::now()),
            named: Mutex::default(),
        }
    }

    /// The keys as they are now.
    pub fn ring(&self) -> Arc<Keyring> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&ring)
    }

    /// Reads the keys, makes the one that is due, and forgets those that nothing needs any more.
    ///
    /// # Errors
    /// When the database does not answer, or a key was sealed under another secret.
    pub async fn look(&self) -> Result<()> {
        let now = seconds(self.app.clock().now());
        let mut opened = self.opened().await?;
        let mut plan = self.schedule.plan(&known(&opened), now);
        if let Some(times) = plan.make {
            self.make(times).await?;
            opened = self.opened().await?;
            plan = self.schedule.plan(&known(&opened), now);
        }
        // What is forgotten by a wrong clock is gone.
        if self.app.clock().health().is_trusted {
            for kid in &plan.forget {
                self.app.store().forget_signing_key(kid).await?;
            }
        }
        opened.retain(|(key, _)| plan.published.iter().any(|kid| kid == key.kid()));
        let ring = Arc::new(Keyring::new(opened));
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
        Ok(())
    }

    /// The keys that can be opened. One that is damaged, or that a newer version made, is named and
    /// left where it is; when none can be, it is the secret that is wrong.
    async fn opened(&self) -> Result<Vec<(SigningKey, KeyTimes)>> {
        let stored = self.app.store().signing_keys().await?;
        let (mut opened, mut fault) = (Vec::with_capacity(stored.len()), None);
        for key in &stored {
            match self.open(key) {
                Ok(key) => opened.push(key),
                Err(error) => {
                    self.name(&key.kid, &error);
                    fault = Some(error);
                }
            }
        }
        match fault {
            Some(fault) if opened.is_empty() => Err(fault),
            _ => Ok(opened),
        }
    }

    fn name(&self, kid: &str, error: &SigningError) {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if named.insert(kid.to_owned()) {
            tracing::error!(kid, %error, "a signing key cannot be used");
        }
    }

    async fn make(&self, times: KeyTimes) -> Result<()> {
        let key = SigningKey::generate()?;
        let sealed = SealedKey {
            kid: key.kid().to_owned(),
            sealed: hex::encode(&key.seal(&self.secret)?),
            created_at: at(times.created_at),
            activates_at: at(times.activates_at),
            retires_at: at(times.retires_at),
        };
        if self.app.store().add_signing_key(&sealed).await? {
            tracing::info!(kid = key.kid(), "made a signing key");
        }
        Ok(())
    }

    /// Whether the secret is the one under which the keys of the database are sealed. A database from
    /// before the first start has none.
    ///
    /// # Errors
    /// When it is another one, or the database does not answer.
    pub async fn fits(&self) -> Result<()> {
        for key in self.app.store().signing_keys().await? {
            self.open(&key).map_err(|_| SigningError::OtherSecret)?;
        }
        Ok(())
    }

    fn open(&self, key: &SealedKey) -> Result<(SigningKey, KeyTimes)> {
        let sealed = hex::decode(&key.sealed).ok_or(SigningError::Damaged)?;
        let opened = SigningKey::open(&self.secret, &key.kid, &sealed);
        let opened = opened.map_err(|cause| SigningError::CannotOpen {
            kid: key.kid.clone(),
            cause,
        })?;
        Ok((opened, times(key)))
    }

    /// Lets the present key retire as soon as its successor has been published long enough.
    ///
    /// # Errors
    /// As [`Signing::look`].
    pub async fn rotate(&self) -> Result<()> {
        self.look().await?;
        let opened = self.opened().await?;
        let now = seconds(self.app.clock().now());
        if let Some(hastened) = self.schedule.hasten(&known(&opened), now) {
            let retires_at = at(hastened.retires_at);
            self.app
                .store()
                .retire_signing_key(&hastened.kid, retires_at)
                .await?;
        }
        self.look().await
    }

    /// Looks at the keys again, unless that was just done. Says whether it looked.
    pub async fn look_again(&self) -> bool {
        {
            let mut last = self
                .looked_at
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if last.elapsed() < LOOK_AGAIN_AFTER {
                return false;
            }
            *last = Instant::now();
        }
        self.look().await.is_ok()
    }

    /// Keeps the keys up to date, until the task is dropped.
    pub async fn keep_rotating(&self) {
        let mut is_well = true;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let looked = self.look().await;
            if let Err(error) = &looked
                && is_well
            {
                tracing::warn!(%error, "the signing keys cannot be looked at");
            }
            is_well = looked.is_ok();
        }
    }
}

fn known(opened: &[(SigningKey, KeyTimes)]) -> Vec<KnownKey> {
    let keys = opened.iter().map(|(key, times)| KnownKey {
        kid: key.kid().to_owned(),
        times: *times,
    });
    keys.collect()
}

fn times(key: &SealedKey) -> KeyTimes {
    KeyTimes {
        created_at: seconds(key.created_at),
        activates_at: seconds(key.activates_at),
        retires_at: seconds(key.retires_at),
    }
}

fn seconds(time: Time) -> i64 {
    time.micros().div_euclid(1_000_000)
}

fn at(seconds: i64) -> Time {
    Time::from_micros(seconds.saturating_mul(1_000_000))
}
