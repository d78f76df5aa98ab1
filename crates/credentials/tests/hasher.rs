//! The pool that hashes passwords: what it answers, how much it does at once, and whom
//! it turns away.
#![allow(clippy::unwrap_used)]

use std::{
    num::NonZeroUsize,
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use credentials::{
    Cost,
    hasher::{HashError, Hasher, HasherSettings, Observer, Verified},
    secret::Secret,
};
use tokio::task::{JoinHandle, yield_now};

/// What the pool did so far; jobs begin only as far as the test lets them.
#[derive(Clone, Default)]
struct Watch(Arc<(Mutex<Seen>, Condvar)>);

#[derive(Default)]
struct Seen {
    /// None: every job may begin.
    may_begin: Option<usize>,
    began: usize,
    computed: usize,
    at_once: usize,
    most_at_once: usize,
    waited: Vec<Duration>,
    panics: bool,
}

impl Watch {
    fn closed() -> Self {
        let watch = Self::default();
        watch.change(|seen| seen.may_begin = Some(0));
        watch
    }

    fn change(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.0.0.lock().unwrap());
        self.0.1.notify_all();
    }

    fn wait(&self, until: impl Fn(&Seen) -> bool) {
        let limit = Duration::from_secs(20);
        let seen = self.0.0.lock().unwrap();
        let waited = self
            .0
            .1
            .wait_timeout_while(seen, limit, |seen| !until(seen));
        assert!(!waited.unwrap().1.timed_out(), "waited in vain");
    }

    fn read<T>(&self, read: impl FnOnce(&Seen) -> T) -> T {
        read(&self.0.0.lock().unwrap())
    }
}

impl Observer for Watch {
    fn began(&self, waited: Duration) {
        let mut order = 0;
        self.change(|seen| {
            seen.began += 1;
            seen.at_once += 1;
            seen.most_at_once = seen.most_at_once.max(seen.at_once);
            seen.waited.push(waited);
            order = seen.began;
        });
        self.wait(|seen| seen.may_begin.is_none_or(|most| order <= most));
        let panics = self.read(|seen| seen.panics);
        assert!(!panics, "as the test asks");
    }

    fn computed(&self, _took: Duration) {
        self.change(|seen| {
            seen.computed += 1;
            seen.at_once -= 1;
        });
    }
}

fn tiny(passes: u32) -> Cost {
    Cost::new(32, passes, 1).unwrap()
}

fn pool(threads: usize, queue: usize, watch: &Watch) -> Hasher {
    let settings = HasherSettings {
        cost: tiny(1),
        threads: NonZeroUsize::new(threads).unwrap(),
        queue: NonZeroUsize::new(queue).unwrap(),
    };
    Hasher::start(settings, watch.clone()).unwrap()
}

