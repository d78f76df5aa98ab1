//! A place beside the tables of an installation, for trying it out, that is removed again.

use crate::{Options, Store, StoreError, StoreResult, session_limits::Session, store};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr};
use std::{
    io,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// A scratch schema (PostgreSQL), database (MySQL) or folder (SQLite) beside an installation's own.
pub struct Scratch {
    owner: Option<DatabaseConnection>,
    name: String,
    url: String,
    schema: Option<String>,
    folder: Option<PathBuf>,
}

impl Scratch {
    /// Makes it. The user of the URL must be allowed to create a schema or database.
    pub async fn create(url: &str) -> StoreResult<Self> {
        let name = format!("quartermaster_selfcheck_{}", Uuid::now_v7().simple());
        match url.strip_prefix("sqlite:") {
            Some(path) => Self::beside_file(path, name),
            None => Self::on_server(url, name).await,
        }
    }

    fn beside_file(path: &str, name: String) -> StoreResult<Self> {
        let path = path
            .trim_start_matches("//")
            .split('?')
            .next()
            .unwrap_or_default();
        let folder = PathBuf::from(path).with_file_name(&name);
        std::fs::create_dir(&folder).map_err(|fault| not_there(&folder, &fault))?;
        Ok(Self {
            owner: None,
            url: format!("sqlite://{}", folder.join("scratch.db").display()),
            name,
            schema: None,
            folder: Some(folder),
        })
    }

    async fn on_server(url: &str, name: String) -> StoreResult<Self> {
        let address = url.replacen("mariadb:", "mysql:", 1);
        let options = Options::default();
        let patient = store::settings(&address, 1, &options, Session::Alone);
        let owner = Database::connect(patient).await?;
        let mut schema = None;
        let url = match owner.get_database_backend() {
            DbBackend::Postgres => {
                owner
                    .execute_unprepared(&format!("CREATE SCHEMA {name}"))
                    .await?;
                schema = Some(name.clone());
                url.to_owned()
            }
            _ => {
                owner
                    .execute_unprepared(&format!("CREATE DATABASE {name}"))
                    .await?;
                in_database(url, &name)?
            }
        };
        Ok(Self {
            owner: Some(owner),
            name,
            url,
            schema,
            folder: None,
        })
    }

    /// Opens it, with the newest schema.
    pub async fn open(&self) -> StoreResult<Store> {
        let options = Options {
            schema: self.schema.clone(),
            ..Options::default()
        };
        let store = Store::connect(&self.url, &options).await?;
        store.migrate().await?;
        Ok(store)
    }

    /// Removes it. A store that it gave and that is not closed finds nothing any more.
    pub async fn remove(self) -> StoreResult<()> {
        let name = &self.name;
        if let Some(owner) = &self.owner {
            let statement = match owner.get_database_backend() {
                DbBackend::Postgres => format!("DROP SCHEMA {name} CASCADE"),
                _ => format!("DROP DATABASE {name}"),
            };
            owner.execute_unprepared(&statement).await?;
        }
        if let Some(folder) = &self.folder {
            remove(folder).map_err(|fault| not_there(folder, &fault))?;
        }
        Ok(())
    }
}

/// Removes the folder. A connection that is not closed may put a journal there meanwhile, but no more
/// once the database itself is gone.
fn remove(folder: &Path) -> io::Result<()> {
    loop {
        match std::fs::remove_dir_all(folder) {
            Err(fault) if fault.kind() == io::ErrorKind::DirectoryNotEmpty => {}
            done => return done,
        }
    }
}

fn not_there(folder: &Path, fault: &io::Error) -> StoreError {
    let message = format!("{}: {fault}", folder.display());
    StoreError::Unavailable(DbErr::Custom(message))
}

/// The URL with another database name.
fn in_database(url: &str, name: &str) -> StoreResult<String> {
    let wrong = || StoreError::damaged("database URL", "it names no server");
    let after_scheme = url.find("://").ok_or_else(wrong)? + 3;
    let rest = &url[after_scheme..];
    let (server, query) = match rest.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (rest, String::new()),
    };
    let server = server.split('/').next().ok_or_else(wrong)?;
    Ok(format!("{}{server}/{name}{query}", &url[..after_scheme]))
}
