//! The reactors of this process.

use crate::metrics::Metrics;
use app::reactor::{Figures, Reaction, Reactor};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinSet, time::timeout};

/// How long reactors may take to end.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// Reactors at work, each until all are stopped.
#[derive(Default)]
pub struct Reactors {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Reactors {
    /// Lets one more work.
    pub fn add<R: Reaction>(&mut self, reactor: Reactor<R>) {
        self.tasks.spawn(reactor.run(self.stop.subscribe()));
    }

    /// Lets them finish what is under way and give their leases back.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if timeout(STOP_WITHIN, all).await.is_err() {
            tracing::warn!("the reactors did not end in time");
        }
    }
}

/// Tells the metrics what a reactor does.
pub struct Measured {
    /// What is scraped.
    pub metrics: Arc<Metrics>,
    /// The reactor.
    pub reactor: &'static str,
}

impl Figures for Measured {
    fn works(&self, here: bool) {
        self.metrics.reactor_works(self.reactor, here);
    }

    fn taken(&self, events: usize) {
        self.metrics.reactor_published(self.reactor, events as u64);
    }

    fn failed(&self) {
        self.metrics.reactor_failed(self.reactor);
    }

    fn parked(&self, events: usize) {
        self.metrics.reactor_parked(self.reactor, events as u64);
    }
}
