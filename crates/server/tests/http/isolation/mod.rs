//! The proof that nobody reaches what is not theirs: every operation of the contract, asked by
//! everybody who should not, with the ids of a tenant. What is due follows from the policy alone.

mod callers;
mod keys;
mod requests;
mod tenant;

use crate::{given::plain, harness::cases, sweep};
use callers::{Caller, others};
use contract::Operation;
use domain::{
    Actor, Permission,
    policy::{Denial, authorize},
    user::Role,
};
use requests::{Ask, told};
use tenant::{Kind, Tenant};
use testkit::{
    TestApp,
    app::{RawReply, Tables},
};

cases![
    nobody_reaches_what_is_not_theirs,
    the_people_of_a_suspended_tenant_reach_nothing,
    the_requests_reach_what_they_name,
];

/// What is due to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Refusal(u16),
    /// It may be read; what is hidden from the caller is not in it.
    Reading,
    /// It is the caller's own affair and touches nothing of the tenant.
    OwnAffair,
}

fn permission(operation: &Operation) -> Permission {
    let named = operation.permission.and_then(Permission::parse);
    named.unwrap_or_else(|| panic!("{operation:?} needs a permission that the domain has"))
}

fn due(caller: &Caller, ask: &Ask) -> Due {
    let Some(actor) = &caller.actor else {
        return Due::Refusal(401);
    };
    let permission = permission(ask.operation);
    if !actor.holds(permission) || !caller.may_call(ask.operation) {
        return Due::Refusal(403);
    }
    let denials: Vec<Denial> = ask
        .named
        .iter()
        .filter_map(|named| match named.is_subject {
            true => authorize(actor, permission, &named.thing.target).err(),
            false => (!actor.sees(permission, &named.thing.target)).then_some(Denial::Hidden),
        })
        .collect();
    if denials.contains(&Denial::Hidden) {
        return Due::Refusal(404);
    }
    if denials.contains(&Denial::Denied) {
        return Due::Refusal(403);
    }
    match (ask.reads(), ask.named.is_empty()) {
        (true, _) => Due::Reading,
        (false, true) => Due::OwnAffair,
        (false, false) => panic!("the policy lets {} do {ask:?}", caller.name),
    }
}

/// The status, or the one that every item of a batch has.
fn status(reply: &RawReply) -> u16 {
    let body = reply.json();
    let items = body["results"].as_array().into_iter().flatten();
    let mut statuses: Vec<u64> = items
        .map(|item| item["problem"]["status"].as_u64().unwrap_or(0))
        .collect();
    statuses.dedup();
    match statuses[..] {
        [status] => u16::try_from(status).unwrap(),
        _ => reply.status,
    }
}

/// Ids of the tenant that no answer to this permission shows to the actor. A pool goes by the id of its variant, which
/// is in the catalogue that everybody sees; an organization's own people know its id.
fn hidden(tenant: &Tenant, actor: &Actor, permission: Permission) -> Vec<String> {
    let is_hidden = |thing: &&tenant::Thing| match thing.kind {
        Kind::Pool => false,
        Kind::Organization => actor.organization() != thing.target.organization,
        _ => !actor.sees(permission, &thing.target),
    };
    let hidden = tenant.things().iter().filter(is_hidden);
    hidden.map(|thing| thing.id.to_string()).collect()
}

/// How an answer differs from what is due.
async fn faults(app: &TestApp, tenant: &Tenant, caller: &Caller, ask: &Ask) -> Vec<String> {
    let due = due(caller, ask);
    if due == Due::OwnAffair {
        return Vec::new();
    }
    let authorization = caller.authorization.as_deref();
    let reply = ask.send(app, authorization).await;
    let mut wrong = Vec::new();
    let expected = match due {
        Due::Refusal(status) => status,
        _ => 200,
    };
    if status(&reply) != expected {
        wrong.push(format!(
            "{}, not {expected}: {}",
            reply.status,
            reply.text()
        ));
    }
    let Some(actor) = &caller.actor else {
        return wrong;
    };
    if due == Due::Reading {
        let text = reply.text();
        let shown = hidden(tenant, actor, permission(ask.operation)).into_iter();
        wrong.extend(
            shown
                .filter(|id| text.contains(id))
                .map(|id| format!("it shows {id}")),
        );
    }
    // What is hidden answers as what was never there: else the difference tells that it is there.
    let is_foreign = actor.organization() != tenant.things()[0].target.organization;
    let filters_foreign = is_foreign && !ask.filtered_by.is_empty();
    if due == Due::Refusal(404) || (due == Due::Reading && filters_foreign) {
        let twin = ask.send_twin(app, tenant, authorization).await;
        if twin != (reply.status, told(&reply)) {
            wrong.push(format!(
                "{}, and of what is not there {twin:?}",
                told(&reply)
            ));
        }
    }
    wrong
}

