//! Databases of the newest schema: copies of one that was migrated.

use super::{Backend, Database, Remains, admin_url, create_on, execute, fresh, server_is_ours};
use app::{Store, StoreOptions};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use std::fs;
use tokio::sync::OnceCell;

/// The source of copies of a migrated database.
enum Template {
    /// The bytes of a file of SQLite.
    File(Vec<u8>),
    /// The name of a database on the server, which the server copies.
    Named(String),
    /// Statements that create and fill the tables, where the server cannot copy databases.
    Statements(String),
    /// No template: the server is external, and a template would be left on it.
    None,
}

/// Returns an otherwise empty database of the newest schema, or `None` where this machine has no
/// server of that kind. The migrations run once per process; their result is copied, which takes a
/// fraction of their time. Tests of migrations and of the first start use an empty one.
///
/// # Panics
/// As [`fresh`] does, and when the database cannot be migrated or copied.
pub async fn migrated(backend: Backend) -> Option<Database> {
    static TEMPLATES: [OnceCell<Option<Template>>; 3] = [const { OnceCell::const_new() }; 3];
    let cell = &TEMPLATES[backend as usize];
    let template = cell.get_or_init(|| template(backend)).await.as_ref()?;
    match copy(backend, template).await {
        Ok(copy) => copy,
        Err(fault) => panic!("{backend} did not copy a database: {fault}"),
    }
}

async fn template(backend: Backend) -> Option<Template> {
    let database = fresh(backend).await?;
    match migrate_and_read(database).await {
        Ok(template) => Some(template),
        Err(fault) => panic!("{backend} did not migrate a database: {fault}"),
    }
}

async fn migrate_and_read(mut database: Database) -> Result<Template, String> {
    let store = Store::connect(database.url(), &StoreOptions::default()).await;
    let store = store.map_err(|fault| fault.to_string())?;
    store.migrate().await.map_err(|fault| fault.to_string())?;
    store.close().await.map_err(|fault| fault.to_string())?;
    match &database.remains {
        Remains::Folder(folder) => {
            let bytes = fs::read(folder.join(super::FILE)).map_err(|fault| fault.to_string())?;
            Ok(Template::File(bytes))
        }
        Remains::OnServer { name, .. } if database.backend == Backend::Postgres => {
            if !server_is_ours(database.backend) {
                return Ok(Template::None);
            }
            let name = name.clone();
            // It is removed with its server.
            database.remains = Remains::Nothing;
            Ok(Template::Named(name))
        }
        _ => statements(database.url())
            .await
            .map(Template::Statements)
            .map_err(|fault| fault.to_string()),
    }
}

async fn copy(backend: Backend, template: &Template) -> Result<Option<Database>, DbErr> {
    match template {
        Template::File(bytes) => {
            let database = fresh(backend).await;
            if let Some(Remains::Folder(folder)) = database.as_ref().map(|one| &one.remains) {
                let written = fs::write(folder.join(super::FILE), bytes);
                written.map_err(|fault| DbErr::Custom(fault.to_string()))?;
            }
            Ok(database)
        }
        Template::Named(template) => {
            let admin_url = admin_url(backend).await.map_err(DbErr::Custom)?;
            create_on(backend, &admin_url, Some(template))
                .await
                .map(Some)
        }
        Template::Statements(statements) => {
            let database = fresh(backend).await;
            if let Some(database) = &database {
                execute(database.url(), std::slice::from_ref(statements)).await?;
            }
            Ok(database)
        }
        Template::None => Ok(fresh(backend).await),
    }
}

/// Statements that create every table of a MariaDB or MySQL database, and the rows of done migrations.
async fn statements(url: &str) -> Result<String, DbErr> {
    let connection = sea_orm::Database::connect(url).await?;
    let backend = connection.get_database_backend();
    let all = async |sql: String| {
        connection
            .query_all_raw(Statement::from_string(backend, sql))
            .await
    };
    // A table may come before one that it refers to.
    let mut statements = vec!["SET foreign_key_checks = 0".to_owned()];
    for row in all("SHOW TABLES".to_owned()).await? {
        let table: String = row.try_get_by_index(0)?;
        let made = all(format!("SHOW CREATE TABLE `{table}`")).await?;
        for row in &made {
            statements.push(row.try_get_by_index(1)?);
        }
        let rows = all(format!("SELECT COUNT(*) FROM `{table}`")).await?;
        let count: i64 = rows[0].try_get_by_index(0)?;
        if table != NOTED && count > 0 {
            return Err(DbErr::Custom(format!(
                "{table} has rows, which are not copied"
            )));
        }
    }
    for row in all(format!("SELECT version, applied_at FROM {NOTED}")).await? {
        let (version, at): (String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        statements.push(format!(
            "INSERT INTO {NOTED} (version, applied_at) VALUES ('{version}', {at})"
        ));
    }
    connection.close().await?;
    Ok(statements.join(";\n"))
}

/// The table that records the migrations that are done.
const NOTED: &str = "seaql_migrations";
