//! Leases, cursors and what reactors do with the logs, in this process on every database.

use crate::{arena::unique, tables::Tables};
use app::{
    App, Claimant, Clock, Context, LogId, Parked, Recorded, Settings, Store, StoreOptions,
    SystemClock,
    reactor::{Figures, Reaction, Reactor, Refusal},
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

/// How long to wait for what has to happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// A replica on the database, whose clock is so many seconds ahead.
async fn replica(database: &Database, ahead: i64) -> App {
    let store = Store::connect(database.url(), &StoreOptions::default()).await;
    let store = store.unwrap();
    store.migrate().await.unwrap();
    let clock = Arc::new(Ahead(ahead));
    App::start(store, clock, Settings::default(), Arc::new(Unobserved))
}

/// The clock of a machine that is not set well.
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
        let asides = Vec::new();
        app.run(Context::system(), CreateUser { id, new, asides })
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

type Answer = dyn Fn(LogId, &Recorded) -> Result<(), Refusal> + Send + Sync;

/// Keeps what it takes, and answers as it is told.
#[derive(Clone)]
struct Keeper {
    taken: Arc<Mutex<Vec<(LogId, Vec<i64>)>>>,
    answer: Arc<Answer>,
    /// One permit is used for each part.
    gate: Arc<Semaphore>,
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
            dropped: Arc::default(),
        }
    }

    fn willing() -> Self {
        Self::new(|_, _| Ok(()))
    }

    fn parts(&self) -> Vec<(LogId, Vec<i64>)> {
        self.taken.lock().unwrap().clone()
    }

    /// What it took of each log, in that order.
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

/// Counts the parts that were given up in the middle.
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

/// Counts what it is told: taken, failed, parked.
#[derive(Default)]
struct Counts([AtomicUsize; 3], AtomicBool);

impl Counts {
    fn are(&self) -> [usize; 3] {
        [0, 1, 2].map(|at| self.0[at].load(SeqCst))
    }
}

impl Figures for Counts {
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
}

/// A reactor at work.
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
        let task = tokio::spawn(reactor.run(stopped));
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

