//! Background tasks, which run as long as the service. A task that ends or panics is reported and
//! restarted.

use crate::metrics::Metrics;
use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::task::JoinSet;

/// The pause before a task that ended is restarted: long enough to be noticed by readiness checks.
const RESTART_PAUSE: Duration = Duration::from_secs(5);

/// The background tasks, and whether each runs.
pub struct Tasks {
    metrics: Arc<Metrics>,
    restart_pause: Duration,
    running: Mutex<BTreeMap<&'static str, bool>>,
}

impl Tasks {
    /// Without tasks.
    pub fn new(metrics: Arc<Metrics>) -> Self {
        Self {
            metrics,
            restart_pause: RESTART_PAUSE,
            running: Mutex::default(),
        }
    }

    /// The number of tasks, and the names of those that do not run.
    pub fn ended(&self) -> (usize, Vec<&'static str>) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = running.iter().filter(|(_, runs)| !**runs);
        (running.len(), ended.map(|(name, _)| *name).collect())
    }

    fn set(&self, name: &'static str, runs: bool) {
        self.metrics.task_runs(name, runs);
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(name, runs);
    }

    /// Runs the work and restarts it whenever it ends, until this is dropped or its end is wanted.
    pub async fn keep<W>(
        &self,
        name: &'static str,
        work: impl Fn() -> W + Send,
        is_wanted: impl Fn() -> bool + Send,
    ) where
        W: Future<Output = ()> + Send + 'static,
    {
        loop {
            self.set(name, true);
            // A task of its own contains a panic, and is aborted when this one is dropped.
            let mut one = JoinSet::new();
            one.spawn(work());
            let ended = one.join_next().await;
            if is_wanted() {
                return;
            }
            self.set(name, false);
            match ended {
                Some(Err(error)) => {
                    tracing::error!(task = name, %error, "a task broke down and is begun again");
                }
                _ => tracing::error!(task = name, "a task ended and is begun again"),
            }
            tokio::time::sleep(self.restart_pause).await;
        }
    }
}

/// Running background tasks, until they are stopped or this is dropped.
pub struct Background {
    tasks: Arc<Tasks>,
    working: JoinSet<()>,
}

impl Background {
    /// Without tasks.
    pub fn new(tasks: Arc<Tasks>) -> Self {
        Self {
            tasks,
            working: JoinSet::new(),
        }
    }

    /// Starts a task.
    pub fn add<W>(&mut self, name: &'static str, work: impl Fn() -> W + Send + Sync + 'static)
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let tasks = Arc::clone(&self.tasks);
        self.working
            .spawn(async move { tasks.keep(name, work, || false).await });
    }

    /// Ends all tasks, each at its next await.
    pub async fn stop(mut self) {
        self.working.shutdown().await;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    async fn until(is_so: impl Fn() -> bool) {
        for _ in 0..1000 {
            if is_so() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the condition does not become true");
    }

    #[tokio::test]
    async fn a_task_that_panics_or_ends_is_reported_and_restarted() {
        let metrics = Arc::new(Metrics::new("sqlite"));
        let restart_pause = Duration::from_millis(100);
        let tasks = Arc::new(Tasks {
            restart_pause,
            ..Tasks::new(Arc::clone(&metrics))
        });
        let mut background = Background::new(Arc::clone(&tasks));
        let times = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&times);
        background.add("fragile", move || {
            let time = counted.fetch_add(1, SeqCst);
            async move {
                match time {
                    0 => panic!("on purpose"),
                    1 => tokio::time::sleep(restart_pause).await,
                    _ => std::future::pending().await,
                }
            }
        });
        background.add("steady", std::future::pending);
        for ended in 1..=2 {
            until(|| tasks.ended() == (2, vec!["fragile"])).await;
            let page = metrics.render().unwrap();
            let line =
                format!("quartermaster_background_task_ends_total{{task=\"fragile\"}} {ended}");
            assert!(page.contains(&line), "{page}");
            until(|| times.load(SeqCst) > ended).await;
            until(|| tasks.ended() == (2, vec![])).await;
        }
        let page = metrics.render().unwrap();
        for task in ["fragile", "steady"] {
            let line = format!("quartermaster_background_task_running{{task=\"{task}\"}} 1");
            assert!(page.contains(&line), "{page}");
        }
        background.stop().await;
    }
}