fn password(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// A job that is in the queue when this returns.
async fn queued(pool: &Hasher) -> JoinHandle<Result<String, HashError>> {
    let pool = pool.clone();
    let job = tokio::spawn(async move { pool.hash(password("plover")).await });
    yield_now().await;
    job
}

#[tokio::test]
async fn a_hash_matches_its_password_alone() {
    let pool = pool(1, 4, &Watch::default());
    let phc = pool.hash(password("plover")).await.unwrap();
    let again = pool.hash(password("plover")).await.unwrap();
    assert_ne!(phc, again, "each has a salt of its own");
    let answer = |matches| Verified {
        matches,
        outdated: false,
    };
    let right = pool.verify(Some(&phc), password("plover")).await.unwrap();
    let wrong = pool.verify(Some(&phc), password("Plover")).await.unwrap();
    assert_eq!((right, wrong), (answer(true), answer(false)));
}

#[tokio::test]
async fn a_hash_of_another_cost_matches_and_is_outdated() {
    let settings = HasherSettings {
        cost: tiny(2),
        ..HasherSettings::default()
    };
    let before = Hasher::start(settings, ()).unwrap();
    let phc = before.hash(password("plover")).await.unwrap();
    let now = pool(1, 4, &Watch::default());
    let verified = now.verify(Some(&phc), password("plover")).await.unwrap();
    assert!(verified.matches && verified.outdated);
}

#[tokio::test]
async fn unknown_broken_and_wrong_each_cost_one_computation_and_never_match() {
    let watch = Watch::default();
    let pool = pool(1, 4, &watch);
    let phc = pool.hash(password("plover")).await.unwrap();
    let without_hash = phc.rsplit_once('$').unwrap().0;
    let mistyped = phc.replace("v=19", "v=20");
    let stored = [
        None,
        Some(""),
        Some("plover"),
        Some("$argon2id$"),
        Some(without_hash),
        Some(&mistyped),
        Some("$argon2id$v=19$m=4294967295,t=1,p=1$MDEyMzQ1Njc$MDEyMzQ1Njc"),
        Some("$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"),
        Some(phc.as_str()),
    ];
    for phc in stored {
        let before = watch.read(|seen| seen.computed);
        let verified = pool.verify(phc, password("quartz")).await.unwrap();
        assert!(!verified.matches && !verified.outdated, "{phc:?}");
        let after = watch.read(|seen| seen.computed);
        assert_eq!(after - before, 1, "{phc:?}");
    }
}

#[tokio::test]
async fn as_many_are_hashed_at_once_as_there_are_threads() {
    let watch = Watch::closed();
    let pool = pool(3, 16, &watch);
    let mut jobs = Vec::new();
    for _ in 0..9 {
        jobs.push(queued(&pool).await);
    }
    watch.wait(|seen| seen.began == 3);
    watch.change(|seen| seen.may_begin = None);
    for job in jobs {
        job.await.unwrap().unwrap();
    }
    let (computed, most) = watch.read(|seen| (seen.computed, seen.most_at_once));
    assert_eq!((computed, most), (9, 3));
}

#[tokio::test]
async fn a_full_queue_turns_away_at_once_and_lets_in_again() {
    let watch = Watch::closed();
    let pool = pool(1, 2, &watch);
    let first = queued(&pool).await;
    watch.wait(|seen| seen.began == 1);
    let waiting = [queued(&pool).await, queued(&pool).await];
    let since = Instant::now();
    let hash = pool.hash(password("plover")).await;
    assert!(matches!(hash, Err(HashError::Busy)));
    let verify = pool.verify(None, password("plover")).await;
    assert!(matches!(verify, Err(HashError::Busy)));
    let least = since.elapsed();
    watch.change(|seen| seen.may_begin = None);
    first.await.unwrap().unwrap();
    for job in waiting {
        job.await.unwrap().unwrap();
    }
    pool.hash(password("plover")).await.unwrap();
    let (waited, computed) = watch.read(|seen| (seen.waited.clone(), seen.computed));
    assert_eq!(
        (waited.len(), computed),
        (4, 4),
        "who is turned away costs nothing"
    );
    assert!(waited[1..3].iter().all(|waited| *waited >= least));
}

#[tokio::test]
async fn a_job_whose_caller_has_gone_is_not_begun() {
    let watch = Watch::closed();
    let pool = pool(1, 4, &watch);
    let first = queued(&pool).await;
    watch.wait(|seen| seen.began == 1);
    let gone = queued(&pool).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    watch.change(|seen| seen.may_begin = None);
    first.await.unwrap().unwrap();
    pool.hash(password("plover")).await.unwrap();
    assert_eq!(watch.read(|seen| (seen.began, seen.computed)), (2, 2));
}

#[tokio::test]
async fn a_panic_costs_one_job_and_not_its_thread() {
    let watch = Watch::default();
    let pool = pool(1, 4, &watch);
    watch.change(|seen| seen.panics = true);
    let lost = pool.hash(password("plover")).await;
    assert!(matches!(lost, Err(HashError::Lost)));
    watch.change(|seen| seen.panics = false);
    pool.hash(password("plover")).await.unwrap();
}

#[test]
fn the_defaults_are_as_documented() {
    let settings = HasherSettings::default();
    let cores = std::thread::available_parallelism().unwrap().get();
    assert_eq!(settings.threads.get(), cores.min(4));
    assert_eq!(settings.queue.get(), 64);
    assert_eq!(settings.cost, Cost::new(19_456, 2, 1).unwrap());
}
