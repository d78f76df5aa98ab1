//! What the policy says is due to a request.

use super::{
    callers::Caller,
    client::Reply,
    requests::Ask,
    tenant::{Kind, Tenant, Thing},
};
use crate::Failure;
use contract::Operation;
use domain::{
    Actor, Permission, ResourceKind,
    policy::{Denial, authorize},
};

/// What is due to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Refusal(u16),
    /// It may be read; what is hidden from the caller is not in it.
    Reading,
    /// It is the caller's own affair and touches nothing of the tenant.
    OwnAffair,
    /// It would change the tenant: this caller is not one to be kept out.
    Change,
}

pub(super) fn permission(operation: &Operation) -> Result<Permission, Failure> {
    let named = operation.permission.and_then(Permission::parse);
    let unknown = || format!("{operation:?} needs a permission that the domain has");
    Ok(named.ok_or_else(unknown)?)
}

pub(super) fn due(caller: &Caller, ask: &Ask) -> Result<Due, Failure> {
    let Some(actor) = &caller.actor else {
        return Ok(Due::Refusal(401));
    };
    let permission = permission(ask.operation)?;
    if !actor.holds(permission) || !caller.may_call(ask.operation) {
        return Ok(Due::Refusal(403));
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
        return Ok(Due::Refusal(404));
    }
    if denials.contains(&Denial::Denied) {
        return Ok(Due::Refusal(403));
    }
    Ok(match (ask.reads(), ask.named.is_empty()) {
        (true, _) => Due::Reading,
        (false, true) => Due::OwnAffair,
        (false, false) => Due::Change,
    })
}

/// The status, or the one that every item of a batch has.
pub(super) fn status(reply: &Reply) -> u16 {
    let body = reply.json();
    let items = body["results"].as_array().into_iter().flatten();
    let statuses = items.map(|item| item["problem"]["status"].as_u64().unwrap_or(0));
    let mut statuses: Vec<_> = statuses.collect();
    statuses.dedup();
    match statuses[..] {
        [status] => u16::try_from(status).unwrap_or(reply.status),
        _ => reply.status,
    }
}

/// Ids of the tenant that no answer to this permission shows to the actor. A pool goes by the id of its variant, which
/// is in the catalogue that everybody sees; an organization's own people know its id.
pub(super) fn hidden(tenant: &Tenant, actor: &Actor, permission: Permission) -> Vec<String> {
    let is_hidden = |thing: &&Thing| match thing.kind {
        Kind::Of(ResourceKind::Pool) => false,
        Kind::Of(ResourceKind::Organization) => actor.organization() != thing.target.organization,
        _ => !actor.sees(permission, &thing.target),
    };
    let hidden = tenant.things().iter().filter(is_hidden);
    hidden.map(|thing| thing.id.to_string()).collect()
}
