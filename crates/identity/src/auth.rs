//! Everything about who somebody is, in one place.

use crate::{Access, KeyUses, Signing, Terms};
use app::App;
use credentials::{
    KeySecret,
    hasher::{HashError, Hasher},
    rotation::Schedule,
    secret::Secret,
};
use outbound::MailQueue;
use std::sync::Arc;

/// What is configured of who may call.
pub struct Settings {
    /// The secret outside of the database.
    pub secret: KeySecret,
    /// How long things last.
    pub terms: Terms,
    /// When keys that sign tokens follow one another.
    pub key_schedule: Schedule,
}

/// Everything about who somebody is.
pub struct Auth {
    pub(crate) app: App,
    pub(crate) secret: KeySecret,
    pub(crate) terms: Terms,
    pub(crate) access: Arc<Access>,
    pub(crate) signing: Signing,
    pub(crate) hasher: Hasher,
    pub(crate) mails: Arc<MailQueue>,
    pub(crate) key_uses: KeyUses,
}

impl Auth {
    /// Over the application, with what `access` was told of changes so far. No signing key is known
    /// yet.
    pub fn new(
        app: App,
        settings: Settings,
        access: Arc<Access>,
        hasher: Hasher,
        mails: Arc<MailQueue>,
    ) -> Self {
        let Settings {
            secret,
            terms,
            key_schedule,
        } = settings;
        Self {
            signing: Signing::new(app.clone(), secret.clone(), key_schedule),
            key_uses: KeyUses::default(),
            app,
            secret,
            terms,
            access,
            hasher,
            mails,
        }
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
}
