//! Runs a command line, up to its exit code.
mod front;

use std::{
    env,
    ffi::OsString,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use app::{App, Report, SteadyClock, runner::Unobserved};
use credentials::hasher::Hasher;
use identity::{Auth, Bootstrapped, Signing};
use outbound::bus;
use tokio::time::timeout;

use crate::{
    api_key::KeySecret,
    backup,
    cli::{self, Command, KeysCommand, LogCommand},
    config::Config,
    health,
    metrics::Metrics,
    outage,
    reactor_runner::ReactorRunner,
    restore, seed, selfcheck, serve, telemetry,
    wiring::{self, Service},
};

use self::front::Front;

/// How long abandoned commands and database connections may take to end at a stop, so that a database
/// that does not answer cannot block it. The database rolls back what is not committed.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// Why a command failed, as text for the terminal.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs the binary: reads the command line and the configuration, sets up logging,
/// runs the command and returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let line = match cli::parse(arguments) {
        Ok(line) => line,
        Err(error) => {
            // Help and version go to standard output with 0, errors to standard error with 2.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let started = Instant::now();
    let config = match Config::load(&line.settings.0, env::vars_os()) {
        Ok(config) => config,
        Err(error) => return fail(&error, 2),
    };
    match start(line.command, config, started) {
        Ok(code) => code,
        Err(error) => fail(&*error, 1),
    }
}

fn fail(error: &dyn std::error::Error, code: u8) -> ExitCode {
    eprintln!("quartermaster: {error}");
    ExitCode::from(code)
}

fn start(command: Command, config: Config, started: Instant) -> Result<ExitCode, Failure> {
    let config = match command {
        Command::Selfcheck(_) => selfcheck::quiet(config),
        _ => config,
    };
    let telemetry = telemetry::init(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(execute(command, config, started));
    // Tasks that still run have had their grace period.
    runtime.shutdown_background();
    telemetry.shutdown();
    ended
}

async fn execute(command: Command, config: Config, started: Instant) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve => serve(&config, started).await,
        Command::Migrate => migrate(config).await,
        Command::Seed { demo } => seed(&config, demo).await,
        Command::Keys(KeysCommand::Rotate) => rotate(&config).await,
        Command::Backup { file } => backup::run(&config, &file).await,
        Command::Restore(how) => restore::run(&config, &how).await,
        Command::Log(LogCommand::Verify { head }) => verify(&config, &head).await,
        Command::Log(LogCommand::Rebuild) => rebuild(&config).await,
        Command::Selfcheck(how) => selfcheck::run(&config, &how).await,
        Command::Health { url } => {
            let own = || config.listen.url();
            health::ask(&url.unwrap_or_else(own)).await
        }
    }
}

async fn migrate(config: Config) -> Result<ExitCode, Failure> {
    let config = Config {
        auto_migrate: true,
        ..config
    };
    let stop = serve::stop_signal()?;
    tokio::select! {
        migrated = wiring::open_store(&config) => migrated.map(drop)?,
        () = stop => return Err("stopped before it was done; the next start goes on".into()),
    }
    println!("The database is up to date.");
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: &Config, started: Instant) -> Result<ExitCode, Failure> {
    serve::raise_open_files();
    let metrics = Arc::new(Metrics::new(config.database_url.kind().as_str()));
    let mut front = Front::open(config, Arc::clone(&metrics)).await?;
    let clock = Arc::new(SteadyClock::default());
    let service = front.unless_stopped(start_service(config, &clock, metrics));
    let Some(service) = service.await else {
        return Ok(front.stop().await);
    };
    let service = service?;
    let relay = service.relay(config)?;
    let (app, auth) = (service.app.clone(), Arc::clone(&service.auth));
    let first = front.with_grace_unless_stopped(first_start(&app, &auth, config));
    let Some(first) = first.await else {
        let _ = timeout(CLOSE_WITHIN, app.close()).await;
        return Ok(front.stop().await);
    };
    first?;
    let edge = service.edge(config);
    let webhooks = Arc::clone(&service.webhooks);
    let mut background = service.background(config);
    let store = app.apart().store().clone();
    background.add("clock", move || {
        let (clock, store) = (Arc::clone(&clock), store.clone());
        async move { clock.keep(&store).await }
    });
    let watched = app.apart();
    background.add("outage", move || outage::watch(watched.clone()));
    let mut reactors = ReactorRunner::new(Arc::clone(&service.tasks));
    if let Some(relay) = relay {
        reactors.add(bus::REACTOR, relay);
    }
    let live = Arc::clone(app.live());
    let ended = front.serve(edge, live, config, started).await;
    reactors.stop().await;
    background.stop().await;
    let _ = timeout(CLOSE_WITHIN, webhooks.let_go()).await;
    if timeout(CLOSE_WITHIN, app.close()).await.is_err() {
        tracing::warn!("the database did not let go in time");
    }
    ended
}

