//! Tasks that work for as long as the service does. One that ends or breaks down is noticed, and begun
//! again.

use crate::metrics::Metrics;
use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::task::JoinSet;

/// The pause before a task that ended is begun again: long enough to be seen by who asks now and then.
const AGAIN: Duration = Duration::from_secs(5);

/// Which tasks there are, and whether each runs.
pub struct Tasks {
    metrics: Arc<Metrics>,
    again: Duration,
    running: Mutex<BTreeMap<&'static str, bool>>,
}

impl Tasks {
    /// None yet.
    pub fn new(metrics: Arc<Metrics>) -> Self {
        Self {
            metrics,
            again: AGAIN,
            running: Mutex::default(),
        }
    }

    /// How many there are, and those that do not run.
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

    /// Works again and again, until this is dropped or the end of the work was wanted.
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
            // A task of its own, whose panic ends here; and which is dropped with this one.
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
            tokio::time::sleep(self.again).await;
        }
    }
}

/// Tasks at work, until they are stopped or this is dropped.
pub struct Background {
    tasks: Arc<Tasks>,
    working: JoinSet<()>,
}

impl Background {
    /// Nothing works yet.
    pub fn new(tasks: Arc<Tasks>) -> Self {
        Self {
            tasks,
            working: JoinSet::new(),
        }
    }

    /// Begins a task.
    pub fn add<W>(&mut self, name: &'static str, work: impl Fn() -> W + Send + Sync + 'static)
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let tasks = Arc::clone(&self.tasks);
        self.working
            .spawn(async move { tasks.keep(name, work, || false).await });
    }

    /// Ends them, each at its next await.
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
        panic!("it does not come to that");
    }

    #[tokio::test]
    async fn a_task_that_breaks_down_or_ends_is_noticed_and_begun_again() {
        let metrics = Arc::new(Metrics::new("sqlite"));
        let again = Duration::from_millis(100);
        let tasks = Arc::new(Tasks {
            again,
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
                    1 => tokio::time::sleep(again).await,
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
