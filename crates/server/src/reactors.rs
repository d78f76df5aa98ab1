//! The reactors of this process.

use crate::{background::Tasks, metrics::Metrics};
use app::reactor::{Figures, Reaction, Reactor};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinSet, time::timeout};

/// How long reactors may take to end.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// Reactors at work, each until all are stopped.
pub struct Reactors {
    tasks: Arc<Tasks>,
    stop: watch::Sender<bool>,
    working: JoinSet<()>,
}

impl Reactors {
    /// None works yet.
    pub fn new(tasks: Arc<Tasks>) -> Self {
        Self {
            tasks,
            stop: watch::Sender::default(),
            working: JoinSet::new(),
        }
    }

    /// Lets one more work.
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

    /// Lets them finish what is under way and give their leases back.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.working.join_next().await.is_some() {} };
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

    fn stuck(&self, logs: usize) {
        self.metrics.set_reactor_stuck(self.reactor, logs);
    }
}
