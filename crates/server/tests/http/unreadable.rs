//! Unreadable events: operators learn their position, callers do not.

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
    a_damaged_event_is_named_by_its_position,
    an_event_with_a_damaged_subject_key_is_named_by_its_position,
];

/// The text that a query finds.
async fn text(database: &DatabaseConnection, sql: &str) -> String {
    let query = Statement::from_string(database.get_database_backend(), sql.to_owned());
    let row = database.query_one_raw(query).await.unwrap().unwrap();
    row.try_get("", "text").unwrap()
}

/// While a column of a row is invalid, the internal error names the position, and the answer does not.
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
    let refused = admin
        .list_events(&ListEventsParams::default(), &plain())
        .await;
    let refused = problem(refused);
    assert_eq!(refused.code, ProblemCode::InternalError);
    assert!(!format!("{refused:?}").contains("position"), "{refused:?}");
    set(&whole).await;
    database.close().await.unwrap();
}

async fn a_damaged_event_is_named_by_its_position(app: &mut TestApp) {
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

async fn an_event_with_a_damaged_subject_key_is_named_by_its_position(app: &mut TestApp) {
    app.user("ada").await;
    let position = app.position().await;
    app.user("bob").await;
    let of = format!("user_id = (SELECT stream_id FROM events WHERE position = {position})");
    is_named(app, ("subject_keys", "secret"), &of, position).await;
}
