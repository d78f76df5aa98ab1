//! How much an organization may make the service keep in its logs in a time.
//!
//! What was appended is counted by the bytes of the events, for the organization of the caller whose
//! command it was, and the next command is refused while too much was. So the platform and the sweep
//! are never refused, and what they append is nobody's. Nor is what takes something away: an
//! organization that has used up its quota can still be stopped by its own people.

use contract::Operation;
use domain::{Actor, OrganizationId, Realm};
use limits::{Decision, Limiter, Quota};
use std::{collections::BTreeMap, time::Instant};

/// Organizations that are told apart.
const ROOM: usize = 100_000;

/// Operations beside every DELETE that take something away, or may.
const TAKES_AWAY: [&str; 10] = [
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

/// Counts what this process appends.
pub struct LogBytes {
    quota: Option<Quota>,
    used: Limiter<OrganizationId>,
}

impl LogBytes {
    /// So many bytes in a time, or without a limit.
    pub fn new(quota: Option<Quota>) -> Self {
        Self {
            quota,
            used: Limiter::new(ROOM),
        }
    }

    /// So many bytes were appended for callers of these organizations; without one, for others.
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

    /// The refusal of an operation of this actor, when there is reason for one.
    pub fn refusal(&self, operation: &Operation, actor: &Actor) -> Option<(Quota, Decision)> {
        let (quota, organization) = (self.quota?, actor.organization()?);
        if !appends(operation) {
            return None;
        }
        let decision = self.used.look(&organization, quota, Instant::now());
        (!decision.allowed).then_some((quota, decision))
    }
}

/// Whether the operation makes a log grow and takes nothing away.
fn appends(operation: &Operation) -> bool {
    !matches!(operation.method, "GET" | "DELETE") && !TAKES_AWAY.contains(&operation.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::OPERATIONS;

    #[test]
    fn what_takes_away_is_in_the_contract() {
        for id in TAKES_AWAY {
            let known = OPERATIONS.iter().find(|operation| operation.id == id);
            assert!(
                known.is_some_and(|operation| operation.method != "GET"),
                "{id}"
            );
        }
    }

    #[test]
    fn what_ends_something_by_its_name_is_never_refused() {
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
            assert!(!(is_end && appends(operation)), "{}", operation.id);
        }
    }
}
