//! The pool that hashes passwords: a few threads of its own, each with its own memory,
//! and a queue that is refused rather than grown. Async threads never hash.
//!
//! This is the one part that reads a clock: it tells how long jobs waited and took.
use std::{
    any::Any,
    io,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use thiserror::Error;
use tokio::sync::oneshot;

use crate::{
    Cost, NoRandomness,
    argon::{ArgonError, Memory, Stored},
    secret::Secret,
};

const MOST_THREADS: usize = 4;

/// How the pool works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HasherSettings {
    /// What a new hash costs; hashes that cost something else are outdated.
    pub cost: Cost,
    /// Passwords that are hashed at the same time.
    pub threads: NonZeroUsize,
    /// Passwords that may wait, beside those that are being hashed.
    pub queue: NonZeroUsize,
}

impl Default for HasherSettings {
    /// The default cost, a thread for each core but at most four, and 64 that may wait.
    fn default() -> Self {
        let cores = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let most = NonZeroUsize::new(MOST_THREADS).unwrap_or(NonZeroUsize::MIN);
        Self {
            cost: Cost::DEFAULT,
            threads: cores.min(most),
            queue: NonZeroUsize::new(64).unwrap_or(NonZeroUsize::MIN),
        }
    }
}

/// Hears what the pool does, on the pool's threads: it should be quick.
pub trait Observer: Send + Sync + 'static {
    /// A job left the queue after so long, and begins.
    fn began(&self, waited: Duration);
    /// An Argon2 computation is done: one for each job that began.
    fn computed(&self, took: Duration);
}

/// Hears and forgets.
impl Observer for () {
    fn began(&self, _waited: Duration) {}
    fn computed(&self, _took: Duration) {}
}

/// Whether a password is the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// It is the one that was hashed.
    pub matches: bool,
    /// The hash was made at another cost than hashes are made now: when the password
    /// matches, it is to be hashed anew.
    pub outdated: bool,
}

/// A password was not hashed.
#[derive(Debug, Error)]
pub enum HashError {
    /// As many wait as may wait: come back later.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// No salt could be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The job was lost: the observer panicked.
    #[error("the hash was not computed")]
    Lost,
}

/// The pool could not be started.
#[derive(Debug, Error)]
pub enum StartError {
    /// No decoy could be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A thread could not be started.
    #[error("cannot start a thread that hashes passwords: {0}")]
    Thread(#[from] io::Error),
}

/// A handle of the pool. The threads end when the last handle is dropped.
#[derive(Clone)]
pub struct Hasher {
    queue: SyncSender<Job>,
}

struct Job {
    password: Secret,
    queued: Instant,
    task: Task,
}

enum Task {
    Hash(oneshot::Sender<Result<String, ArgonError>>),
    Verify(Option<String>, oneshot::Sender<Verified>),
}

struct Pool {
    jobs: Mutex<Receiver<Job>>,
    decoy: Stored,
    cost: Cost,
    observer: Arc<dyn Observer>,
}

impl Hasher {
    /// Starts the threads.
    pub fn start(settings: HasherSettings, observer: impl Observer) -> Result<Self, StartError> {
        let (queue, jobs) = sync_channel(settings.queue.get());
        let decoy = Stored::decoy(settings.cost).map_err(|error| match error {
            ArgonError::NoRandomness(error) => StartError::NoRandomness(error),
            ArgonError::Refused => StartError::Thread(io::ErrorKind::InvalidInput.into()),
        })?;
        let pool = Arc::new(Pool {
            jobs: Mutex::new(jobs),
            decoy,
            cost: settings.cost,
            observer: Arc::new(observer),
        });
        for number in 0..settings.threads.get() {
            let pool = Arc::clone(&pool);
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || pool.work())?;
        }
        Ok(Self { queue })
    }

    /// Hashes a new password into a PHC string.
    pub async fn hash(&self, password: Secret) -> Result<String, HashError> {
        let (reply, hashed) = oneshot::channel();
        self.enqueue(password, Task::Hash(reply))?;
        match hashed.await {
            Ok(Ok(phc)) => Ok(phc),
            Ok(Err(ArgonError::NoRandomness(error))) => Err(error.into()),
            Ok(Err(ArgonError::Refused)) | Err(_) => Err(HashError::Lost),
        }
    }

    /// Compares a password with a PHC string. Without one, or with a broken one, a decoy
    /// is computed that nothing matches: an unknown user costs what a known one does.
    pub async fn verify(&self, phc: Option<&str>, password: Secret) -> Result<Verified, HashError> {
        let (reply, verified) = oneshot::channel();
        let phc = phc.map(str::to_owned);
        self.enqueue(password, Task::Verify(phc, reply))?;
        verified.await.map_err(|_| HashError::Lost)
    }

    fn enqueue(&self, password: Secret, task: Task) -> Result<(), HashError> {
        let job = Job {
            password,
            queued: Instant::now(),
            task,
        };
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => HashError::Busy,
            TrySendError::Disconnected(_) => HashError::Lost,
        })
    }
}

impl Pool {
    fn work(&self) {
        let mut memory = Memory::new(Arc::clone(&self.observer));
        loop {
            let next = {
                let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
                jobs.recv()
            };
            let Ok(job) = next else { return };
            // A job that panics is lost, but not the thread with it.
            let _: Result<(), Box<dyn Any + Send>> =
                catch_unwind(AssertUnwindSafe(|| self.run(&mut memory, job)));
        }
    }

    /// Nobody hears of the answer when the caller has gone: then there is no need of it.
    fn run(&self, memory: &mut Memory, job: Job) {
        let gone = match &job.task {
            Task::Hash(reply) => reply.is_closed(),
            Task::Verify(_, reply) => reply.is_closed(),
        };
        if gone {
            return;
        }
        self.observer.began(job.queued.elapsed());
        let password = job.password.reveal().as_bytes();
        match job.task {
            Task::Hash(reply) => {
                let _ = reply.send(memory.hash(password, self.cost));
            }
            Task::Verify(phc, reply) => {
                let _ = reply.send(self.verify(memory, phc.as_deref(), password));
            }
        }
    }

    fn verify(&self, memory: &mut Memory, phc: Option<&str>, password: &[u8]) -> Verified {
        let stored = phc.and_then(|phc| Stored::parse(phc, self.cost));
        let compared = stored.as_ref().unwrap_or(&self.decoy);
        let equal = memory.matches(compared, password, self.cost);
        Verified {
            matches: equal & stored.is_some(),
            outdated: !compared.is_present(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn not_even_the_decoys_password_matches() {
        let cost = Cost::new(32, 1, 1).unwrap();
        let mut memory = Memory::new(Arc::new(()));
        let phc = memory.hash(b"plover", cost).unwrap();
        let pool = Pool {
            jobs: Mutex::new(sync_channel(1).1),
            decoy: Stored::parse(&phc, cost).unwrap(),
            cost,
            observer: Arc::new(()),
        };
        assert!(pool.verify(&mut memory, Some(&phc), b"plover").matches);
        assert!(!pool.verify(&mut memory, None, b"plover").matches);
        assert!(!pool.verify(&mut memory, Some("broken"), b"plover").matches);
    }
}
