//! The service over HTTP, on every database: what the contract and the rules promise. Every file of this
//! folder is a module; [`harness::cases`] registers its tests.
#![allow(clippy::unwrap_used)]

automod::dir!("tests/http");

use std::process::ExitCode;

fn main() -> ExitCode {
    harness::run()
}