testkit::on_every_database! {
    async fn a_lease_is_held_by_one(database: Database) {
        let app = replica(&database, 0).await;
        let store = app.store();
        let all: Vec<_> = (0..8).map(|_| claimant()).collect();
        let first = all.iter().map(|one| store.hold(*one, at(0), at(5)));
        let held: Vec<bool> = futures_util::future::join_all(first)
            .await
            .into_iter()
            .map(Result::unwrap)
            .collect();
        assert_eq!(held.iter().filter(|held| **held).count(), 1);
        let index = held.iter().position(|held| *held).unwrap();
        let (holder, other) = (all[index], all[(index + 1) % 8]);
        assert!(!store.hold(other, at(4), at(9)).await.unwrap());
        assert!(store.hold(holder, at(4), at(9)).await.unwrap());
        assert!(store.hold(holder, at(4), at(9)).await.unwrap(), "the same again");
        assert!(!store.hold(other, at(8), at(13)).await.unwrap());
        assert!(store.hold(other, at(9), at(14)).await.unwrap(), "it was over");
        assert!(!store.hold(holder, at(10), at(15)).await.unwrap());
        store.let_go(holder, at(10)).await.unwrap();
        assert!(!store.hold(holder, at(10), at(15)).await.unwrap(), "it was not its own");
        store.let_go(other, at(10)).await.unwrap();
        assert!(store.hold(holder, at(10), at(15)).await.unwrap());
        app.close().await;
    }

    async fn a_cursor_moves_forward_and_only_for_the_holder(database: Database) {
        let app = replica(&database, 0).await;
        let store = app.store();
        let (holder, other, log) = (claimant(), claimant(), LogId(Uuid::now_v7()));
        let moved = async |by: Claimant, position, now| {
            store.advance(by, log, position, &[], at(now)).await.unwrap()
        };
        let cursor = async || store.cursors(REACTOR).await.unwrap().get(&log).copied();
        assert!(!moved(holder, 1, 0).await, "there is no lease");
        assert!(store.hold(holder, at(0), at(5)).await.unwrap());
        assert_eq!(cursor().await, None);
        for (position, then) in [(5, 5), (5, 5), (3, 5), (6, 6)] {
            assert!(moved(holder, position, 1).await);
            assert_eq!(cursor().await, Some(then));
        }
        let parked = |position| Parked {
            log,
            position,
            reason: "no\u{1F6AB}".repeat(40_000),
            at: at(2),
        };
        let refused = store.advance(other, log, 9, &[parked(9)], at(2)).await;
        assert!(!refused.unwrap() && store.parked(REACTOR, 9).await.unwrap().is_empty());
        let late = store.advance(holder, log, 9, &[parked(9)], at(5)).await;
        assert!(!late.unwrap(), "the lease is over");
        for position in [7, 8, 8] {
            let events = [parked(position)];
            let done = store.advance(holder, log, position, &events, at(2));
            assert!(done.await.unwrap());
        }
        assert_eq!(cursor().await, Some(8));
        let mut kept = store.parked(REACTOR, 9).await.unwrap();
        kept.sort_by_key(|event| event.position);
        assert_eq!(kept, [parked(7), parked(8)]);
        assert_eq!(store.cursors("other").await.unwrap(), BTreeMap::new());
        app.close().await;
    }

    async fn every_event_is_taken_in_order_and_no_log_waits_for_a_long_one(database: Database) {
        let app = replica(&database, 0).await;
        let long = organization(&app).await;
        write(&app, Some(long), 900).await;
        let short = organization(&app).await;
        write(&app, Some(short), 1).await;
        let (count, age) = app.backlog(REACTOR).await.unwrap();
        assert!(count > 900 && age < PATIENCE, "{count} for {age:?}");
        let keeper = Keeper::willing();
        let work = AtWork::start(&app, &keeper);
        is_done(&app).await;
        let [taken, failed, parked] = work.stop().await;
        assert_eq!((taken as u64, failed, parked), (count, 0, 0));
        for (log, head) in app.store().logs().await.unwrap() {
            let due: Vec<i64> = (1..=head.position).collect();
            assert_eq!(keeper.logs().remove(&log).unwrap_or_default(), due);
        }
        let of = |log: Uuid| {
            let parts = keeper.parts();
            let at = |log| parts.iter().rposition(|(of, _)| *of == LogId(log)).unwrap();
            at(log)
        };
        assert!(of(short) < of(long), "{:?}", keeper.parts().len());
        assert!(keeper.parts().iter().all(|(_, part)| part.len() <= 200));
        assert_eq!(app.backlog(REACTOR).await.unwrap(), (0, Duration::ZERO));
        app.close().await;
    }

    async fn an_idle_reactor_wakes_with_the_log(database: Database) {
        let app = replica(&database, 0).await;
        write(&app, None, 1).await;
        let keeper = Keeper::willing();
        let work = AtWork::start(&app, &keeper);
        is_done(&app).await;
        let mut worst = Duration::ZERO;
        for count in 2..7 {
            let since = Instant::now();
            write(&app, None, 1).await;
            until("it sleeps", async || keeper.count() == count).await;
            worst = worst.max(since.elapsed());
        }
        // The net under the wake-up is a look every five seconds.
        assert!(worst < Duration::from_secs(2), "{worst:?}");
        work.stop().await;
        app.close().await;
    }

    async fn what_is_not_taken_comes_again(database: Database) {
        let app = replica(&database, 0).await;
        write(&app, None, 5).await;
        let count = app.backlog(REACTOR).await.unwrap().0;
        let refusals = Arc::new(AtomicUsize::new(3));
        let left = Arc::clone(&refusals);
        let keeper = Keeper::new(move |_, event| match event.position {
            4 if left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok() => {
                Err(Refusal::Later("not now".to_owned()))
            }
            _ => Ok(()),
        });
        let work = AtWork::start(&app, &keeper);
        is_done(&app).await;
        let figures = work.stop().await;
        assert_eq!(figures, [usize::try_from(count).unwrap(), 3, 0]);
        assert_eq!(keeper.parts()[0].1[..4], [1, 2, 3, 4]);
        app.close().await;
    }

    async fn what_can_never_be_taken_is_put_aside(database: Database) {
        let app = replica(&database, 0).await;
        let other = organization(&app).await;
        write(&app, Some(other), 8).await;
        write(&app, None, 3).await;
        let tables = Tables::open(&database).await;
        let log = tables.literal(other);
        for (position, data) in [(3, "{"), (4, "no"), (9, "{")] {
            let damage = format!(
                "UPDATE events SET data = '{data}' WHERE log_id = {log} AND position = {position}"
            );
            assert_eq!(tables.run(&damage).await, 1);
        }
        tables.close().await;
        let bad = LogId(other);
        let keeper = Keeper::new(move |log, event| match event.position {
            6 | 7 if log == bad => Err(Refusal::Poison {
                position: event.position,
                reason: "too odd".to_owned(),
            }),
            _ => Ok(()),
        });
        let work = AtWork::start(&app, &keeper);
        is_done(&app).await;
        let [_, failed, parked] = work.stop().await;
        assert_eq!((failed, parked), (0, 5));
        let mut kept = app.store().parked(REACTOR, 10).await.unwrap();
        kept.sort_by_key(|event| event.position);
        let places: Vec<i64> = kept.iter().map(|event| event.position).collect();
        assert_eq!(places, [3, 4, 6, 7, 9]);
        assert!(kept.iter().all(|event| event.log == bad));
        assert!(kept[0].reason.contains("damaged"), "{}", kept[0].reason);
        assert_eq!(kept[2].reason, "too odd");
        let end = app.store().logs().await.unwrap()[&bad].position;
        let due: Vec<i64> = (1..=end).filter(|at| !places.contains(at)).collect();
        assert_eq!(keeper.logs()[&bad], due);
        app.close().await;
    }

    async fn a_lost_lease_stops_what_is_under_way(database: Database) {
        let app = replica(&database, 0).await;
        write(&app, None, 3).await;
        let keeper = Keeper::willing();
        keeper.gate.forget_permits(Semaphore::MAX_PERMITS);
        let work = AtWork::start(&app, &keeper);
        let store = app.store();
        let thief = claimant();
        let (now, later) = (app.clock().now(), app.clock().now().plus_seconds(3600));
        until("nobody works", async || work.counts.1.load(SeqCst)).await;
        assert!(!store.hold(thief, now, later).await.unwrap());
        let since = Instant::now();
        assert!(store.hold(thief, later, later).await.unwrap(), "as if it were over");
        until("it goes on", async || keeper.dropped.load(SeqCst) == 1).await;
        assert!(since.elapsed() < Duration::from_secs(4), "{:?}", since.elapsed());
        keeper.gate.add_permits(100);
        assert_eq!((keeper.count(), store.cursors(REACTOR).await.unwrap()), (0, BTreeMap::new()));
        store.let_go(thief, now).await.unwrap();
        is_done(&app).await;
        work.stop().await;
        // Who stops in order leaves no lease behind.
        assert!(store.hold(thief, app.clock().now(), later).await.unwrap());
        app.close().await;
    }

    async fn a_clock_that_is_ahead_takes_over_once_and_loses_nothing(database: Database) {
        let (app, other) = (replica(&database, 0).await, replica(&database, 3600).await);
        let (mine, theirs) = (Keeper::willing(), Keeper::willing());
        let first = AtWork::start(&app, &mine);
        write(&app, None, 300).await;
        until("nobody works", async || mine.count() > 0).await;
        let second = AtWork::start(&other, &theirs);
        write(&app, None, 300).await;
        write(&other, None, 300).await;
        is_done(&app).await;
        until("nobody took over", async || {
            write(&app, None, 1).await;
            sleep(Duration::from_millis(50)).await;
            theirs.count() > 0
        })
        .await;
        is_done(&app).await;
        first.stop().await;
        second.stop().await;
        let end = app.store().logs().await.unwrap()[&LogId::PLATFORM].position;
        let [mine, theirs] = [mine, theirs].map(|keeper| keeper.logs()[&LogId::PLATFORM].clone());
        // Each in order, and where the second began the first had been.
        assert!(mine.is_sorted() && theirs.is_sorted());
        assert_eq!((mine[0], *theirs.last().unwrap()), (1, end));
        assert!(theirs[0] <= mine.last().unwrap() + 1);
        assert_eq!(mine.len() as i64, *mine.last().unwrap());
        assert_eq!(theirs.len() as i64, end - theirs[0] + 1);
        app.close().await;
        other.close().await;
    }
}
