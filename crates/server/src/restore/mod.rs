//! `quartermaster restore`: replaces the database by a backup, and ends sessions and other access that
//! must not survive a restore.

mod file;
mod report;

use crate::{api_key::KeySecret, cli::Restore, config::Config, run::Failure, wiring};
use app::{App, Since, Store, StoreError, StoreOptions, restored::Ended, runner::Unobserved};
use identity::Signing;
use std::{process::ExitCode, sync::Arc};

/// The result of a restore.
struct Restored {
    events: i64,
    logs: usize,
    ended: Ended,
    /// What happened after the backup, or why it is unknown.
    since: Result<Since, String>,
}

/// Restores a backup from a file, or completes the restore of an imported dump.
///
/// # Errors
/// When the backup is damaged, was made by a newer version or under another secret, or a service has the
/// database open. The database is unchanged then.
pub async fn run(config: &Config, how: &Restore) -> Result<ExitCode, Failure> {
    let secret = wiring::known_secret(config)?;
    match &how.file {
        Some(backup) => file::restore(config, &secret, how, backup).await?,
        None => {
            let restored = prepare(config, &secret, how.former.as_deref()).await?;
            report::restored(&config.database_url.to_string(), &restored);
        }
    }
    report::next_steps(&wiring::secret_source(config));
    Ok(ExitCode::SUCCESS)
}

/// Prepares the configured database, which was restored, for use. It works the same for every kind of
/// database and may be repeated.
async fn prepare(
    config: &Config,
    secret: &KeySecret,
    former: Option<&str>,
) -> Result<Restored, Failure> {
    check_version(config).await?;
    let app = wiring::open_app(config, Arc::new(Unobserved)).await?;
    let restored = prepare_in(&app, config, secret, former).await;
    app.close().await;
    restored
}

async fn prepare_in(
    app: &App,
    config: &Config,
    secret: &KeySecret,
    former: Option<&str>,
) -> Result<Restored, Failure> {
    Signing::new(app.clone(), secret.clone(), config.key_schedule)
        .fits()
        .await?;
    let heads = app.store().logs().await?;
    let since = match former {
        Some(url) => since(app.store(), url)
            .await
            .map_err(|fault| fault.to_string()),
        None => Err("the database that was there before is not at hand (--former URL)".to_owned()),
    };
    let ended = app.begin_after_restore().await?;
    Ok(Restored {
        events: heads.values().map(|head| head.position).sum(),
        logs: heads.len(),
        ended,
        since,
    })
}

/// Refuses a database that is not one of this service, or that a newer version has migrated.
async fn check_version(config: &Config) -> Result<(), Failure> {
    let store = connect(config.database_url.reveal()).await?;
    let unknown = store.unknown_migrations().await;
    store.close().await?;
    match unknown {
        Ok(names) if names.is_empty() => Ok(()),
        Ok(names) => Err(format!(
            "a newer version of quartermaster made this database (it has {}): restore it with that \
             version",
            names.join(", ")
        )
        .into()),
        Err(StoreError::Refused(error)) => {
            Err(format!("this is no database of quartermaster: {error}").into())
        }
        Err(error) => Err(error.into()),
    }
}

/// What happened since the backup, read from a later state of the database.
async fn since(store: &Store, later: &str) -> Result<Since, Failure> {
    let later = connect(later).await?;
    let since = store.since(&later).await;
    later.close().await?;
    Ok(since?)
}

async fn connect(url: &str) -> Result<Store, StoreError> {
    let options = StoreOptions {
        read_connections: 2,
        write_connections: 1,
        make_file: false,
        ..StoreOptions::default()
    };
    Store::connect(url, &options).await
}