/// Every table but the one in which the use of keys is noted, which is no change.
async fn tables(app: &TestApp) -> Tables {
    app.tables().await.without("api_key_uses")
}

/// The same, once no mail waits any more.
async fn settled(app: &TestApp) -> Tables {
    for _ in 0..500 {
        let found = tables(app).await;
        if found.rows("mails") == 0 {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("mails are not sent");
}

/// Asks for everything as every caller; afterwards not a byte has changed in any table.
async fn keep_out(app: &TestApp, tenant: &Tenant, callers: Vec<Caller>) {
    let before = settled(app).await;
    let mut wrong = Vec::new();
    for caller in &callers {
        for operation in sweep::secured() {
            for ask in Ask::all(tenant, operation) {
                let found = faults(app, tenant, caller, &ask).await;
                let who = format!("{}, {} {}", caller.name, operation.method, ask.target);
                let body = ask
                    .body
                    .map(|(_, body)| body.to_string())
                    .unwrap_or_default();
                wrong.extend(
                    found
                        .into_iter()
                        .map(|fault| format!("{who} {body}: {fault}")),
                );
            }
        }
        let changes = before.changes(&tables(app).await);
        if !changes.is_empty() {
            wrong.push(format!("{} changed {changes:#?}", caller.name));
            break;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn nobody_reaches_what_is_not_theirs(app: &mut TestApp) {
    let tenant = Tenant::new(app).await;
    let callers = others(app, &tenant).await;
    keep_out(app, &tenant, callers).await;
}

async fn the_people_of_a_suspended_tenant_reach_nothing(app: &mut TestApp) {
    let tenant = Tenant::new(app).await;
    let admin = app.super_admin();
    admin
        .suspend_organization(tenant.organization, &plain())
        .await
        .unwrap();
    let callers = vec![
        Caller::stranger("its partner", Some(&tenant.partner.key)),
        Caller::stranger("its operator", Some(&tenant.operator.key)),
        Caller::stranger("its member", Some(&tenant.member.key)),
        Caller::stranger("its own key", Some(&tenant.key)),
        Caller::stranger("its session", Some(&tenant.signed_in.tokens.access_token)),
    ];
    keep_out(app, &tenant, callers).await;
}

/// Without it, ids that name nothing would prove as much.
async fn the_requests_reach_what_they_name(app: &mut TestApp) {
    let tenant = Tenant::new(app).await;
    let admin = app.super_admin();
    let admin = Caller::known("the super admin", &admin, Role::SuperAdmin, None, None);
    let of = Some(tenant.organization);
    let partner = Caller::known("its partner", &tenant.partner, Role::Partner, of, None);
    let asks = sweep::secured().flat_map(|operation| Ask::all(&tenant, operation));
    let (reads, writes): (Vec<_>, Vec<_>) = asks.partition(Ask::reads);
    for ask in &reads {
        for caller in [&admin, &partner] {
            let reply = ask.send(app, caller.authorization.as_deref()).await;
            assert_eq!(
                reply.status,
                200,
                "{} {ask:?} {}",
                caller.name,
                reply.text()
            );
        }
    }
    let before = app.tables().await;
    let own = format!("Bearer {}", tenant.signed_in.tokens.access_token);
    let (mut deletes, changes): (Vec<_>, Vec<_>) = writes
        .into_iter()
        .filter(|ask| !ask.named.is_empty() && ask.fits())
        .partition(|ask| ask.operation.method == "DELETE");
    // What belongs to something goes before it; nobody but its owner ends a session.
    deletes.reverse();
    let (own_sessions, deletes): (Vec<_>, Vec<_>) = deletes
        .into_iter()
        .partition(|ask| ask.names(Kind::Session));
    assert_eq!(own_sessions.len(), 1);
    for ask in &own_sessions {
        let reply = ask.send(app, Some(&own)).await;
        assert_eq!(reply.status, 204, "{ask:?} {}", reply.text());
    }
    for ask in changes.iter().chain(&deletes) {
        let reply = ask.send(app, admin.authorization.as_deref()).await;
        let reached = [200, 201, 204, 400, 409].contains(&status(&reply));
        assert!(reached, "{ask:?} {}", reply.text());
    }
    let changes = before.changes(&app.tables().await).join("\n");
    for table in [
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
    ] {
        let row = format!(" {table}: ");
        assert!(changes.contains(&row), "no change of {table} was seen");
    }
}
