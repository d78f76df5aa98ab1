//! The connection of a write goes silent, or breaks, at each step of the write.

use crate::{
    cluster::{Cluster, unique},
    proxy::{End, Lost, Proxy, Wire},
    tables::Tables,
    writers::{BACK_WITHIN, Writers, is_back, nothing_is_lost},
};
use app::{
    App, Clock, Context, Error, LogId, Settings, Store, StoreOptions, SystemClock,
    runner::Unobserved,
};
use domain::{
    OrganizationId, UserId,
    text::{Email, Name},
    user::{Created, Role, UserStatus},
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use testkit::{
    database::{Backend, fresh},
    process::Installation,
};
use tokio::time::{sleep, timeout};

/// How long a write waits for an answer of the database.
const ANSWER_WITHIN: Duration = Duration::from_millis(400);

/// How long connections are refused.
const REFUSED_FOR: Duration = Duration::from_millis(100);

/// How long one write may take in all, with its retries.
const WRITE_WITHIN: Duration = Duration::from_secs(20);

/// More steps than a write has.
const STEPS: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_goes_silent_at_each_step_of_a_write() {
    ends_at_each_step(Backend::Postgres, End::Silent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_goes_silent_at_each_step_of_a_write() {
    ends_at_each_step(Backend::MariaDb, End::Silent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_breaks_at_each_step_of_a_write() {
    ends_at_each_step(Backend::Postgres, End::Reset).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_breaks_at_each_step_of_a_write() {
    ends_at_each_step(Backend::MariaDb, End::Reset).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_refuses_at_each_step_of_a_write() {
    ends_at_each_step(Backend::Postgres, End::Refused).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_refuses_at_each_step_of_a_write() {
    ends_at_each_step(Backend::MariaDb, End::Refused).await;
}

async fn ends_at_each_step(backend: Backend, end: End) {
    let Some(database) = fresh(backend).await else {
        return;
    };
    let proxy = Proxy::to(database.url()).await;
    let store = Store::connect(database.url(), &StoreOptions::default()).await;
    store.unwrap().migrate().await.unwrap();
    let options = StoreOptions {
        answer_within: ANSWER_WITHIN,
        ..StoreOptions::default()
    };
    let store = Store::connect(&proxy.url(database.url()), &options).await;
    let (clock, settings) = (Arc::new(SystemClock), Settings::default());
    let app = App::start(store.unwrap(), clock, settings, Arc::new(Unobserved));
    let tables = Tables::open(&database).await;
    for lost in [Lost::Request, Lost::Answer] {
        let mut steps = 0;
        for step in 1..=STEPS {
            // A first write, so that a connection is open and its statements are prepared.
            let mut tries = 0;
            while let Err(error) = written(&app).await.1 {
                tries += 1;
                assert!(tries < 10, "it does not serve again: {error:?}");
                // A request beside the write may have hit the trap, and cut the wire after the write.
                proxy.set(Wire::Whole);
                sleep(REFUSED_FOR).await;
            }
            proxy.set_trap(step, end, lost);
            let mends = async {
                proxy.is_cut().await;
                sleep(REFUSED_FOR).await;
                proxy.set(Wire::Whole);
                std::future::pending::<()>().await
            };
            let (id, answer) = tokio::select! {
                written = written(&app) => written,
                () = mends => unreachable!(),
            };
            proxy.set(Wire::Whole);
            let untouched = proxy.take_trap();
            let sql = format!("SELECT COUNT(*) AS n FROM users WHERE id = '{}'", id.0);
            let sql = match backend {
                Backend::MariaDb => format!(
                    "SELECT COUNT(*) AS n FROM users WHERE id = X'{}'",
                    id.0.simple()
                ),
                _ => sql,
            };
            let there = tables.numbers(&sql).await[0];
            match &answer {
                Ok(()) => assert_eq!(there, 1, "step {step}, {lost:?}"),
                Err(Error::Unavailable(_)) => assert_eq!(there, 0, "step {step}, {lost:?}"),
                Err(other) => panic!("step {step}, {lost:?}: {other}"),
            }
            // Unless connections are refused, the write is retried on another one.
            let again = end == End::Refused || answer.is_ok();
            assert!(again, "step {step}, {lost:?}: {answer:?}");
            if untouched {
                break;
            }
            steps = step;
        }
        assert!((4..STEPS).contains(&steps), "{steps} steps");
    }
    tables.close().await;
    app.close().await;
    let store = Store::connect(database.url(), &StoreOptions::default()).await;
    let report = store.unwrap().verify().await.unwrap();
    assert!(report.differences.is_empty(), "{:?}", report.differences);
}

/// One write, which makes a user.
async fn written(app: &App) -> (UserId, Result<(), Error>) {
    let id = UserId(app.clock().new_id());
    let new = Created {
        email: Email::parse(&format!("{}@fire.test", unique("m")), "/email").unwrap(),
        display_name: Name::parse("Member", "/displayName").unwrap(),
        role: Role::Member,
        status: UserStatus::Active,
        organization_id: None::<OrganizationId>,
        station_id: None,
        password: None,
    };
    let side_records = Vec::new();
    let make = app::user::CreateUser {
        id,
        new,
        side_records,
    };
    let made = timeout(WRITE_WITHIN, app.run(Context::system(), make)).await;
    let made = made.expect("a write waits for an answer without end");
    (id, made.map(|_| ()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abandoned_begin_takes_no_write_with_it_on_postgres() {
    abandoned(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abandoned_begin_takes_no_write_with_it_on_mariadb() {
    abandoned(Backend::MariaDb).await;
}

/// A caller disconnects while BEGIN is sent: the database executes it after that.
async fn abandoned(backend: Backend) {
    let Some(database) = fresh(backend).await else {
        return;
    };
    let proxy = Proxy::to(database.url()).await;
    let options = StoreOptions {
        write_connections: 1,
        ..StoreOptions::default()
    };
    let store = Store::connect(&proxy.url(database.url()), &options).await;
    let store = store.unwrap();
    store.migrate().await.unwrap();
    let now = SystemClock.now();
    store.note_login_failure("before", now).await.unwrap();
    proxy.set(Wire::Silent);
    let logs = BTreeSet::from([LogId::PLATFORM]);
    let begun = timeout(Duration::from_millis(200), store.begin_write(&logs)).await;
    assert!(begun.is_err());
    proxy.set(Wire::Whole);
    store.note_login_failure("after", now).await.unwrap();
    let tables = Tables::open(&database).await;
    let kept = "SELECT account AS text FROM login_failures ORDER BY account";
    assert_eq!(tables.texts(kept).await, ["after", "before"]);
    tables.close().await;
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_outlives_a_silent_failover_of_postgres() {
    failover(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_outlives_a_silent_failover_of_mariadb() {
    failover(Backend::MariaDb).await;
}

/// Every connection goes silent under readers and writers of several logs; new ones are answered.
async fn failover(backend: Backend) {
    let Some(database) = fresh(backend).await else {
        return;
    };
    let proxy = Proxy::to(database.url()).await;
    let binary = env!("CARGO_BIN_EXE_quartermaster");
    let installation = Installation::at(binary, &proxy.url(database.url()));
    let mut cluster = Cluster::of(installation, 1).await;
    let writers = Writers::start(&cluster, 16).await;
    writers.are_answered(50).await;
    proxy.forget_open_connections();
    let took = is_back(&cluster.client(0)).await;
    assert!(took < BACK_WITHIN, "{took:?}");
    writers.are_answered(200).await;
    nothing_is_lost(&mut cluster, &database, writers.end().await).await;
}
