//! A place beside the tables of an installation, for trying it out, that is removed again.

use crate::{Options, Store, StoreError, StoreResult};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend};
use std::path::PathBuf;
use uuid::Uuid;

/// A scratch schema (PostgreSQL), database (MySQL) or file (SQLite) on the server of an installation.
pub struct Scratch {
    owner: Option<DatabaseConnection>,
    name: String,
    url: String,
    file: Option<PathBuf>,
}

impl Scratch {
    /// Makes it. The user of the URL must be allowed to create a schema or database.
    pub async fn create(url: &str) -> StoreResult<Self> {
        let name = format!("quartermaster_selfcheck_{}", Uuid::now_v7().simple());
        match url.strip_prefix("sqlite:") {
            Some(path) => Ok(Self::beside_file(path, name)),
            None => Self::on_server(url, name).await,
        }
    }

    fn beside_file(path: &str, name: String) -> Self {
        let path = path
            .trim_start_matches("//")
            .split('?')
            .next()
            .unwrap_or_default();
        let file = PathBuf::from(path).with_file_name(format!("{name}.db"));
        Self {
            owner: None,
            name,
            url: format!("sqlite://{}", file.display()),
            file: Some(file),
        }
    }

    async fn on_server(url: &str, name: String) -> StoreResult<Self> {
        let mut settings = ConnectOptions::new(url.replacen("mariadb:", "mysql:", 1));
        settings.max_connections(1).sqlx_logging(false);
        let owner = Database::connect(settings).await?;
        let url = match owner.get_database_backend() {
            DbBackend::Postgres => {
                owner
                    .execute_unprepared(&format!("CREATE SCHEMA {name}"))
                    .await?;
                let joint = if url.contains('?') { '&' } else { '?' };
                format!("{url}{joint}options=-c%20search_path%3D{name}")
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
            file: None,
        })
    }

    /// Opens it, with the newest schema.
    pub async fn open(&self) -> StoreResult<Store> {
        let store = Store::connect(&self.url, &Options::default()).await?;
        store.migrate().await?;
        Ok(store)
    }

    /// Removes it. Every store that it gave has to be closed.
    pub async fn remove(self) -> StoreResult<()> {
        let name = &self.name;
        if let Some(owner) = &self.owner {
            let statement = match owner.get_database_backend() {
                DbBackend::Postgres => format!("DROP SCHEMA {name} CASCADE"),
                _ => format!("DROP DATABASE {name}"),
            };
            owner.execute_unprepared(&statement).await?;
        }
        if let Some(file) = &self.file {
            for end in ["", "-wal", "-shm"] {
                let mut path = file.clone().into_os_string();
                path.push(end);
                // Write-ahead files are only there when the last connection left them.
                let _ = std::fs::remove_file(path);
            }
        }
        Ok(())
    }
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
