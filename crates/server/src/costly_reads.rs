//! Reads that may take long: how many of them run at once, by caller, by organization and in all. The
//! rest of the connections stays for what is quick.

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

/// How long such a read waits for its turn before its caller is told to come back.
const WAIT: Duration = Duration::from_secs(3);

/// Counts reads in this process.
pub struct CostlyReads {
    all: Arc<Semaphore>,
    of_organization: usize,
    of_caller: usize,
    what: What,
    shares: Mutex<HashMap<Who, Arc<Semaphore>>>,
}

/// What takes turns, in words for callers.
struct What {
    /// Behind "The caller".
    of_one: &'static str,
    /// Behind "Too many".
    of_all: &'static str,
}

/// By whom reads are counted.
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

/// One of those who read or wait by this count; the last one forgets it.
struct Share {
    who: Who,
    semaphore: Arc<Semaphore>,
    reads: Arc<CostlyReads>,
}

impl CostlyReads {
    /// Half of the connections for reads may be busy with costly ones: a quarter with those of one
    /// caller, three eighths with those of one organization, and at least one each.
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

    /// The same for bodies that take long to read and much to hold, from before they are read until
    /// what they ask for is done.
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

    /// Whether this request may take long: a list, events, or something of the past.
    pub fn are_asked_for(operation: &Operation, request: &Request) -> bool {
        let takes = |name: &str| operation.parameters.iter().any(|known| known.name == name);
        let query = request.uri().query().unwrap_or_default();
        let query = percent_decode_str(query).decode_utf8_lossy();
        let in_the_past = takes("asOf") && query.contains("asOf");
        operation.method == "GET" && (takes("page") || takes("limit") || in_the_past)
    }

    /// Waits for a turn of the actor, but not longer than [`WAIT`].
    ///
    /// # Errors
    /// RATE_LIMITED while the caller or its organization has as many reads as it may have, UNAVAILABLE
    /// while others have all there are.
    pub async fn turn(self: &Arc<Self>, actor: &Actor) -> Result<Turn, Problem> {
        self.turn_within(actor, WAIT).await
    }

    /// Waits for a turn of the actor as long as it is told.
    ///
    /// # Errors
    /// As [`CostlyReads::turn`].
    pub async fn turn_within(
        self: &Arc<Self>,
        actor: &Actor,
        wait: Duration,
    ) -> Result<Turn, Problem> {
        let until = Instant::now() + wait;
        // What comes later is dropped first: the permits before the shares that count them.
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

    /// The map is changed at once, so that it is whole also after a panic elsewhere.
    fn shares(&self) -> MutexGuard<'_, HashMap<Who, Arc<Semaphore>>> {
        self.shares.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut shares = self.reads.shares();
        // The map's and this one: nobody else counts by it, and nobody can begin to meanwhile.
        if Arc::strong_count(&self.semaphore) == 2 {
            shares.remove(&self.who);
        }
    }
}

#[cfg(test)]
mod tests;
