//! The service over HTTP, on every database: what the contract and the rules promise.
#![allow(clippy::unwrap_used)]

mod catalogue;
mod expiry;
mod given;
mod harness;
mod seats;
mod users;

use std::process::ExitCode;

fn main() -> ExitCode {
    let cases = [
        users::cases(),
        catalogue::cases(),
        seats::cases(),
        expiry::cases(),
    ];
    harness::run(&cases.into_iter().flatten().collect::<Vec<_>>())
}
