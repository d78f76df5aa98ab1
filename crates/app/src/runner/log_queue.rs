//! Queues: one for each log, and one for the commands that need several logs.

use super::{
    Observer, Settings,
    batch::{Worked, Writer},
    stall::Stall,
    work::Work,
};
use crate::{Clock, Error, Result};
use persistence::{Store, log::LogId};
use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::mpsc::{self, error::TryRecvError},
    task::JoinHandle,
    time::timeout,
};

/// How long those who were just answered are waited for: about as long as a commit takes.
const MOMENT: Duration = Duration::from_millis(1);

/// Fewer callers than this are not waited for: they would gain less than they lose.
const MANY: usize = 8;

/// A log that nobody writes for so long is forgotten, so that memory follows the work.
const IDLE: Duration = Duration::from_secs(60);

/// The queue of a log and its writer.
pub struct LogQueue {
    queue: mpsc::Sender<Box<dyn Work>>,
    stall: Arc<Stall>,
    writer: JoinHandle<()>,
}

impl LogQueue {
    /// Starts the writer.
    pub fn start(writer: Writer, settings: Settings, observer: Arc<dyn Observer>) -> Self {
        let (queue, waiting) = mpsc::channel(settings.queue.max(1));
        let stall = Arc::<Stall>::default();
        let writer = serve(writer, waiting, settings, observer, Arc::clone(&stall));
        Self {
            queue,
            stall,
            writer: tokio::spawn(writer),
        }
    }

    /// Queues a command, unless too many wait.
    pub fn send(&self, work: Box<dyn Work>) -> Result<()> {
        self.queue.try_send(work).map_err(|_| Error::Busy)
    }

    /// Commands that wait.
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// How long commands have waited for the log.
    pub fn waiting_logs(&self) -> Vec<(LogId, Duration)> {
        self.stall.waiting()
    }

    /// Whether the writer is there to take commands.
    pub fn is_working(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Works off what waits and stops.
    pub async fn close(self) {
        drop(self.queue);
        ended(self.writer.await);
    }
}

fn ended(writer: std::result::Result<(), tokio::task::JoinError>) {
    if let Err(error) = writer {
        tracing::error!(%error, "a writer ended badly");
    }
}

async fn serve(
    mut writer: Writer,
    mut waiting: mpsc::Receiver<Box<dyn Work>>,
    settings: Settings,
    observer: Arc<dyn Observer>,
    stall: Arc<Stall>,
) {
    let mut expected = 0;
    loop {
        let first = match timeout(IDLE, waiting.recv()).await {
            Ok(first) => first,
            Err(_) => {
                writer.forget();
                waiting.recv().await
            }
        };
        let Some(first) = first else { return };
        let batch = gather(first, &mut waiting, settings.batch, expected).await;
        let commands = batch.len();
        let worked = work(&mut writer, batch, observer.as_ref(), &stall).await;
        if worked.is_through || waiting.is_empty() {
            stall.end();
        }
        expected = commands + waiting.len();
    }
}

/// Works commands off, the first of which has waited the longest, and records how that went.
async fn work(
    writer: &mut Writer,
    batch: Vec<Box<dyn Work>>,
    observer: &dyn Observer,
    stall: &Stall,
) -> Worked {
    let began = Instant::now();
    let asked = batch.first().map_or(began, |first| first.asked());
    stall.begin(writer.logs(), asked);
    let worked = writer.work(batch, observer).await;
    if worked.commands > 0 {
        observer.batch(worked.commands, worked.events, began.elapsed());
    }
    worked
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
            Err(TryRecvError::Disconnected) => break,
            Err(TryRecvError::Empty) if expected < MANY || batch.len() >= expected => break,
            Err(TryRecvError::Empty) => {
                match tokio::time::timeout_at(until, waiting.recv()).await {
                    Ok(Some(next)) => next,
                    _ => break,
                }
            }
        };
        weight += next.weight();
        batch.push(next);
    }
    batch
}

/// A command and the logs that it needs.
type JointWork = (BTreeSet<LogId>, Box<dyn Work>);

/// The queue of the commands that need several logs; each is written alone.
pub struct JointLane {
    queue: mpsc::Sender<JointWork>,
    stall: Arc<Stall>,
    writer: JoinHandle<()>,
}

impl JointLane {
    /// Starts the writer.
    pub fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        settings: Settings,
        observer: Arc<dyn Observer>,
    ) -> Self {
        let (queue, mut waiting) = mpsc::channel::<JointWork>(settings.queue.max(1));
        let stall = Arc::<Stall>::default();
        let known = Arc::clone(&stall);
        let writer = tokio::spawn(async move {
            while let Some((logs, command)) = waiting.recv().await {
                let mut writer = Writer::new(store.clone(), logs, clock.clone());
                work(&mut writer, vec![command], observer.as_ref(), &known).await;
                // The next one may need other logs.
                known.end();
            }
        });
        Self {
            queue,
            stall,
            writer,
        }
    }

    /// Queues a command, unless too many wait.
    pub fn send(&self, logs: BTreeSet<LogId>, work: Box<dyn Work>) -> Result<()> {
        self.queue.try_send((logs, work)).map_err(|_| Error::Busy)
    }

    /// Commands that wait.
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// How long the command in work has waited for its logs.
    pub fn waiting_logs(&self) -> Vec<(LogId, Duration)> {
        self.stall.waiting()
    }

    /// Whether the writer is there to take commands.
    pub fn is_working(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Works off what waits and stops.
    pub async fn close(self) {
        drop(self.queue);
        ended(self.writer.await);
    }
}
