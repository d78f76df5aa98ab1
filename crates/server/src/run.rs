//! From the command line to an exit code.
use std::{
    env,
    ffi::OsString,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use app::{App, Live, Report, SystemClock, runner::Unobserved};
use credentials::hasher::Hasher;
use tokio::time::timeout;

use crate::{
    api_key::KeySecret,
    auth::Signing,
    cli::{self, Command, KeysCommand, LogCommand},
    config::Config,
    edge, health, kept_head, outage,
    reactors::Reactors,
    seed, selfcheck,
    serve::{self, Drained, Listening},
    telemetry,
    wiring::{self, Service},
};

/// How long commands whose callers are gone, and the connections to the database, may take to end.
/// A database that is silent would keep a stopping process for ever; what is not committed is undone
/// by the database itself.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// A command that could not be done, in words for the terminal.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs the binary: reads the command line and the configuration, sets logging up,
/// does the command and tells how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let line = match cli::parse(arguments) {
        Ok(line) => line,
        Err(error) => {
            // To standard output with 0 for help and version, else to standard error with 2.
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
    // Whatever is still running has had its grace.
    runtime.shutdown_background();
    telemetry.shutdown();
    ended
}

async fn execute(command: Command, config: Config, started: Instant) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve => serve(&config, started).await,
        Command::Migrate => {
            wiring::open_store(&Config {
                auto_migrate: true,
                ..config
            })
            .await?;
            println!("The database is up to date.");
            Ok(ExitCode::SUCCESS)
        }
        Command::Seed { demo } => seed(&config, demo).await,
        Command::Keys(KeysCommand::Rotate) => rotate(&config).await,
        Command::Log(LogCommand::Verify { head }) => verify(&config, &head).await,
        Command::Log(LogCommand::Rebuild) => rebuild(&config).await,
        Command::Selfcheck(how) => selfcheck::run(&config, &how).await,
        Command::Health { url } => health::ask(&url).await,
    }
}

async fn serve(config: &Config, started: Instant) -> Result<ExitCode, Failure> {
    let listening = serve::bind(&config.listen).await?;
    let store = wiring::open_store(config).await?;
    let secret = wiring::key_secret(config)?;
    let service = Service::start(config, store, Arc::new(SystemClock), secret).await?;
    let relay = service.relay(config)?;
    let (app, auth) = (service.app.clone(), Arc::clone(&service.auth));
    if let Some(made) = wiring::bootstrap(&app, &auth, config).await? {
        tell_bootstrap(&made);
        if config.demo {
            demo(&app, auth.secret(), auth.hasher()).await?;
        }
    }
    let edge = service.edge(config);
    let webhooks = Arc::clone(&service.webhooks);
    let sending = tokio::spawn(Arc::clone(&webhooks).work());
    let work = tokio::spawn(auth.work());
    let looked_at = wiring::reactor_names(config);
    let watch = tokio::spawn(wiring::watch(app.clone(), service.metrics, looked_at));
    let outage = tokio::spawn(outage::watch(app.clone()));
    let mut reactors = Reactors::default();
    if let Some(relay) = relay {
        reactors.add(relay);
    }
    let sweep = config
        .sweep_interval
        .map(|every| tokio::spawn(app.clone().sweep_every(every)));
    let live = Arc::clone(app.live());
    let ended = until_stopped(listening, edge, live, config, started).await;
    reactors.stop().await;
    watch.abort();
    outage.abort();
    work.abort();
    sending.abort();
    // Its tasks end with it, at their next step at the latest.
    let _ = sending.await;
    let _ = timeout(CLOSE_WITHIN, webhooks.let_go()).await;
    if let Some(sweep) = sweep {
        sweep.abort();
    }
    if timeout(CLOSE_WITHIN, app.close()).await.is_err() {
        tracing::warn!("the database did not let go in time");
    }
    ended
}

/// What a person needs once, each on a line of its own.
fn tell_bootstrap(made: &wiring::Bootstrapped) {
    println!("Bootstrap API key: {}", made.key.reveal());
    println!("Bootstrap email: {}", made.email);
    if let Some(password) = &made.password {
        println!("Bootstrap password: {}", password.reveal());
    }
}

/// Loads the demo data and tells what its people sign in with.
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
    let signing = Signing::new(app.clone(), wiring::key_secret(config)?, config);
    signing.rotate().await?;
    app.close().await;
    println!("The next key is published; it signs when it has been for as long as configured.");
    Ok(ExitCode::SUCCESS)
}

async fn verify(config: &Config, heads: &[PathBuf]) -> Result<ExitCode, Failure> {
    let store = wiring::open_store(&as_it_is(config)).await?;
    let mut report = store.verify().await?;
    for file in heads {
        let difference = kept_head::difference(&store, file).await?;
        report.differences.extend(difference);
    }
    Ok(tell(&report, "compared with"))
}

async fn rebuild(config: &Config) -> Result<ExitCode, Failure> {
    let store = wiring::open_store(&as_it_is(config)).await?;
    let report = store.rebuild().await?;
    let mended = report.mended;
    let code = tell(&report, "are as told by");
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

/// Without migrations: who looks at a log or mends its tables wants no other change, and surely no
/// new database where the URL has a mistake in it.
fn as_it_is(config: &Config) -> Config {
    Config {
        auto_migrate: false,
        ..config.clone()
    }
}

fn tell(report: &Report, verb: &str) -> ExitCode {
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

/// Serves until SIGTERM or SIGINT, then lets running requests finish.
pub async fn until_stopped<E>(
    listening: Listening,
    edge: edge::Edge<E>,
    live: Arc<Live>,
    config: &Config,
    started: Instant,
) -> Result<ExitCode, Failure>
where
    E: poem::Endpoint + 'static,
{
    // Before the first request can come, so that a signal is never missed.
    let signal = serve::stop_signal()?;
    let stop = async {
        signal.await;
        // Those who wait for events would wait for ever.
        live.close();
    };
    tracing::info!(
        address = %listening.address(),
        database = %config.database_url,
        version = env!("CARGO_PKG_VERSION"),
        ready_after_ms = started.elapsed().as_millis() as u64,
        "serving"
    );
    match listening.serve(edge, stop, config.shutdown_grace).await {
        Drained::All => tracing::info!("stopped"),
        Drained::CutOff(connections) => {
            tracing::warn!(connections, "stopped before every request was answered");
        }
    }
    // Sockets are no connections any more to those who serve them.
    if timeout(CLOSE_WITHIN, live.left()).await.is_err() {
        tracing::warn!("stopped before every follower of events was told");
    }
    Ok(ExitCode::SUCCESS)
}
