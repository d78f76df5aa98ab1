//! What is tried out.

use crate::{Failure, isolation::Client};
use app::{App, Clock, Scratch, Store};
use async_trait::async_trait;
use futures_util::future::BoxFuture;
use identity::{Auth, Bootstrapped};
use std::sync::Arc;

/// The installation that is tried out.
#[async_trait]
pub trait Installation: Sync {
    /// Makes a scratch place beside its database.
    ///
    /// # Errors
    /// When the database does not let it.
    async fn scratch(&self) -> Result<Scratch, Failure>;

    /// Ends when the checks are not wanted any more.
    ///
    /// # Errors
    /// When that could not be noticed.
    fn stopped(&self) -> Result<BoxFuture<'static, ()>, Failure>;

    /// Starts the service as it is configured over an empty database, at this clock, and makes its
    /// first super admin, who gets a one-time password.
    ///
    /// # Errors
    /// When it does not start.
    async fn start(&self, store: Store, clock: Arc<dyn Clock>) -> Result<Started, Failure>;
}

/// A service that was started, with nobody in it but its first super admin.
pub struct Started {
    /// The application.
    pub app: App,
    /// Who is who.
    pub auth: Arc<Auth>,
    /// The way to it.
    pub client: Box<dyn Client + Send>,
    /// What the super admin signs in with.
    pub admin: Bootstrapped,
}
