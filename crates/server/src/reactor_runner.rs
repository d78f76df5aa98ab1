//! Runs the reactors of this process.

use crate::{background::Tasks, metrics::Metrics};
use app::reactor::{Reaction, Reactor, ReactorMetrics};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinSet, time::timeout};

/// How long reactors may take to stop.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// The running reactors, until all are stopped.
pub struct ReactorRunner {
    tasks: Arc<Tasks>,
    stop: watch::Sender<bool>,
    working: JoinSet<()>,
}

impl ReactorRunner {
    /// Without reactors.
    pub fn new(tasks: Arc<Tasks>) -> Self {
        Self {
            tasks,
            stop: watch::Sender::default(),
            working: JoinSet::new(),
        }
    }

    /// Starts a reactor.
    pub fn add<R: Reaction>(&mut self, name: &'static str, reactor: Reactor<R>) {
        let (tasks, reactor) = (Arc::clone(&self.tasks), Arc::new(reactor));
        let (stop, stopped) = (self.stop.subscribe(), self.stop.subscribe());
        let work = move || {
            let (reactor, stop) = (Arc::clone(&reactor), stop.clone());
            async move { reactor.run(stop).await }
        };
        let is_wanted = move || *stopped.borrow();
        self.working
            .spawn(async move { tasks.keep(name, work, is_wanted).await });
    }

    /// Stops the reactors; they finish the current work and release their leases.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.working.join_next().await.is_some() {} };
        if timeout(STOP_WITHIN, all).await.is_err() {
            tracing::warn!("the reactors did not end in time");
        }
    }
}

/// Reports the work of a reactor to the metrics.
pub struct Measured {
    /// The metrics of the process.
    pub metrics: Arc<Metrics>,
    /// The reactor.
    pub reactor: &'static str,
}

impl ReactorMetrics for Measured {
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

    fn stuck(&self, logs: usize) {
        self.metrics.set_reactor_stuck(self.reactor, logs);
    }
}
