//! Who somebody is: passwords, sessions, tokens, invitations, and what is remembered of them.

mod access;
mod invitation;
mod login;
mod mailroom;
mod origin;
mod password;
mod refresh;
mod signing;
mod token;
mod watch;

pub use access::{Access, Principal};
pub use login::{SignInRequest, Tokens};
pub use mailroom::Mailroom;
pub use origin::Origin;
pub use signing::{LONGEST_TOKEN, Signing};
pub use token::{Bearer, Refused};

use crate::{api_key::KeySecret, config::Config, metrics::Metrics, run::Failure};
use app::App;
use credentials::{
    hasher::{HashError, Hasher},
    secret::Secret,
};
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
    mailroom: Mailroom,
}

impl Auth {
    /// Over the application, with what it was told of changes so far.
    ///
    /// # Errors
    /// When the threads that hash passwords do not start, or mail cannot be sent as it is configured.
    pub fn new(
        app: App,
        secret: KeySecret,
        config: &Config,
        access: Arc<Access>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, Failure> {
        let mailroom = Mailroom::new(app.clone(), secret.clone(), config)?;
        Ok(Self {
            signing: Signing::new(app.clone(), secret.clone(), config),
            hasher: Hasher::start(config.hasher, password::Measured(metrics))?,
            terms: Terms::of(config),
            mailroom,
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

    /// How long things last.
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The keys that sign access tokens.
    pub const fn signing(&self) -> &Signing {
        &self.signing
    }

    /// The hash of a password as a PHC string.
    ///
    /// # Errors
    /// When too many wait.
    pub async fn hash(&self, password: Secret) -> Result<String, HashError> {
        self.hasher.hash(password).await
    }

    /// Keeps what is remembered true, rotates keys and sends mail, until the task is dropped.
    pub async fn work(self: Arc<Self>) {
        let watch = watch::follow(self.app.store().clone(), Arc::clone(&self.access));
        let rotate = self.signing.keep_rotating();
        let send = self.mailroom.keep_sending();
        tokio::join!(watch, rotate, send);
    }
}

impl Terms {
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
