//! Who somebody is: passwords, sessions, tokens, invitations, and what is remembered of them.

mod access;
mod guesses;
mod invitation;
mod key_use;
mod log_head;
mod login;
mod origin;
mod password;
mod refresh;
pub(crate) mod signing;
mod token;
mod watch;

pub use access::{Access, Principal};
pub use key_use::KeyUses;
pub use login::{SignInRequest, Tokens};
pub use origin::Origin;
pub use signing::{LONGEST_TOKEN, Signing};
pub use token::{Bearer, Proven, Refused};

use crate::{
    api_key::KeySecret, background::Background, config::Config, log_bytes::LogBytes,
    metrics::Metrics, open_streams::OpenStreams, rate_limit::RateLimits, run::Failure,
    serve::ConnectionLimits,
};
use app::App;
use credentials::{
    hasher::{HashError, Hasher},
    secret::Secret,
};
use domain::settings::Settings;
use outbound::MailQueue;
use std::{sync::Arc, time::Duration};

/// How long tokens, sessions and links last, and what they name.
#[derive(Clone, Debug)]
pub struct Terms {
    /// What access tokens name as their issuer, and where people reach the service.
    pub public_url: String,
    /// How long an access token lasts.
    pub access_token: Duration,
    /// How long a session lasts that is not used.
    pub idle: Duration,
    /// How long a session lasts at most.
    pub absolute: Duration,
    /// How long an invitation works.
    pub invitation: Duration,
    /// The longest wait after failed logins.
    pub lockout: Duration,
}

/// What access tokens are for.
pub const AUDIENCE: &str = "quartermaster";

/// Everything about who somebody is.
pub struct Auth {
    app: App,
    secret: KeySecret,
    terms: Terms,
    access: Arc<Access>,
    signing: Signing,
    hasher: Hasher,
    mails: Arc<MailQueue>,
    key_uses: KeyUses,
    limits: RateLimits,
    streams: Arc<OpenStreams>,
}

impl Auth {
    /// Over the application, with what it was told of changes so far.
    ///
    /// # Errors
    /// When the threads that hash passwords do not start.
    pub fn new(
        app: App,
        secret: KeySecret,
        config: &Config,
        mails: Arc<MailQueue>,
        (access, metrics, log_bytes): (Arc<Access>, Arc<Metrics>, Arc<LogBytes>),
    ) -> Result<Self, Failure> {
        Ok(Self {
            signing: Signing::new(app.clone(), secret.clone(), config),
            streams: OpenStreams::new(ConnectionLimits::of(config), Arc::clone(&metrics)),
            hasher: Hasher::start(config.hasher, password::Measured(metrics))?,
            terms: Terms::of(config),
            mails,
            key_uses: KeyUses::default(),
            limits: RateLimits::new(config, log_bytes),
            app,
            secret,
            access,
        })
    }

    /// The application.
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// The secret outside of the database.
    pub const fn secret(&self) -> &KeySecret {
        &self.secret
    }

    /// What is remembered of callers.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// How often somebody may ask.
    pub const fn limits(&self) -> &RateLimits {
        &self.limits
    }

    /// The event streams and WebSockets that are open.
    pub const fn streams(&self) -> &Arc<OpenStreams> {
        &self.streams
    }

    /// When API keys are used.
    pub const fn key_uses(&self) -> &KeyUses {
        &self.key_uses
    }

    /// How long things last.
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The keys that sign access tokens.
    pub const fn signing(&self) -> &Signing {
        &self.signing
    }

    /// The threads that hash passwords.
    pub const fn hasher(&self) -> &Hasher {
        &self.hasher
    }

    /// The hash of a password as a PHC string.
    ///
    /// # Errors
    /// When too many wait.
    pub async fn hash(&self, password: Secret) -> Result<String, HashError> {
        self.hasher.hash(password).await
    }

    /// Keeps what is remembered true and rotates keys, until the task is dropped.
    pub async fn work(self: Arc<Self>) {
        let watch = watch::follow(self.app.apart(), Arc::clone(&self.access));
        let tell = watch::tell(&self.app, &self.access);
        let rotate = self.signing.keep_rotating();
        let keep = self.key_uses.keep_keeping(&self.app);
        tokio::join!(watch, tell, rotate, keep);
    }

    /// Begins the same as tasks, none of which another takes along.
    pub fn start_tasks(self: &Arc<Self>, background: &mut Background) {
        let this = || Arc::clone(self);
        let auth = this();
        background.add("caller_watch", move || {
            watch::follow(auth.app.apart(), Arc::clone(&auth.access))
        });
        let auth = this();
        background.add("caller_changes", move || {
            let auth = Arc::clone(&auth);
            async move { watch::tell(&auth.app.apart(), &auth.access).await }
        });
        let auth = this();
        background.add("signing_keys", move || {
            let auth = Arc::clone(&auth);
            async move { auth.signing.keep_rotating().await }
        });
        let auth = this();
        background.add("key_uses", move || {
            let auth = Arc::clone(&auth);
            async move { auth.key_uses.keep_keeping(&auth.app).await }
        });
    }
}

impl Terms {
    /// What holds in an organization with these settings.
    pub fn within(&self, settings: Option<&Settings>) -> Self {
        let Some(set) = settings else {
            return self.clone();
        };
        let seconds = |set: Option<i32>, platform: Duration| {
            let set = set.and_then(|seconds| u64::try_from(seconds).ok());
            set.map_or(platform, Duration::from_secs)
        };
        Self {
            access_token: seconds(set.access_token_seconds, self.access_token),
            idle: seconds(set.refresh_idle_seconds, self.idle),
            absolute: seconds(set.refresh_absolute_seconds, self.absolute),
            lockout: seconds(set.lockout_max_seconds, self.lockout).min(self.lockout),
            ..self.clone()
        }
    }

    fn of(config: &Config) -> Self {
        Self {
            public_url: config.public_url.clone(),
            access_token: config.access_token_lifetime,
            idle: config.refresh_idle,
            absolute: config.refresh_absolute,
            invitation: config.invitation_lifetime,
            lockout: config.lockout,
        }
    }
}
