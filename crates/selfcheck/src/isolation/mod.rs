//! The proof that nobody reaches what is not theirs: every operation of the contract, asked by
//! everybody who should not, with the ids of a tenant. What is due follows from the policy alone.

mod callers;
mod client;
mod clock;
mod command;
mod due;
mod keys;
pub mod operations;
mod reach;
mod requests;
mod service;
mod tenant;

pub use callers::{Caller, foreigners};
pub use client::{Client, Reply, Request};
pub use clock::{MovableClock, StandingClock};
pub use command::run;
pub use reach::{reach, requests_reach};
pub use service::Service;
pub use tenant::Tenant;

use crate::Failure;
use app::Tables;
use due::{Due, due, hidden, permission, status};
use requests::{Ask, told};
use std::sync::atomic::Ordering;

/// What was seen.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// How many operations were asked for.
    pub operations: usize,
    /// How many callers were to be kept out.
    pub callers: usize,
    /// How many requests were sent, without those that only set the scene.
    pub requests: usize,
    /// How many tables were compared.
    pub tables: usize,
    /// How many rows came or went that should not.
    pub changes: usize,
    /// What was not as it should be, a line each.
    pub faults: Vec<String>,
}

impl Findings {
    /// Those of several checks together: of the same operations and tables.
    pub fn and(mut self, more: Self) -> Self {
        self.operations = self.operations.max(more.operations);
        self.tables = self.tables.max(more.tables);
        self.callers += more.callers;
        self.requests += more.requests;
        self.changes += more.changes;
        self.faults.extend(more.faults);
        self
    }
}

/// Those who are no part of the tenant, who were, or who see little of it, reach nothing.
///
/// # Errors
/// When the check cannot be done.
pub async fn others_are_kept_out(service: &Service<'_>) -> Result<Findings, Failure> {
    let tenant = Tenant::new(service).await?;
    let callers = callers::others(service, &tenant).await?;
    keep_out(service, &tenant, &callers).await
}

/// The people of a suspended tenant reach nothing, not even their own.
///
/// # Errors
/// When the check cannot be done.
pub async fn the_suspended_are_kept_out(service: &Service<'_>) -> Result<Findings, Failure> {
    let tenant = Tenant::new(service).await?;
    let suspend = format!("/organizations/{}/suspend", tenant.organization);
    service.by_admin("POST", &suspend, None).await?;
    let callers = [
        Caller::stranger("its partner", Some(&tenant.partner.key)),
        Caller::stranger("its operator", Some(&tenant.operator.key)),
        Caller::stranger("its member", Some(&tenant.member.key)),
        Caller::stranger("its own key", Some(&tenant.key)),
        Caller::stranger("its session", Some(&tenant.signed_in.token)),
    ];
    keep_out(service, &tenant, &callers).await
}

/// Asks for everything as every caller; afterwards not a byte has changed in any table.
///
/// # Errors
/// When the check cannot be done.
pub async fn keep_out(
    service: &Service<'_>,
    tenant: &Tenant,
    callers: &[Caller],
) -> Result<Findings, Failure> {
    service.client.settle().await?;
    let before = tables(service).await?;
    let mut findings = Findings {
        operations: operations::secured().count(),
        tables: before.count(),
        callers: callers.len(),
        ..Findings::default()
    };
    for caller in callers {
        for operation in operations::secured() {
            for ask in Ask::all(tenant, operation)? {
                let found = faults(service, tenant, caller, &ask).await?;
                let told = found.iter().map(|fault| told_of(caller, &ask, fault));
                findings.faults.extend(told);
            }
        }
        let changes = before.changes(&tables(service).await?);
        if !changes.is_empty() {
            let changed = changes
                .iter()
                .map(|row| format!("{} changed {row}", caller.name));
            findings.faults.extend(changed);
            findings.changes = changes.len();
            // Whatever comes after it would be blamed on those who did nothing.
            break;
        }
    }
    findings.requests = service.asked.swap(0, Ordering::Relaxed);
    Ok(findings)
}

/// A fault, and what was asked by whom.
fn told_of(caller: &Caller, ask: &Ask, fault: &str) -> String {
    let (name, method, target) = (caller.name, ask.operation.method, &ask.target);
    match &ask.body {
        Some((_, body)) => format!("{name}, {method} {target} {body}: {fault}"),
        None => format!("{name}, {method} {target}: {fault}"),
    }
}

/// How an answer differs from what is due.
async fn faults(
    service: &Service<'_>,
    tenant: &Tenant,
    caller: &Caller,
    ask: &Ask,
) -> Result<Vec<String>, Failure> {
    let expected = match due(caller, ask)? {
        Due::Refusal(status) => status,
        Due::Reading => 200,
        Due::OwnAffair => return Ok(Vec::new()),
        Due::Change => return Ok(vec!["the policy lets it".to_owned()]),
    };
    let authorization = caller.authorization.as_deref();
    let reply = ask.send(service, authorization).await?;
    let mut wrong = Vec::new();
    if status(&reply) != expected {
        wrong.push(format!("{}, not {expected}: {}", reply.status, reply.text));
    }
    let Some(actor) = &caller.actor else {
        return Ok(wrong);
    };
    let is_reading = expected == 200;
    if is_reading {
        let hidden = hidden(tenant, actor, permission(ask.operation)?);
        let shown = hidden.iter().filter(|id| reply.text.contains(*id));
        wrong.extend(shown.map(|id| format!("it shows {id}")));
    }
    // What is hidden answers as what was never there: else the difference tells that it is there.
    let is_foreign = actor.organization() != tenant.realm();
    let filters_foreign = is_foreign && !ask.filtered_by.is_empty();
    if expected == 404 || (is_reading && filters_foreign) {
        let twin = ask.send_twin(service, tenant, authorization).await?;
        let told = told(&reply);
        if twin != (reply.status, told.clone()) {
            wrong.push(format!("{told}, and of what is not there {twin:?}"));
        }
    }
    Ok(wrong)
}

/// Every table but the one in which the use of keys is noted, which is no change.
async fn tables(service: &Service<'_>) -> Result<Tables, Failure> {
    let tables = service.app.store().tables().await?;
    Ok(tables.without("api_key_uses"))
}
