//! What has to be done for as long as the service works.

use crate::{Auth, watch};
use futures_util::future::{BoxFuture, join_all};
use std::sync::Arc;

/// Work that ends only when it is dropped or breaks down, and can be begun again.
pub type Work = fn(Arc<Auth>) -> BoxFuture<'static, ()>;

/// What keeps what is remembered of callers true, rotates keys and keeps the uses of API keys, each
/// under its name in metrics and log.
pub const TASKS: [(&str, Work); 4] = [
    ("caller_watch", |auth| {
        let (app, access) = (auth.app.apart(), Arc::clone(&auth.access));
        Box::pin(watch::follow(app, access))
    }),
    ("caller_changes", |auth| {
        Box::pin(async move { watch::tell(&auth.app.apart(), &auth.access).await })
    }),
    ("signing_keys", |auth| {
        Box::pin(async move { auth.signing.keep_rotating().await })
    }),
    ("key_uses", |auth| {
        Box::pin(async move { auth.key_uses.keep_keeping(&auth.app).await })
    }),
];

impl Auth {
    /// Does all of it, until this is dropped.
    pub async fn work(self: Arc<Self>) {
        join_all(TASKS.map(|(_, work)| work(Arc::clone(&self)))).await;
    }
}
