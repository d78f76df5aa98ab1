//! Secrets appear in no log line, and in no table but their own.

use crate::{
    cluster::{FREE, ending},
    signed_in::{House, PASSWORD, refresh},
};
use client::{InvitationAcceptance, LoginRequest, NewUser, PasswordChange, TokenPair};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use std::collections::BTreeMap;
use testkit::database::Database;

/// Mistyped passwords, which are refused.
const MISTYPED: [&str; 2] = ["mistyped-heron-4711", "password1"];

/// Every log line is written, and a failed login causes no delay.
const ALL: [(&str, &str); 2] = [
    ("QUARTERMASTER_LOG_LEVEL", "trace"),
    ("QUARTERMASTER_LOCKOUT", "1us"),
];

const NEW: &str = "heron 55 gravel lamp";

testkit::on_every_database! {
    async fn no_secret_is_in_a_log_line_or_in_a_table(database: Database) {
        let house = House::open_with(&database, &ALL).await;
        let first = &house.cluster.servers[0];
        let mut secrets: Vec<String> = MISTYPED.iter().map(|text| (*text).to_owned()).collect();
        secrets.extend([PASSWORD.to_owned(), NEW.to_owned(), house.cluster.key.clone()]);
        let output = first.output();
        let one_time = output.lines().find_map(|line| line.strip_prefix("Bootstrap password: "));
        let one_time = one_time.unwrap().to_owned();
        secrets.extend(admin_signs_in(&house, &one_time).await);
        secrets.push(one_time);
        secrets.extend(guest_moves_in(&house).await);

        let log: String = house.cluster.servers.iter().map(|server| server.errors()).collect();
        assert!(log.contains("login"), "the log is empty: {}", log.len());
        let tables = tables(&database).await;
        for secret in &secrets {
            assert!(!log.contains(secret.as_str()), "{secret} is in the log");
            for (table, rows) in &tables {
                let hits = rows.iter().filter(|row| shows(row, secret)).count();
                assert_eq!(hits, 0, "{secret} is in {table}");
            }
        }
        // A digest is in its own table only.
        let kept = kept(&database).await;
        assert!(kept.len() >= 8, "{kept:?}");
        for (home, digest) in &kept {
            assert!(!log.contains(digest.as_str()), "{digest} of {home} is in the log");
            for (table, rows) in tables.iter().filter(|(table, _)| *table != home) {
                let hits = rows.iter().filter(|row| shows(row, digest)).count();
                assert_eq!(hits, 0, "{digest} of {home} is in {table}");
            }
        }
    }

    async fn a_mail_that_waits_is_sealed(database: Database) {
        let dead = [
            // Nobody listens there.
            ("QUARTERMASTER_MAIL_URL", "smtp://127.0.0.1:1"),
            ("QUARTERMASTER_LOG_LEVEL", "debug"),
        ];
        let house = House::open_with(&database, &dead).await;
        let server = &house.cluster.servers[0];
        let new = NewUser::new("waiting@fire.test", "Waiting");
        house.cluster.client(0).create_user(&new, FREE).await.unwrap();
        let since = std::time::Instant::now();
        let is_delayed = |log: &str| log.contains("a mail is tried again later");
        while !is_delayed(&log_of(&house)) {
            assert!(since.elapsed() < crate::signed_in::SOON, "{}", server.errors());
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert!(!log_of(&house).contains("qmi_"));
        let tables = tables(&database).await;
        let [mail] = tables["mails"].as_slice() else {
            panic!("{:?}", tables["mails"]);
        };
        for part in ["qmi_", "invitation", "waiting@fire.test", "Hello"] {
            assert!(!shows(mail, part), "{part}");
        }
    }
}

fn log_of(house: &House) -> String {
    let servers = house.cluster.servers.iter();
    servers.map(|server| server.errors()).collect()
}

/// Changes the one-time password. Returns the secrets that appear.
async fn admin_signs_in(house: &House, one_time: &str) -> Vec<String> {
    let request = LoginRequest::new("admin@quartermaster.invalid", one_time);
    let pair = house.anybody(0).login(&request, FREE).await.unwrap().body;
    let change = |from: &str, to: &str| PasswordChange {
        current_password: from.to_owned(),
        new_password: to.to_owned(),
    };
    let caller = house.bearer(0, &pair);
    let wrong = caller
        .change_password(&change(MISTYPED[0], NEW), FREE)
        .await;
    assert_eq!(ending(&wrong), "401 INVALID_CREDENTIALS");
    let weak = caller
        .change_password(&change(one_time, MISTYPED[1]), FREE)
        .await;
    assert_eq!(ending(&weak), "400 VALIDATION_ERROR");
    caller
        .change_password(&change(one_time, NEW), FREE)
        .await
        .unwrap();
    tokens_of(&pair)
}

/// Invites a user, who signs in. Returns the secrets that appear.
async fn guest_moves_in(house: &House) -> Vec<String> {
    let admin = house.cluster.client(0);
    let new = NewUser::new("guest@fire.test", "Guest");
    let id = admin.create_user(&new, FREE).await.unwrap().body.id;
    let old = house.mails.token(&new.email, 1).await;
    admin.invite_user(id, FREE).await.unwrap();
    let token = house.mails.token(&new.email, 2).await;
    let mut secrets = vec![old.clone(), token.clone()];
    for (token, due) in [
        (old, "401 INVALID_CREDENTIALS"),
        (token.clone(), "204"),
        (token, "401 INVALID_CREDENTIALS"),
    ] {
        let password = PASSWORD.to_owned();
        let acceptance = InvitationAcceptance { token, password };
        let answer = house.anybody(0).accept_invitation(&acceptance, FREE).await;
        assert_eq!(ending(&answer), due);
    }
    // One more, whose link is not used.
    let open = NewUser::new("open@fire.test", "Open");
    admin.create_user(&open, FREE).await.unwrap();
    secrets.push(house.mails.token(&open.email, 1).await);

    let wrong = LoginRequest::new(&new.email, MISTYPED[0]);
    let refused = house.anybody(0).login(&wrong, FREE).await;
    assert_eq!(ending(&refused), "401 INVALID_CREDENTIALS");
    let right = LoginRequest::new(&new.email, PASSWORD);
    let pair = house.anybody(0).login(&right, FREE).await.unwrap().body;
    secrets.extend(tokens_of(&pair));
    let next = refresh(&house.anybody(1), &pair.refresh_token)
        .await
        .unwrap()
        .body;
    secrets.extend(tokens_of(&next));
    let caller = house.bearer(1, &next);
    caller.list_sessions(FREE).await.unwrap();
    let forged = format!("{}x", next.access_token);
    let forged = caller
        .with_api_key(Some(&forged))
        .get_current_user(FREE)
        .await;
    assert_eq!(ending(&forged), "401 UNAUTHENTICATED");
    let unknown = LoginRequest::new("nobody@fire.test", MISTYPED[0]);
    let refused = house.anybody(1).login(&unknown, FREE).await;
    assert_eq!(ending(&refused), "401 INVALID_CREDENTIALS");
    secrets
}

/// The tokens, and the signature of the access token.
fn tokens_of(pair: &TokenPair) -> Vec<String> {
    let signature = pair.access_token.rsplit('.').next().unwrap();
    vec![
        pair.access_token.clone(),
        signature.to_owned(),
        pair.refresh_token.clone(),
    ]
}

/// Whether a row contains the text, as it is or in hexadecimal.
fn shows(row: &str, text: &str) -> bool {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    row.contains(text) || row.to_lowercase().contains(&hex)
}

async fn open(database: &Database) -> DatabaseConnection {
    let mut options = ConnectOptions::new(database.url());
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await.unwrap()
}

async fn texts(connection: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await;
    let rows = rows.unwrap_or_else(|fault| panic!("{sql}: {fault}"));
    rows.iter()
        .map(|row| row.try_get("", "text").unwrap())
        .collect()
}

/// Every table, each row as one text. Binary columns are hexadecimal.
async fn tables(database: &Database) -> BTreeMap<String, Vec<String>> {
    let connection = open(database).await;
    let (names, columns) = match connection.get_database_backend() {
        DbBackend::Sqlite => (
            "SELECT name AS text FROM sqlite_master WHERE type = 'table'",
            "SELECT name AS text FROM pragma_table_info('TABLE')",
        ),
        DbBackend::Postgres => (
            "SELECT tablename::text AS text FROM pg_tables WHERE schemaname = current_schema()",
            "SELECT column_name::text AS text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = 'TABLE'",
        ),
        _ => (
            "SELECT table_name AS text FROM information_schema.tables WHERE table_schema = DATABASE()",
            "SELECT column_name AS text FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = 'TABLE'",
        ),
    };
    let mut tables = BTreeMap::new();
    for table in texts(&connection, names).await {
        let columns = texts(&connection, &columns.replace("TABLE", &table)).await;
        let shown = columns
            .iter()
            .map(|column| match connection.get_database_backend() {
                DbBackend::Sqlite => format!("QUOTE(\"{column}\")"),
                DbBackend::Postgres => format!("COALESCE(\"{column}\"::text, '')"),
                _ => format!("COALESCE(HEX(`{column}`), '')"),
            });
        let shown: Vec<_> = shown.collect();
        let row = match connection.get_database_backend() {
            DbBackend::MySql => format!(
                "CONVERT(CONCAT_WS(' ', {}) USING utf8mb4)",
                shown.join(", ")
            ),
            _ => shown.join(" || ' ' || "),
        };
        let rows = texts(&connection, &format!("SELECT {row} AS text FROM {table}")).await;
        tables.insert(table, rows);
    }
    connection.close().await.unwrap();
    assert!(tables.len() > 15, "{:?}", tables.keys());
    tables
}

/// Hashes and digests, each with the one table that it belongs to.
async fn kept(database: &Database) -> Vec<(&'static str, String)> {
    let connection = open(database).await;
    let mut kept = Vec::new();
    for (table, column) in [
        ("passwords", "phc"),
        ("refresh_tokens", "digest"),
        ("invitations", "digest"),
        ("login_failures", "account"),
        ("signing_keys", "sealed"),
    ] {
        let sql = format!("SELECT {column} AS text FROM {table}");
        let found = texts(&connection, &sql).await;
        assert!(!found.is_empty(), "{table}");
        kept.extend(found.into_iter().map(|text| (table, text)));
    }
    connection.close().await.unwrap();
    kept
}
