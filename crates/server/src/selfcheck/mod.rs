//! Trying an installation out on its own database, in scratch places that are removed again. The
//! tables of the installation are not touched.

pub mod isolation;
mod torture;

use crate::{
    cli::Selfcheck,
    config::{Config, DatabaseKind},
    run::Failure,
    serve,
};
use app::Scratch;
use std::process::ExitCode;

/// The configuration without log lines of the requests and scratch places of the checks: they are
/// nobody's.
pub fn quiet(config: Config) -> Config {
    Config {
        log_level: format!(
            "{},access=off,migration=warn,identity::signing=warn",
            config.log_level
        ),
        ..config
    }
}

/// Runs the checks that were asked for and prints what they saw.
pub async fn run(config: &Config, how: &Selfcheck) -> Result<ExitCode, Failure> {
    if !how.torture && !how.isolation {
        return Err(
            "say what to check: `quartermaster selfcheck` with --torture, --isolation or both"
                .into(),
        );
    }
    let mut passed = true;
    if how.torture {
        passed &= torture::run(config, how).await?;
    }
    if how.isolation {
        passed &= isolation::run(config).await?;
    }
    match passed {
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::FAILURE),
    }
}

/// Does the work in a scratch place beside the database of the configuration, and removes the place
/// also when the work failed or was stopped.
async fn in_scratch<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Scratch) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if config.database_url.kind() == DatabaseKind::Sqlite {
        std::fs::create_dir_all(&config.data_dir)?;
    }
    let stop = serve::stop_signal()?;
    let scratch = Scratch::create(config.database_url.reveal()).await?;
    let done = tokio::select! {
        done = work(&scratch) => done,
        () = stop => Err("stopped before it was done".into()),
    };
    scratch.remove().await?;
    done
}

/// The first word of the last line.
fn verdict(faults: &[String]) -> &'static str {
    match faults {
        [] => "PASS",
        _ => "FAIL",
    }
}
