//! The proof on the database of an installation, in scratch places beside its tables.

use super::{
    Findings, Service, StandingClock, others_are_kept_out, requests_reach,
    the_suspended_are_kept_out,
};
use crate::{Failure, Installation, Started, in_scratch, verdict};
use app::Scratch;
use identity::Bootstrapped;
use std::sync::{Arc, atomic::AtomicUsize};

/// A check, which needs a service with nobody in it.
type Check = for<'a> fn(&'a Service<'a>) -> Checking<'a>;

/// What a check gives in the end.
type Checking<'a> = futures_util::future::BoxFuture<'a, Result<Findings, Failure>>;

const CHECKS: [Check; 3] = [
    |service| Box::pin(others_are_kept_out(service)),
    |service| Box::pin(the_suspended_are_kept_out(service)),
    |service| Box::pin(requests_reach(service)),
];

/// Runs every check and prints what it saw; gives whether there was no fault.
///
/// # Errors
/// When a check cannot be done.
pub async fn run(installation: &dyn Installation) -> Result<bool, Failure> {
    let mut findings = Findings::default();
    for check in CHECKS {
        let more = in_scratch(installation, async |scratch| {
            on(scratch, installation, check).await
        });
        findings = findings.and(more.await?);
    }
    for fault in &findings.faults {
        println!("{fault}");
    }
    println!("{}", last_line(&findings));
    Ok(findings.faults.is_empty())
}

fn last_line(findings: &Findings) -> String {
    let Findings {
        operations,
        callers,
        requests,
        tables,
        changes,
        faults,
    } = findings;
    let changed = match changes {
        0 => "nothing changed".to_owned(),
        _ => format!("{changes} rows changed"),
    };
    format!(
        "{}: {operations} operations, {callers} callers, {requests} requests, {} faults, {changed} in {tables} tables",
        verdict(faults),
        faults.len()
    )
}

async fn on(
    scratch: &Scratch,
    installation: &dyn Installation,
    check: Check,
) -> Result<Findings, Failure> {
    let clock = Arc::new(StandingClock::now());
    let started = installation
        .start(scratch.open().await?, clock.clone())
        .await?;
    let found = through(&started, &clock, check).await;
    started.app.close().await;
    found
}

async fn through(
    started: &Started,
    clock: &StandingClock,
    check: Check,
) -> Result<Findings, Failure> {
    let Bootstrapped {
        key,
        email,
        password,
    } = &started.admin;
    let password = password.as_ref().ok_or("there is no one-time password")?;
    let service = Service {
        client: &*started.client,
        app: &started.app,
        auth: &started.auth,
        clock,
        admin_key: key.reveal(),
        admin_email: email,
        admin_password: password.reveal(),
        asked: AtomicUsize::new(0),
    };
    check(&service).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_tells_how_it_ended() {
        let seen = Findings {
            operations: 76,
            callers: 30,
            requests: 4000,
            tables: 23,
            ..Findings::default()
        };
        let suspended = Findings {
            callers: 5,
            requests: 900,
            ..seen.clone()
        };
        assert_eq!(
            last_line(&seen.clone().and(suspended)),
            "PASS: 76 operations, 35 callers, 4900 requests, 0 faults, nothing changed in 23 tables"
        );
        let wrong = Findings {
            changes: 2,
            faults: vec!["a foreign partner, PUT /api/v1/stations/1: 200, not 404".to_owned()],
            ..Findings::default()
        };
        assert_eq!(
            last_line(&seen.and(wrong)),
            "FAIL: 76 operations, 30 callers, 4000 requests, 1 faults, 2 rows changed in 23 tables"
        );
    }
}
