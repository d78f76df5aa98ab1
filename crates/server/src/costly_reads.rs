//! Reads that may take long: how many of them run at once, by caller, by organization and in all. The
//! rest of the connections stays for what is quick.

use contract::{Operation, Problem, ProblemCode};
use domain::{Actor, OrganizationId};
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
    lines: Mutex<HashMap<Who, Arc<Semaphore>>>,
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

/// In the order in which it is given back: the permits before the lines that count them.
struct Taken {
    _permits: Vec<OwnedSemaphorePermit>,
    _lines: Vec<Line>,
}

/// One of those who read or wait by this count; the last one forgets it.
struct Line {
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
            lines: Mutex::default(),
        }
    }

    /// Whether this request may take long: a list, events, or something of the past.
    pub fn are_asked_for(operation: &Operation, request: &Request) -> bool {
        let takes = |name: &str| operation.parameters.iter().any(|known| known.name == name);
        let query = request.uri().query().unwrap_or_default();
        let in_the_past = query.split('&').any(|pair| pair.starts_with("asOf="));
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
        // What comes later is dropped first: the permits before the lines that count them.
        let (mut lines, mut permits) = (Vec::new(), Vec::new());
        for (who, most) in self.counts(actor) {
            let line = self.line(who, most);
            let permit = timeout_at(until, Arc::clone(&line.semaphore).acquire_owned());
            lines.push(line);
            match permit.await {
                Ok(Ok(permit)) => permits.push(permit),
                _ => return Err(too_many(who)),
            }
        }
        match timeout_at(until, Arc::clone(&self.all).acquire_owned()).await {
            Ok(Ok(permit)) => permits.push(permit),
            _ => {
                let detail = "Too many lists and exports are read; try again.";
                return Err(Problem::new(ProblemCode::Unavailable, detail));
            }
        }
        let taken = Taken {
            _permits: permits,
            _lines: lines,
        };
        Ok(Turn {
            _taken: Arc::new(taken),
        })
    }

    fn counts(&self, actor: &Actor) -> Vec<(Who, usize)> {
        let user = actor.user_id().map(|id| id.0);
        let caller = user.or(actor.key_id().map(|id| id.0)).map(Who::Caller);
        let organization = actor.organization().map(Who::Organization);
        let caller = caller.map(|who| (who, self.of_caller));
        let organization = organization.map(|who| (who, self.of_organization));
        caller.into_iter().chain(organization).collect()
    }

    fn line(self: &Arc<Self>, who: Who, most: usize) -> Line {
        let mut lines = self.lines();
        let semaphore = lines.entry(who);
        let semaphore = semaphore.or_insert_with(|| Arc::new(Semaphore::new(most)));
        Line {
            who,
            semaphore: Arc::clone(semaphore),
            reads: Arc::clone(self),
        }
    }

    /// The map is changed at once, so that it is whole also after a panic elsewhere.
    fn lines(&self) -> MutexGuard<'_, HashMap<Who, Arc<Semaphore>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let mut lines = self.reads.lines();
        // The map's and this one: nobody else counts by it, and nobody can begin to meanwhile.
        if Arc::strong_count(&self.semaphore) == 2 {
            lines.remove(&self.who);
        }
    }
}

fn too_many(who: Who) -> Problem {
    let whose = match who {
        Who::Caller(_) => "The caller",
        Who::Organization(_) => "The organization",
    };
    let detail = format!(
        "{whose} reads too many lists and exports at once; ask again after Retry-After seconds."
    );
    Problem::new(ProblemCode::RateLimited, detail)
}

#[cfg(test)]
mod tests;
