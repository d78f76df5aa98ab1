//! The requests reach what they name. Without this, ids that name nothing would prove as much.

use super::{
    Findings, Service, Tenant, callers::Caller, due::status, operations, requests::Ask, tables,
    tenant::Kind, told_of,
};
use crate::Failure;
use domain::ResourceKind;
use std::sync::atomic::Ordering;

/// What is seen to change when those ask who may. A table that is missing here is still compared.
const CHANGING: [&str; 10] = [
    "users",
    "organizations",
    "stations",
    "products",
    "pools",
    "roles",
    "api_keys",
    "sessions",
    "invitations",
    "events",
];

/// Those who may reach everything do, by the same requests.
///
/// # Errors
/// When the check cannot be done.
pub async fn requests_reach(service: &Service<'_>) -> Result<Findings, Failure> {
    let tenant = Tenant::new(service).await?;
    reach(service, &tenant).await
}

/// The same of a tenant that is there.
///
/// # Errors
/// When the check cannot be done.
pub async fn reach(service: &Service<'_>, tenant: &Tenant) -> Result<Findings, Failure> {
    let mut asks = Vec::new();
    for operation in operations::secured() {
        asks.extend(Ask::all(tenant, operation)?);
    }
    let (reads, writes): (Vec<_>, Vec<_>) = asks.into_iter().partition(Ask::reads);
    let mut faults = read(service, tenant, &reads).await?;
    let before = tables(service).await?;
    faults.extend(write(service, tenant, writes).await?);
    let changes = before.changes(&tables(service).await?).join("\n");
    for table in CHANGING {
        if !changes.contains(&format!(" {table}: ")) {
            faults.push(format!("no change of {table} was seen"));
        }
    }
    Ok(Findings {
        operations: operations::secured().count(),
        requests: service.asked.swap(0, Ordering::Relaxed),
        tables: before.count(),
        faults,
        ..Findings::default()
    })
}

fn admin(service: &Service<'_>) -> Caller {
    Caller::stranger("the super admin", Some(service.admin_key))
}

/// The super admin and the partner read it all.
async fn read(
    service: &Service<'_>,
    tenant: &Tenant,
    asks: &[Ask],
) -> Result<Vec<String>, Failure> {
    let partner = Caller::stranger("its partner", Some(&tenant.partner.key));
    let mut faults = Vec::new();
    for ask in asks {
        for caller in [&admin(service), &partner] {
            faults.extend(wrong(service, caller, ask, &[200]).await?);
        }
    }
    Ok(faults)
}

/// The super admin changes it all; what belongs to something goes before it.
async fn write(
    service: &Service<'_>,
    tenant: &Tenant,
    asks: Vec<Ask>,
) -> Result<Vec<String>, Failure> {
    let (mut deletes, changes): (Vec<_>, Vec<_>) = asks
        .into_iter()
        .filter(|ask| !ask.named.is_empty() && ask.fits())
        .partition(|ask| ask.operation.method == "DELETE");
    deletes.reverse();
    // Nobody but its owner ends a session.
    let (sessions, deletes): (Vec<_>, Vec<_>) = deletes
        .into_iter()
        .partition(|ask| ask.names(Kind::Of(ResourceKind::Session)));
    let owner = Caller::stranger("its session", Some(&tenant.signed_in.token));
    let mut faults = Vec::new();
    for ask in &sessions {
        faults.extend(wrong(service, &owner, ask, &[204]).await?);
    }
    for ask in changes.iter().chain(&deletes) {
        // What is there may stand in the way of a change, and what is named last may be gone.
        let reached = [200, 201, 204, 400, 409];
        faults.extend(wrong(service, &admin(service), ask, &reached).await?);
    }
    Ok(faults)
}

async fn wrong(
    service: &Service<'_>,
    caller: &Caller,
    ask: &Ask,
    due: &[u16],
) -> Result<Option<String>, Failure> {
    let reply = ask.send(service, caller.authorization.as_deref()).await?;
    let fault = (!due.contains(&status(&reply)))
        .then(|| format!("{}, not one of {due:?}: {}", reply.status, reply.text));
    Ok(fault.map(|fault| told_of(caller, ask, &fault)))
}
