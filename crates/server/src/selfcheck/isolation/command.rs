//! The proof on the database of an installation, in scratch places beside its tables.

use super::{
    Findings, Stage, StandingClock,
    door::{Door, Inside},
    others_are_kept_out, requests_reach, the_suspended_are_kept_out,
};
use crate::{
    api_key::KeySecret,
    config::Config,
    rate_limit::Quotas,
    run::Failure,
    selfcheck::{in_scratch, verdict},
    wiring::Service,
};
use app::Scratch;
use mail::Delivery;
use std::sync::{Arc, atomic::AtomicUsize};
use webhook::{Policy, Ports, Reach};

/// A check, which needs a service with nobody in it.
type Check = for<'a> fn(&'a Stage<'a>) -> Checking<'a>;

/// What a check gives in the end.
type Checking<'a> = futures_util::future::BoxFuture<'a, Result<Findings, Failure>>;

const CHECKS: [Check; 3] = [
    |stage| Box::pin(others_are_kept_out(stage)),
    |stage| Box::pin(the_suspended_are_kept_out(stage)),
    |stage| Box::pin(requests_reach(stage)),
];

/// Runs every check and prints what it saw; gives whether there was no fault.
pub async fn run(config: &Config) -> Result<bool, Failure> {
    let tried = tried(config);
    let mut findings = Findings::default();
    for check in CHECKS {
        let more = in_scratch(config, async |scratch| on(scratch, &tried, check).await);
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

/// The configuration without what would come in the way: nobody is asked too often, the first super
/// admin has a one-time password, nobody gets mail, and a webhook may be here. None is sent anything.
fn tried(config: &Config) -> Config {
    Config {
        quotas: Quotas {
            address: None,
            account: None,
            organization: None,
            api_key: None,
            log_bytes: None,
        },
        bootstrap_password: None,
        mail: Delivery::Log,
        webhook_policy: Policy {
            reach: Reach::with("127.0.0.1".parse().into_iter().collect()),
            plain_http: true,
            ports: Ports::Any,
        },
        ..config.clone()
    }
}

async fn on(scratch: &Scratch, config: &Config, check: Check) -> Result<Findings, Failure> {
    let clock = Arc::new(StandingClock::now());
    let secret = KeySecret::random()?;
    let service = Service::start(config, scratch.open().await?, clock.clone(), secret).await?;
    let found = through(&service, &clock, config, check).await;
    service.app.close().await;
    found
}

async fn through(
    service: &Service,
    clock: &StandingClock,
    config: &Config,
    check: Check,
) -> Result<Findings, Failure> {
    let made = identity::bootstrap(&service.auth, &config.bootstrap_email, None).await?;
    let made = made.ok_or("the scratch place is not empty")?;
    let password = made.password.ok_or("there is no one-time password")?;
    let door: &dyn Door = &Inside(service.edge(config));
    let stage = Stage {
        door,
        app: &service.app,
        auth: &service.auth,
        clock,
        admin_key: made.key.reveal(),
        admin_email: &made.email,
        admin_password: password.reveal(),
        asked: AtomicUsize::new(0),
    };
    check(&stage).await
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
