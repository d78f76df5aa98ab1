//! The service over HTTP, on every database: what the contract and the rules promise.
#![allow(clippy::unwrap_used)]

mod harness;
mod users;

use std::process::ExitCode;

fn main() -> ExitCode {
    let cases: Vec<_> = [users::cases()].into_iter().flatten().collect();
    harness::run(&cases)
}
