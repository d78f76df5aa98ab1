//! Whether an idle connection can still be used.

use sea_orm::{ConnectOptions, sqlx};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// A connection that was used less long ago is taken without asking.
const ASKED_AFTER: Duration = Duration::from_secs(1);

/// How long an idle connection may take to answer.
const PING_WITHIN: Duration = Duration::from_secs(2);

/// Remembers when a connection was last found dead. Those that have not been used since are then
/// closed without waiting for each of them in turn: after a failover all are dead, and silent.
#[derive(Debug)]
pub(crate) struct Liveness {
    started: Instant,
    /// Microseconds since `started`; 0 as long as none was.
    lost_at: AtomicU64,
}

impl Default for Liveness {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            lost_at: AtomicU64::new(0),
        }
    }
}

impl Liveness {
    /// A connection was found dead.
    pub(super) fn lost(&self) {
        let now = self.started.elapsed().as_micros();
        let now = u64::try_from(now).unwrap_or(u64::MAX);
        self.lost_at.store(now, Ordering::Relaxed);
    }

    /// Whether one was found dead within this time.
    fn lost_within(&self, time: Duration) -> bool {
        let lost_at = self.lost_at.load(Ordering::Relaxed);
        let ago = self
            .started
            .elapsed()
            .saturating_sub(Duration::from_micros(lost_at));
        lost_at > 0 && ago <= time
    }

    /// Makes the pool check idle connections before they are used.
    pub(crate) fn watch(self: &Arc<Self>, settings: &mut ConnectOptions) {
        let liveness = Arc::clone(self);
        settings.map_sqlx_sqlite_before_acquire(move |connection, about| {
            let liveness = Arc::clone(&liveness);
            Box::pin(async move { Ok(liveness.allows(connection, about.idle_for).await) })
        });
        let liveness = Arc::clone(self);
        settings.map_sqlx_postgres_before_acquire(move |connection, about| {
            let liveness = Arc::clone(&liveness);
            Box::pin(async move { Ok(liveness.allows(connection, about.idle_for).await) })
        });
        let liveness = Arc::clone(self);
        settings.map_sqlx_mysql_before_acquire(move |connection, about| {
            let liveness = Arc::clone(&liveness);
            Box::pin(async move { Ok(liveness.allows(connection, about.idle_for).await) })
        });
    }

    /// Whether the connection, which has been idle for so long, may be used.
    async fn allows(&self, connection: &mut impl sqlx::Connection, idle_for: Duration) -> bool {
        if connection.is_in_transaction() || self.lost_within(idle_for) {
            return false;
        }
        if idle_for < ASKED_AFTER {
            return true;
        }
        let alive = matches!(timeout(PING_WITHIN, connection.ping()).await, Ok(Ok(())));
        if !alive {
            self.lost();
        }
        alive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_from_before_a_loss_are_in_doubt() {
        let liveness = Liveness::default();
        assert!(!liveness.lost_within(Duration::from_secs(3600)));
        std::thread::sleep(Duration::from_millis(2));
        liveness.lost();
        assert!(liveness.lost_within(Duration::from_secs(3600)));
        std::thread::sleep(Duration::from_millis(2));
        assert!(!liveness.lost_within(Duration::from_millis(1)));
    }
}
