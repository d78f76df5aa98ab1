//! Reactors: what happens because of the events, after them and outside of the writes.
//!
//! A reactor has a cursor over every log, and passes the events after it to its [`Reaction`], in the
//! order of the log. The cursor moves after the events were taken, so each is taken at least once,
//! and its id is the key by which it is known again.
//!
//! Of the replicas one works for a reactor: the one that holds its lease. A replica that ends in
//! order gives it back; when one is killed, another takes it once it has expired. Leases are measured
//! by the clocks of the replicas. A difference of up to three seconds changes nothing. A replica a
//! few seconds further ahead may take the lease once while another works: events are then delivered
//! twice and none is left out, since the cursor moves only for the holder of the lease. A lease that
//! ends later than one can last is ignored, and a replica whose clock is not trusted takes none.
//!
//! The tables are made again from the logs without them: a rebuild writes no event.

mod work;

use crate::{App, Result};
use domain::Time;
use persistence::{
    Claimant, StoreResult,
    log::{LogId, Recorded},
};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout, timeout_at},
};
use uuid::Uuid;

/// How long a lease lasts that is not renewed.
const LEASE: Duration = Duration::from_secs(5);

/// So long before its end a lease counts as over for its holder.
const MARGIN: Duration = Duration::from_secs(1);

/// How often a lease is renewed.
const RENEW: Duration = Duration::from_secs(1);

/// About how often the other replicas check whether it is over.
const STAND_BY: Duration = Duration::from_millis(500);

/// How long what is under way may take when the service stops.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// What happens because of events.
pub trait Reaction: Send + Sync + 'static {
    /// The name of the reactor, under which its cursors are kept. It never changes.
    fn name(&self) -> &'static str;

    /// Takes events of a log, in their order. It may be dropped at any await, and the same events come
    /// again after an error, after a drop, and when the process was killed.
    fn take(
        &self,
        log: LogId,
        events: &[Recorded],
    ) -> impl Future<Output = std::result::Result<(), Refusal>> + Send;
}

/// Why events were not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not now, for this reason. All of them come again.
    Later(String),
    /// The event at this position can never be taken. Those before it were, those after it were not.
    Poison {
        /// The position.
        position: i64,
        /// Why.
        reason: String,
    },
}

/// Receives what a reactor does, for metrics.
pub trait ReactorMetrics: Send + Sync + 'static {
    /// It works here, or not any more.
    fn works(&self, here: bool);

    /// So many events were taken.
    fn taken(&self, events: usize);

    /// Events were not taken now.
    fn failed(&self);

    /// So many events were put aside.
    fn parked(&self, events: usize);

    /// Events of so many logs are not taken at present.
    fn stuck(&self, _logs: usize) {}
}

/// A reaction with its place in the logs.
pub struct Reactor<R> {
    app: App,
    reaction: R,
    metrics: Arc<dyn ReactorMetrics>,
    claimant: Claimant,
}

/// Why a reactor works no more.
enum End {
    Stopped,
    Lost,
}

impl<R: Reaction> Reactor<R> {
    /// A reactor that begins with the first event of every log, or where it was.
    pub fn new(app: App, reaction: R, metrics: Arc<dyn ReactorMetrics>) -> Self {
        let claimant = Claimant {
            reactor: reaction.name(),
            holder: app.clock().new_id(),
        };
        Self {
            app,
            reaction,
            metrics,
            claimant,
        }
    }

    /// Works whenever nobody else does, until it is to stop; then gives the lease back.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        let reactor = self.claimant.reactor;
        loop {
            let until = tokio::select! {
                biased;
                () = stopped(stop.clone()) => break,
                until = self.claim() => until,
            };
            tracing::info!(reactor, "this process works for the reactor");
            self.metrics.works(true);
            let end = self.lead(until, &stop).await;
            self.metrics.works(false);
            self.metrics.stuck(0);
            match end {
                End::Stopped => break,
                End::Lost => tracing::warn!(reactor, "the lease of the reactor is lost"),
            }
        }
        let given = self.app.store.let_go(self.claimant, self.app.clock.now());
        if !matches!(timeout(STOP_WITHIN, given).await, Ok(Ok(()))) {
            tracing::warn!(reactor, "the lease was not given back; it ends by itself");
        }
    }

    /// Waits for the lease. Gives until when it surely lasts.
    async fn claim(&self) -> Instant {
        loop {
            if self.app.clock.health().is_trusted {
                match self.hold().await {
                    Ok(Some(until)) => return until,
                    Ok(None) => {}
                    Err(error) => tracing::debug!(%error, "the lease cannot be asked for"),
                }
            }
            sleep(jittered(STAND_BY, self.app.clock.new_id())).await;
        }
    }

    async fn hold(&self) -> StoreResult<Option<Instant>> {
        let (asked, now) = (Instant::now(), self.app.clock.now());
        let until = Time::from_micros(now.micros() + LEASE.as_micros() as i64);
        let held = self.app.store.hold(self.claimant, now, until).await?;
        Ok(held.then(|| asked + LEASE - MARGIN))
    }

    /// Works as long as the lease lasts. Whatever is under way when it is lost is dropped.
    async fn lead(&self, until: Instant, stop: &watch::Receiver<bool>) -> End {
        let overdue = async {
            stopped(stop.clone()).await;
            sleep(STOP_WITHIN).await;
        };
        tokio::select! {
            biased;
            () = self.keep(until) => End::Lost,
            () = overdue => End::Stopped,
            end = self.work(stop) => end,
        }
    }

    /// Renews the lease; ends when it is lost, or may be.
    async fn keep(&self, mut until: Instant) {
        loop {
            let renewed = async {
                sleep(RENEW).await;
                self.hold().await
            };
            match timeout_at(until, renewed).await {
                Ok(Ok(Some(later))) => until = later,
                Ok(Ok(None)) | Err(_) => return,
                Ok(Err(error)) => tracing::debug!(%error, "the lease cannot be renewed"),
            }
        }
    }
}

impl App {
    /// How many events a reactor has before it, and how old the oldest of them is.
    pub async fn backlog(&self, reactor: &str) -> Result<(u64, Duration)> {
        let backlog = self.store.backlog(reactor).await?;
        let now = self.clock.now().micros();
        let age = backlog.oldest.map_or(0, |oldest| now - oldest.micros());
        let age = Duration::from_micros(u64::try_from(age).unwrap_or(0));
        Ok((u64::try_from(backlog.events).unwrap_or(0), age))
    }
}

/// Returns when it is time to stop, also when the sender is gone.
async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Between half of it and all of it, by the random end of a new id: replicas shall not move in step.
fn jittered(most: Duration, random: Uuid) -> Duration {
    let part = u32::from(random.as_bytes()[15]);
    most / 2 + most / 2 * part / 255
}
