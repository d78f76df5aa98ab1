//! All input and output of a write, in one place.
//!
//! The runner keeps a bounded queue for a log and works it with one writer: it locks the head, loads
//! what all waiting commands read, decides them one after another, writes the events and changed
//! rows of all of them, commits once, and answers all. A refused command writes nothing.

mod batch;
mod work;

use crate::{
    Answered, Clock, Context, Error, Result, UseCase,
    runner::work::{Pending, Work},
};
use batch::Writer;
use persistence::{Store, log::LogId};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    task::JoinHandle,
};

/// How long those who were just answered are waited for: about as long as a commit takes.
const MOMENT: Duration = Duration::from_millis(1);

/// Fewer callers than this are not waited for: they would gain less than they lose.
const MANY: usize = 8;

/// How the runner works.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Commands that may wait; beyond that callers are told to come back.
    pub queue: usize,
    /// Commands in one transaction.
    pub batch: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            queue: 1024,
            batch: 128,
        }
    }
}

/// Told of what the runner does, for metrics.
pub trait Observer: Send + Sync + 'static {
    /// A batch was worked off.
    fn batch(&self, _commands: usize, _events: usize, _elapsed: Duration) {}

    /// A lost race was run again.
    fn retried(&self) {}
}

/// An observer that does not look.
#[derive(Clone, Copy, Debug)]
pub struct Unobserved;

impl Observer for Unobserved {}

/// The queue of a log and its writer.
#[derive(Clone)]
pub struct Runner {
    queue: mpsc::Sender<Box<dyn Work>>,
    position: Arc<AtomicI64>,
    writer: Arc<Mutex<Option<JoinHandle<()>>>>,
    stop: Arc<tokio::sync::Notify>,
}

impl Runner {
    /// Starts the writer.
    pub fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        settings: Settings,
        observer: Arc<dyn Observer>,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(settings.queue.max(1));
        let position = Arc::new(AtomicI64::new(0));
        let stop = Arc::new(tokio::sync::Notify::new());
        let writer = Writer::new(store, LogId::PLATFORM, clock, position.clone());
        let work = serve(writer, waiting, settings, observer, stop.clone());
        let writer = Arc::new(Mutex::new(Some(tokio::spawn(work))));
        Self {
            queue,
            position,
            writer,
            stop,
        }
    }

    /// Runs a command and waits for its answer. When the caller goes away, the command still
    /// happens or not as a whole.
    pub async fn run<C: UseCase>(&self, context: Context, case: C) -> Result<Answered<C::Answer>> {
        let (reply, answer) = oneshot::channel();
        let work = Box::new(Pending::new(case, context, reply));
        self.queue.try_send(work).map_err(|_| Error::Busy)?;
        answer
            .await
            .unwrap_or_else(|_| Err(Error::Internal("the writer stopped".to_owned())))
    }

    /// The position of the last event that this process wrote or saw.
    pub fn position(&self) -> i64 {
        self.position.load(Ordering::Relaxed)
    }

    /// Commands that wait.
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Whether the writer is there to take commands.
    pub fn is_working(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Works off what waits and stops.
    pub async fn close(&self) {
        self.stop.notify_one();
        if let Some(writer) = self.writer.lock().await.take()
            && let Err(error) = writer.await
        {
            tracing::error!(%error, "the writer ended badly");
        }
    }
}

async fn serve(
    mut writer: Writer,
    mut waiting: mpsc::Receiver<Box<dyn Work>>,
    settings: Settings,
    observer: Arc<dyn Observer>,
    stop: Arc<tokio::sync::Notify>,
) {
    let mut expected = 0;
    loop {
        let first = tokio::select! {
            biased;
            first = waiting.recv() => first,
            () = stop.notified() => {
                // What was sent before is still worked off; what comes later is refused.
                waiting.close();
                continue;
            }
        };
        let Some(first) = first else { return };
        let batch = gather(first, &mut waiting, settings.batch, expected).await;
        let (commands, began) = (batch.len(), std::time::Instant::now());
        let events = writer.work(batch, observer.as_ref()).await;
        observer.batch(commands, events, began.elapsed());
        expected = commands + waiting.len();
    }
}

/// The first command and those that wait behind it, up to a weight.
///
/// Callers who wait for an answer before they ask again would take turns in two halves, one waiting
/// while the other is worked off. Where many were there a moment ago, as many are `expected`, and are
/// given a moment to come back, so that all share one commit.
async fn gather(
    first: Box<dyn Work>,
    waiting: &mut mpsc::Receiver<Box<dyn Work>>,
    most: usize,
    expected: usize,
) -> Vec<Box<dyn Work>> {
    let mut weight = first.weight();
    let mut batch = vec![first];
    let until = tokio::time::Instant::now() + MOMENT;
    while weight < most {
        let next = match waiting.try_recv() {
            Ok(next) => next,
            Err(_) if expected < MANY || batch.len() >= expected => break,
            Err(_) => match tokio::time::timeout_at(until, waiting.recv()).await {
                Ok(Some(next)) => next,
                _ => break,
            },
        };
        weight += next.weight();
        batch.push(next);
    }
    batch
}
