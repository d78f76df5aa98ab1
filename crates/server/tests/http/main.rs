//! The service over HTTP, on every database: what the contract and the rules promise.
#![allow(clippy::unwrap_used)]

mod catalogue;
mod conditions;
mod expiry;
mod given;
mod harness;
mod idempotency;
mod pages;
mod seats;
mod users;

use std::process::ExitCode;

fn main() -> ExitCode {
    let cases = [
        users::cases(),
        catalogue::cases(),
        seats::cases(),
        expiry::cases(),
        conditions::cases(),
        idempotency::cases(),
        pages::cases(),
    ];
    harness::run(&cases.into_iter().flatten().collect::<Vec<_>>())
}
