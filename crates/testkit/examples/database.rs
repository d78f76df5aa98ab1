//! Prints the URL of a fresh database and keeps it until standard input ends, for scripts:
//! `cargo run -p testkit --example database -- postgres`.
#![recursion_limit = "256"]

use std::{io::Write, process::ExitCode};

use testkit::database::{Backend, fresh};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let backend = match std::env::args().nth(1).as_deref() {
        Some("sqlite") => Backend::Sqlite,
        Some("postgres") => Backend::Postgres,
        Some("mariadb") => Backend::MariaDb,
        _ => {
            eprintln!("usage: database sqlite|postgres|mariadb");
            return ExitCode::from(2);
        }
    };
    let Some(database) = fresh(backend).await else {
        return ExitCode::FAILURE;
    };
    println!("{}", database.url());
    let _ = std::io::stdout().flush();
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
    ExitCode::SUCCESS
}
