//! Leases, cursors and reactors, in this process on every database.

mod leases;
mod reactions;

use crate::{cluster::unique, tables::Tables};
use app::{
    App, Claimant, Clock, Context, LogId, Parked, Recorded, Settings, Store, StoreOptions,
    SystemClock,
    reactor::{Reaction, Reactor, ReactorMetrics, Refusal},
    runner::Unobserved,
    user::CreateUser,
};
use domain::{
    OrganizationId, Time, UserId,
    text::{Email, Name},
    user::{Created, Role, UserStatus},
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::database::Database;
use tokio::{
    sync::{Semaphore, watch},
    task::JoinHandle,
    time::{Instant, sleep},
};
use uuid::Uuid;

const REACTOR: &str = "test";

/// The longest wait for a condition.
const PATIENCE: Duration = Duration::from_secs(20);

/// A replica on the database whose clock is this many seconds ahead.
async fn replica(database: &Database, ahead: i64) -> App {
    let store = Store::connect(database.url(), &StoreOptions::default()).await;
    let store = store.unwrap();
    store.migrate().await.unwrap();
    let clock = Arc::new(Ahead(ahead));
    App::start(store, clock, Settings::default(), Arc::new(Unobserved))
}

/// The clock of a machine that is ahead.
struct Ahead(i64);

impl Clock for Ahead {
    fn now(&self) -> Time {
        SystemClock.now().plus_seconds(self.0)
    }

    fn new_id(&self) -> Uuid {
        SystemClock.new_id()
    }
}

/// So many events in the log of the organization, or of the platform.
async fn write(app: &App, organization: Option<Uuid>, events: usize) {
    let made = (0..events).map(|_| {
        let new = Created {
            email: Email::parse(&format!("{}@fire.test", unique("m")), "/email").unwrap(),
            display_name: Name::parse("Member", "/displayName").unwrap(),
            role: Role::Member,
            status: UserStatus::Active,
            organization_id: organization.map(OrganizationId),
            station_id: None,
            password: None,
        };
        let id = UserId(app.clock().new_id());
        let side_records = Vec::new();
        app.run(
            Context::system(),
            CreateUser {
                id,
                new,
                side_records,
            },
        )
    });
    for made in futures_util::future::join_all(made).await {
        made.unwrap();
    }
}

async fn organization(app: &App) -> Uuid {
    let id = OrganizationId(app.clock().new_id());
    let new = domain::organization::Created {
        name: Name::parse("Organization", "/name").unwrap(),
        slug: domain::text::Slug::parse(&unique("o"), "/slug").unwrap(),
    };
    let case = app::organization::CreateOrganization { id, new };
    app.run(Context::system(), case).await.unwrap();
    id.0
}

/// Positions of a log that the reaction took in one call.
type Part = (LogId, Vec<i64>);

type Answer = dyn Fn(LogId, &Recorded) -> Result<(), Refusal> + Send + Sync;

/// A reaction that records the events it takes, and answers as the test decides.
#[derive(Clone)]
struct Keeper {
    taken: Arc<Mutex<Vec<Part>>>,
    answer: Arc<Answer>,
    /// One permit is used for each part.
    gate: Arc<Semaphore>,
    begun: Arc<AtomicUsize>,
    dropped: Arc<AtomicUsize>,
}

impl Keeper {
    fn new(
        answer: impl Fn(LogId, &Recorded) -> Result<(), Refusal> + Send + Sync + 'static,
    ) -> Self {
        Self {
            taken: Arc::default(),
            answer: Arc::new(answer),
            gate: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            begun: Arc::default(),
            dropped: Arc::default(),
        }
    }

    fn willing() -> Self {
        Self::new(|_, _| Ok(()))
    }

    fn parts(&self) -> Vec<Part> {
        self.taken.lock().unwrap().clone()
    }

    /// The positions taken of each log, in that order.
    fn logs(&self) -> BTreeMap<LogId, Vec<i64>> {
        let mut logs: BTreeMap<LogId, Vec<i64>> = BTreeMap::new();
        for (log, positions) in self.parts() {
            logs.entry(log).or_default().extend(positions);
        }
        logs
    }

    fn count(&self) -> usize {
        self.parts()
            .iter()
            .map(|(_, positions)| positions.len())
            .sum()
    }
}

/// Counts the calls that were dropped before they finished.
struct Guard(Option<Arc<AtomicUsize>>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(dropped) = &self.0 {
            dropped.fetch_add(1, SeqCst);
        }
    }
}

impl Reaction for Keeper {
    fn name(&self) -> &'static str {
        REACTOR
    }

    async fn take(&self, log: LogId, events: &[Recorded]) -> Result<(), Refusal> {
        let mut guard = Guard(Some(Arc::clone(&self.dropped)));
        self.begun.fetch_add(1, SeqCst);
        self.gate.acquire().await.unwrap().forget();
        guard.0 = None;
        let mut positions = Vec::new();
        let mut answer = Ok(());
        for event in events {
            answer = (self.answer)(log, event);
            if answer.is_err() {
                break;
            }
            positions.push(event.position);
        }
        if !matches!(answer, Err(Refusal::Later(_))) {
            self.taken.lock().unwrap().push((log, positions));
        }
        answer
    }
}

/// The recorded metrics: events taken, failures, events parked; whether it works; and stuck logs.
#[derive(Default)]
struct Counts([AtomicUsize; 3], AtomicBool, AtomicUsize);

impl Counts {
    fn are(&self) -> [usize; 3] {
        [0, 1, 2].map(|at| self.0[at].load(SeqCst))
    }
}

impl ReactorMetrics for Counts {
    fn works(&self, here: bool) {
        self.1.store(here, SeqCst);
    }

    fn taken(&self, events: usize) {
        self.0[0].fetch_add(events, SeqCst);
    }

    fn failed(&self) {
        self.0[1].fetch_add(1, SeqCst);
    }

    fn parked(&self, events: usize) {
        self.0[2].fetch_add(events, SeqCst);
    }

    fn stuck(&self, logs: usize) {
        self.2.store(logs, SeqCst);
    }
}

/// A running reactor.
struct AtWork {
    counts: Arc<Counts>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl AtWork {
    fn start(app: &App, keeper: &Keeper) -> Self {
        let counts = Arc::<Counts>::default();
        let reactor = Reactor::new(app.clone(), keeper.clone(), counts.clone());
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(async move { reactor.run(stopped).await });
        Self { counts, stop, task }
    }

    async fn stop(self) -> [usize; 3] {
        self.stop.send_replace(true);
        self.task.await.unwrap();
        self.counts.are()
    }
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !is_so().await {
        assert!(since.elapsed() < PATIENCE, "{what}");
        sleep(Duration::from_millis(10)).await;
    }
}

async fn is_done(app: &App) {
    until("the reactor is not done", async || {
        app.backlog(REACTOR).await.unwrap().0 == 0
    })
    .await;
}

fn claimant() -> Claimant {
    Claimant {
        reactor: REACTOR,
        holder: Uuid::now_v7(),
    }
}

fn at(seconds: i64) -> Time {
    Time::from_micros(0).plus_seconds(seconds)
}
