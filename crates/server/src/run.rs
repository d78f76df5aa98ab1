//! From the command line to an exit code.
use std::{env, ffi::OsString, process::ExitCode, sync::Arc, time::Instant};

use poem::Route;

use crate::{
    cli::{self, Command},
    config::Config,
    edge,
    metrics::Metrics,
    serve::{self, Drained, Listening},
    site, telemetry,
};

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
        other => Err(format!("`{other:?}` needs a database").into()),
    }
}

async fn serve(config: &Config, started: Instant) -> Result<ExitCode, Failure> {
    let metrics = Arc::new(Metrics::new(config.database_url.kind().as_str()));
    let listening = serve::bind(&config.listen).await?;
    let operations = Route::new();
    let site = site::beside(operations, Arc::clone(&metrics), |_| {});
    until_stopped(
        listening,
        edge::around(site, metrics, config),
        config,
        started,
    )
    .await
}

/// Serves until SIGTERM or SIGINT, then lets running requests finish.
pub async fn until_stopped<E>(
    listening: Listening,
    edge: edge::Edge<E>,
    config: &Config,
    started: Instant,
) -> Result<ExitCode, Failure>
where
    E: poem::Endpoint + 'static,
{
    // Before the first request can come, so that a signal is never missed.
    let stop = serve::stop_signal()?;
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
    Ok(ExitCode::SUCCESS)
}
