//! `quartermaster restore`: a backup in the place of the database, and what has to end with that.

mod file;
mod tell;

use crate::{api_key::KeySecret, cli::Restore, config::Config, run::Failure, wiring};
use app::{App, Since, Store, StoreError, StoreOptions, restored::Ended, runner::Unobserved};
use identity::Signing;
use std::{process::ExitCode, sync::Arc};

/// What was brought back.
struct Restored {
    events: i64,
    logs: usize,
    ended: Ended,
    /// What happened after the backup, or why that is not known.
    since: Result<Since, String>,
}

/// Brings a backup back: from a file, or one that was imported already.
///
/// # Errors
/// When the backup is damaged, was made by a newer version or under another secret, or a service has the
/// database open. The database is then what it was.
pub async fn run(config: &Config, how: &Restore) -> Result<ExitCode, Failure> {
    let secret = wiring::known_secret(config)?;
    match &how.file {
        Some(backup) => file::restore(config, &secret, how, backup).await?,
        None => {
            let restored = begin_again(config, &secret, how.former.as_deref()).await?;
            tell::restored(&config.database_url.to_string(), &restored);
        }
    }
    tell::what_is_next(&wiring::secret_source(config));
    Ok(ExitCode::SUCCESS)
}

/// Does to the database of the configuration what a backup needs before anybody may use it. The same for
/// every kind of database, and once more it ends what is left.
async fn begin_again(
    config: &Config,
    secret: &KeySecret,
    former: Option<&str>,
) -> Result<Restored, Failure> {
    known(config).await?;
    let app = wiring::open_app(config, Arc::new(Unobserved)).await?;
    let restored = begin_again_in(&app, config, secret, former).await;
    app.close().await;
    restored
}

async fn begin_again_in(
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

/// Refuses what is no database of this service, and what a newer version has made of one.
async fn known(config: &Config) -> Result<(), Failure> {
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

/// What a later state of the database tells of the time since.
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
