//! Limits how many costly reads run at once, by caller, by organization and in total. The rest of the
//! database connections is left for quick requests.

use contract::{Operation, Problem, ProblemCode};
use domain::{Actor, OrganizationId};
use percent_encoding::percent_decode_str;
use poem::Request;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};
use uuid::Uuid;

/// How long a costly read waits for its turn before it is refused.
const WAIT: Duration = Duration::from_secs(3);

/// The costly reads of this process.
pub struct CostlyReads {
    all: Arc<Semaphore>,
    of_organization: usize,
    of_caller: usize,
    what: What,
    shares: Mutex<HashMap<Who, Arc<Semaphore>>>,
}

/// The text of refusals.
struct What {
    /// Follows "The caller".
    of_one: &'static str,
    /// Follows "Too many".
    of_all: &'static str,
}

/// A party that has a limit of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Who {
    /// A user or an API key.
    Caller(Uuid),
    Organization(OrganizationId),
}

/// The right to read until it is dropped.
#[derive(Clone)]
pub struct Turn {
    _taken: Arc<Taken>,
}

/// Fields drop in this order: the permits before the shares that count them.
struct Taken {
    _permits: Vec<OwnedSemaphorePermit>,
    _shares: Vec<Share>,
}

/// A reader or waiter of a semaphore. The last one to be dropped removes the semaphore.
struct Share {
    who: Who,
    semaphore: Arc<Semaphore>,
    reads: Arc<CostlyReads>,
}

impl CostlyReads {
    /// Of the connections for reads, costly ones may use half: a quarter for one caller, three eighths for
    /// one organization, and at least one each.
    pub fn new(connections: u32) -> Self {
        let part = |eighths: u32| (connections * eighths / 8).max(1) as usize;
        Self {
            all: Arc::new(Semaphore::new(part(4))),
            of_organization: part(3),
            of_caller: part(2),
            what: What {
                of_one: "reads too many lists and exports",
                of_all: "lists and exports are read",
            },
            shares: Mutex::default(),
        }
    }

    /// The same limits for large bodies, which take long to read and much memory. A turn lasts from before
    /// the body is read until its request is done.
    pub fn of_large_bodies() -> Self {
        Self {
            all: Arc::new(Semaphore::new(32)),
            of_organization: 12,
            of_caller: 8,
            what: What {
                of_one: "sends too many large bodies",
                of_all: "large bodies are read",
            },
            shares: Mutex::default(),
        }
    }

    /// Whether the request is a costly read: a list, events, or a read of the past.
    pub fn are_asked_for(operation: &Operation, request: &Request) -> bool {
        let takes = |name: &str| operation.parameters.iter().any(|known| known.name == name);
        let query = request.uri().query().unwrap_or_default();
        let query = percent_decode_str(query).decode_utf8_lossy();
        let in_the_past = takes("asOf") && query.contains("asOf");
        operation.method == "GET" && (takes("page") || takes("limit") || in_the_past)
    }

    /// Waits for a turn of the actor, at most [`WAIT`].
    ///
    /// # Errors
    /// RATE_LIMITED while the caller or its organization is at its limit, UNAVAILABLE while all turns are
    /// taken.
    pub async fn turn(self: &Arc<Self>, actor: &Actor) -> Result<Turn, Problem> {
        self.turn_within(actor, WAIT).await
    }

    /// Waits for a turn of the actor, at most `wait`.
    ///
    /// # Errors
    /// As [`CostlyReads::turn`].
    pub async fn turn_within(
        self: &Arc<Self>,
        actor: &Actor,
        wait: Duration,
    ) -> Result<Turn, Problem> {
        let until = Instant::now() + wait;
        // Variables drop in reverse order: the permits before the shares that count them.
        let (mut shares, mut permits) = (Vec::new(), Vec::new());
        for (who, most) in self.counts(actor) {
            let share = self.share(who, most);
            let permit = timeout_at(until, Arc::clone(&share.semaphore).acquire_owned());
            shares.push(share);
            match permit.await {
                Ok(Ok(permit)) => permits.push(permit),
                _ => return Err(self.too_many(who)),
            }
        }
        match timeout_at(until, Arc::clone(&self.all).acquire_owned()).await {
            Ok(Ok(permit)) => permits.push(permit),
            _ => {
                let detail = format!("Too many {}; try again.", self.what.of_all);
                return Err(Problem::new(ProblemCode::Unavailable, detail));
            }
        }
        let taken = Taken {
            _permits: permits,
            _shares: shares,
        };
        Ok(Turn {
            _taken: Arc::new(taken),
        })
    }

    fn too_many(&self, who: Who) -> Problem {
        let whose = match who {
            Who::Caller(_) => "The caller",
            Who::Organization(_) => "The organization",
        };
        let what = self.what.of_one;
        let detail = format!("{whose} {what} at once; ask again after Retry-After seconds.");
        Problem::new(ProblemCode::RateLimited, detail)
    }

    fn counts(&self, actor: &Actor) -> Vec<(Who, usize)> {
        let user = actor.user_id().map(|id| id.0);
        let caller = user.or(actor.key_id().map(|id| id.0)).map(Who::Caller);
        let organization = actor.organization().map(Who::Organization);
        let caller = caller.map(|who| (who, self.of_caller));
        let organization = organization.map(|who| (who, self.of_organization));
        caller.into_iter().chain(organization).collect()
    }

    fn share(self: &Arc<Self>, who: Who, most: usize) -> Share {
        let mut shares = self.shares();
        let semaphore = shares.entry(who);
        let semaphore = semaphore.or_insert_with(|| Arc::new(Semaphore::new(most)));
        Share {
            who,
            semaphore: Arc::clone(semaphore),
            reads: Arc::clone(self),
        }
    }

    /// A poisoned lock is safe to use, because every change of the map is a single call.
    fn shares(&self) -> MutexGuard<'_, HashMap<Who, Arc<Semaphore>>> {
        self.shares.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut shares = self.reads.shares();
        // Only the map and this share hold the semaphore, and the lock keeps others from taking it.
        if Arc::strong_count(&self.semaphore) == 2 {
            shares.remove(&self.who);
        }
    }
}

#[cfg(test)]
mod tests;
