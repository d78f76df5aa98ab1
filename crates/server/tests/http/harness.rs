//! Runs every case on the databases it names, each on a server of its own.

use std::{
    future::Future,
    pin::Pin,
    process::ExitCode,
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use libtest_mimic::{Arguments, Trial};
use testkit::{
    TestApp,
    app::check_seen,
    database::{self, Backend},
};
use tokio::runtime::Runtime;

/// A test, given a server.
pub type Body = for<'a> fn(&'a mut TestApp) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// A test and its name.
pub struct Case {
    pub name: &'static str,
    pub body: Body,
    /// The databases to run on, where the others cannot change the outcome; empty is all.
    pub only: &'static [Backend],
    /// Whether the test leaves the tables damaged, so that they are not verified.
    pub leaves_damage: bool,
}

/// The tests of a module.
pub struct Cases(pub fn() -> Vec<Case>);

inventory::collect!(Cases);

/// Registers the tests of a module, which are `async fn(&mut TestApp)`. A test runs on every database, or on
/// those that it names: `a_test on Sqlite`. `docs/testing.md` says which tests may name one. Tests that
/// leave the tables damaged are registered apart, after `damaging`.
macro_rules! cases {
    (damaging $($name:ident $(on $($backend:ident)|+)?),+ $(,)?) => {
        crate::harness::cases!(true $($name $(on $($backend)|+)?),+);
    };
    ($leaves_damage:literal $($name:ident $(on $($backend:ident)|+)?),+) => {
        inventory::submit! {
            crate::harness::Cases(|| vec![$(crate::harness::Case {
                name: concat!(module_path!(), "::", stringify!($name)),
                body: |app| Box::pin($name(app)),
                only: &[$($(testkit::database::Backend::$backend),+)?],
                leaves_damage: $leaves_damage,
            }),+])
        }
    };
    ($($name:ident $(on $($backend:ident)|+)?),+ $(,)?) => {
        crate::harness::cases!(false $($name $(on $($backend)|+)?),+);
    };
}
pub(crate) use cases;

/// Shared by all tests, so that database servers outlive the test that started them.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let built = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    built.expect("a runtime can be built")
});

/// How many cases have passed on each database, in the order of `Backend::ALL`.
static PASSED: [AtomicUsize; Backend::ALL.len()] =
    [const { AtomicUsize::new(0) }; Backend::ALL.len()];

/// The pairs of operation and status that no test produces.
const UNSEEN: &str = include_str!("unseen.txt");

pub fn run() -> ExitCode {
    let arguments = Arguments::from_args();
    let modules = inventory::iter::<Cases>.into_iter();
    let mut cases: Vec<Case> = modules.flat_map(|Cases(cases)| cases()).collect();
    // The inventory has them in link order.
    cases.sort_by_key(|case| case.name);
    let mut trials = Vec::new();
    for (number, backend) in Backend::ALL.into_iter().enumerate() {
        let suffix = suffix(backend);
        let named: Vec<_> = cases
            .iter()
            .filter(|case| case.only.is_empty() || case.only.contains(&backend))
            .map(|case| (name(case, suffix), case))
            .collect();
        let wanted = named.iter().any(|(name, _)| is_wanted(&arguments, name));
        let is_there = !wanted || arguments.list || is_there(backend);
        trials.extend(named.into_iter().map(|(name, case)| {
            let (body, leaves_damage) = (case.body, case.leaves_damage);
            let run = move || {
                RUNTIME.block_on(on(backend, body, leaves_damage));
                PASSED[number].fetch_add(1, Ordering::Relaxed);
                Ok(())
            };
            Trial::test(name, run).with_ignored_flag(!is_there)
        }));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        say_where(&cases);
    }
    let is_whole = arguments.filter.is_none() && arguments.skip.is_empty() && !arguments.list;
    if is_whole
        && !conclusion.has_failed()
        && let Err(faults) = check_seen(UNSEEN)
    {
        eprintln!(
            "What the tests saw of the contract is not what crates/server/tests/http/unseen.txt says:\n{faults}"
        );
        return ExitCode::from(101);
    }
    conclusion.exit_code()
}

/// Prints how many cases passed on each database, and how many run on that one alone.
fn say_where(cases: &[Case]) {
    for (backend, passed) in Backend::ALL.iter().zip(&PASSED) {
        let alone = cases.iter().filter(|case| case.only == [*backend]);
        println!(
            "{backend}: {} passed; {} of {} cases run there alone",
            passed.load(Ordering::Relaxed),
            alone.count(),
            cases.len()
        );
    }
}

async fn on(backend: Backend, body: Body, leaves_damage: bool) {
    let Some(database) = database::migrated(backend).await else {
        panic!("{backend} is gone");
    };
    let mut app = TestApp::start(database).await;
    body(&mut app).await;
    if !leaves_damage {
        app.finish().await;
    }
}

/// Starts the server of the database, if it is installed; otherwise reports that on standard error.
fn is_there(backend: Backend) -> bool {
    RUNTIME.block_on(database::fresh(backend)).is_some()
}

fn name(case: &Case, suffix: &str) -> String {
    let name = case.name.strip_prefix("http::").unwrap_or(case.name);
    format!("{name}::{suffix}")
}

fn suffix(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
        Backend::MariaDb => "mariadb",
    }
}

fn is_wanted(arguments: &Arguments, name: &str) -> bool {
    let fits = |text: &str| match arguments.exact {
        true => name == text,
        false => name.contains(text),
    };
    let filter = arguments.filter.as_deref();
    filter.is_none_or(fits) && !arguments.skip.iter().any(|skipped| fits(skipped))
}
