//! Limits how many bytes the callers of an organization append to logs in a time.
//!
//! The bytes of appended events are counted for the organization of the caller, and its next command is
//! refused while the quota is exceeded. The platform and the sweep are neither counted nor refused.
//! Operations that remove something or end access are never refused, so that an organization above its
//! quota can still be brought under control by its own users.

use contract::Operation;
use domain::{Actor, OrganizationId, Realm};
use limits::{Decision, Limiter, Quota};
use std::{collections::BTreeMap, time::Instant};

/// The most organizations that are counted separately.
const MAX_ORGANIZATIONS: usize = 100_000;

/// Operations beside every DELETE that are never refused, because they can remove something or end access.
const NEVER_REFUSED: [&str; 10] = [
    "logout",
    "changePassword",
    "updateUser",
    "deactivateUser",
    "eraseUser",
    "suspendOrganization",
    "rotateApiKey",
    "patchAssignment",
    "disableWebhook",
    "rotateWebhookSecret",
];

/// The bytes that this process appends, by organization.
pub struct LogBytes {
    quota: Option<Quota>,
    used: Limiter<OrganizationId>,
}

impl LogBytes {
    /// With this quota, or without a limit.
    pub fn new(quota: Option<Quota>) -> Self {
        Self {
            quota,
            used: Limiter::new(MAX_ORGANIZATIONS),
        }
    }

    /// Counts bytes that were appended for callers of these organizations. Those of the platform have no
    /// limit.
    pub fn appended(&self, bytes: &BTreeMap<Realm, u64>) {
        let Some(quota) = self.quota else { return };
        let now = Instant::now();
        for (organization, bytes) in bytes {
            if let Some(organization) = organization {
                let used = u32::try_from(*bytes).unwrap_or(u32::MAX);
                self.used.charge(organization, quota, used, now);
            }
        }
    }

    /// The reason to refuse an operation of this actor, if there is one.
    pub fn refusal(&self, operation: &Operation, actor: &Actor) -> Option<(Quota, Decision)> {
        let (quota, organization) = (self.quota?, actor.organization()?);
        if !is_limited(operation) {
            return None;
        }
        let decision = self.used.look(&organization, quota, Instant::now());
        (!decision.allowed).then_some((quota, decision))
    }
}

/// Whether the operation is limited by the quota.
fn is_limited(operation: &Operation) -> bool {
    !matches!(operation.method, "GET" | "DELETE") && !NEVER_REFUSED.contains(&operation.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::OPERATIONS;

    #[test]
    fn every_operation_that_is_never_refused_is_a_write_of_the_contract() {
        for id in NEVER_REFUSED {
            let known = OPERATIONS.iter().find(|operation| operation.id == id);
            assert!(
                known.is_some_and(|operation| operation.method != "GET"),
                "{id}"
            );
        }
    }

    #[test]
    fn operations_whose_names_end_something_are_never_refused() {
        let ends = [
            "revoke",
            "delete",
            "deactivate",
            "suspend",
            "erase",
            "end",
            "disable",
        ];
        for operation in OPERATIONS {
            let is_end = ends.iter().any(|verb| operation.id.starts_with(verb));
            assert!(!(is_end && is_limited(operation)), "{}", operation.id);
        }
    }
}
