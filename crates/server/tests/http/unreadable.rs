//! Events that cannot be read: whoever runs the service learns where they are, and nobody else.

use crate::{
    given::{plain, problem},
    harness::cases,
};
use app::{EventFilter, LogId};
use client::{ListEventsParams, ProblemCode};
use domain::Scope;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use testkit::TestApp;

cases![
    a_damaged_event_is_named_by_its_place,
    so_is_one_of_somebody_whose_key_is_damaged,
];

/// The text that a query finds.
async fn text(database: &DatabaseConnection, sql: &str) -> String {
    let query = Statement::from_string(database.get_database_backend(), sql.to_owned());
    let row = database.query_one_raw(query).await.unwrap().unwrap();
    row.try_get("", "text").unwrap()
}

/// What the service says of the log while a column holds nonsense in a row, to itself and to who reads.
async fn is_named(app: &mut TestApp, (table, column): (&str, &str), of: &str, position: i64) {
    let database = Database::connect(app.database_url()).await.unwrap();
    let whole = format!("SELECT {column} AS text FROM {table} WHERE {of}");
    let whole = text(&database, &whole).await.replace('\'', "''");
    let set = async |value: &str| {
        let sql = format!("UPDATE {table} SET {column} = '{value}' WHERE {of}");
        assert_eq!(
            database
                .execute_unprepared(&sql)
                .await
                .unwrap()
                .rows_affected(),
            1
        );
    };
    set("{").await;
    let (all, scope) = (EventFilter::default(), Scope::Everything);
    let read = app
        .app()
        .store()
        .events(LogId::PLATFORM, 0, 100, &all, scope);
    let error = read.await.unwrap_err().to_string();
    let place = format!("position {position} of the log of the platform");
    assert!(error.contains(&place), "{error}");
    let admin = app.super_admin();
    let told = admin
        .list_events(&ListEventsParams::default(), &plain())
        .await;
    let told = problem(told);
    assert_eq!(told.code, ProblemCode::InternalError);
    assert!(!format!("{told:?}").contains("position"), "{told:?}");
    set(&whole).await;
    database.close().await.unwrap();
}

async fn a_damaged_event_is_named_by_its_place(app: &mut TestApp) {
    app.user("ada").await;
    let position = app.position().await;
    app.user("bob").await;
    is_named(
        app,
        ("events", "data"),
        &format!("position = {position}"),
        position,
    )
    .await;
}

async fn so_is_one_of_somebody_whose_key_is_damaged(app: &mut TestApp) {
    app.user("ada").await;
    let position = app.position().await;
    app.user("bob").await;
    let of = format!("user_id = (SELECT stream_id FROM events WHERE position = {position})");
    is_named(app, ("subject_keys", "secret"), &of, position).await;
}