/// Starts the service, without the first start.
async fn start_service(
    config: &Config,
    clock: &Arc<SteadyClock>,
    metrics: Arc<Metrics>,
) -> Result<Service, Failure> {
    let store = wiring::open_store(config).await?;
    let secret = wiring::key_secret(config)?;
    // Before the clock is used.
    clock.compare(&store).await;
    let clock = Arc::clone(clock);
    Service::start_measured(config, store, clock, secret, metrics).await
}

/// At the first start, creates the super admin and the demo data, and prints their secrets.
async fn first_start(app: &App, auth: &Auth, config: &Config) -> Result<(), Failure> {
    let (email, password) = (&config.bootstrap_email, config.bootstrap_password.as_ref());
    let Some(made) = identity::bootstrap(auth, email, password).await? else {
        return Ok(());
    };
    print_bootstrap(&made);
    if config.demo {
        demo(app, auth.secret(), auth.hasher()).await?;
    }
    Ok(())
}

/// Prints the secrets that are shown only once, each on a line of its own.
fn print_bootstrap(made: &Bootstrapped) {
    println!("Bootstrap API key: {}", made.key.reveal());
    println!("Bootstrap email: {}", made.email);
    if let Some(password) = &made.password {
        println!("Bootstrap password: {}", password.reveal());
    }
}

/// Loads the demo data and prints the password of its users.
async fn demo(app: &App, secret: &KeySecret, hasher: &Hasher) -> Result<(), Failure> {
    let password = seed::DemoPassword::generate(hasher).await?;
    if seed::demo(app, secret, &password).await? {
        println!("Demo password: {}", password.reveal());
    }
    Ok(())
}

async fn seed(config: &Config, demo: bool) -> Result<ExitCode, Failure> {
    let app = wiring::open_app(config, Arc::new(Unobserved)).await?;
    if demo {
        let secret = wiring::key_secret(config)?;
        self::demo(&app, &secret, &Hasher::start(config.hasher, ())?).await?;
    } else {
        seed::reference(&app).await?;
    }
    app.close().await;
    println!("The seed data is loaded.");
    Ok(ExitCode::SUCCESS)
}

async fn rotate(config: &Config) -> Result<ExitCode, Failure> {
    let app = wiring::open_app(config, Arc::new(Unobserved)).await?;
    let signing = Signing::new(
        app.clone(),
        wiring::key_secret(config)?,
        config.key_schedule,
    );
    signing.rotate().await?;
    app.close().await;
    println!("The next key is published; it signs when it has been for as long as configured.");
    Ok(ExitCode::SUCCESS)
}

async fn verify(config: &Config, heads: &[PathBuf]) -> Result<ExitCode, Failure> {
    let store = wiring::open_store(&without_migrations(config)).await?;
    let mut report = store.verify().await?;
    for file in heads {
        let difference = identity::difference_from_kept(&store, file).await?;
        report.differences.extend(difference);
    }
    Ok(print_report(&report, "compared with"))
}

async fn rebuild(config: &Config) -> Result<ExitCode, Failure> {
    let store = wiring::open_store(&without_migrations(config)).await?;
    let report = store.rebuild().await?;
    let mended = report.mended;
    let code = print_report(&report, "are as told by");
    println!(
        "{} rows mended, heads held for at most {} ms at a time",
        mended.rows,
        mended.held.as_millis()
    );
    if mended.at_once > 0 {
        let count = mended.at_once;
        println!("{count} rows stood in each other's way and were mended at once");
    }
    Ok(code)
}

/// The configuration without migrations: verifying or rebuilding must not change anything else, nor
/// create a new database for a mistyped URL.
fn without_migrations(config: &Config) -> Config {
    Config {
        auto_migrate: false,
        ..config.clone()
    }
}

fn print_report(report: &Report, verb: &str) -> ExitCode {
    for difference in &report.differences {
        println!("{difference}");
    }
    if !report.differences.is_empty() {
        println!(
            "FAIL: {} differences, {} events",
            report.differences.len(),
            report.events
        );
        return ExitCode::FAILURE;
    }
    println!("OK: {} rows {verb} {} events", report.rows, report.events);
    ExitCode::SUCCESS
}
