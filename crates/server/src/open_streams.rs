//! How many event streams and WebSockets somebody has open.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use contract::{Problem, ProblemCode};
use domain::{Actor, ApiKeyId, OrganizationId, UserId};

use crate::{metrics::Metrics, serve::ConnectionLimits};

/// Counts the event streams and WebSockets of this process.
pub struct OpenStreams {
    limits: ConnectionLimits,
    metrics: Arc<Metrics>,
    open: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    all: usize,
    unnamed: usize,
    organizations: HashMap<OrganizationId, usize>,
    callers: HashMap<Caller, usize>,
}

/// Somebody who calls: a user, however they sign in, or an API key that is no user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Caller {
    User(UserId),
    Key(ApiKeyId),
}

/// An event stream or a WebSocket. Dropping it makes room for another.
pub struct OpenStream {
    streams: Arc<OpenStreams>,
    whose: Whose,
}

enum Whose {
    /// Of a client that has not said yet who it is.
    Nobody,
    Somebody(Option<Caller>, Option<OrganizationId>),
}

impl OpenStreams {
    /// None is open yet.
    pub fn new(limits: ConnectionLimits, metrics: Arc<Metrics>) -> Arc<Self> {
        let open = Mutex::default();
        Arc::new(Self {
            limits,
            metrics,
            open,
        })
    }

    /// Counts one more of a caller.
    ///
    /// # Errors
    /// RATE_LIMITED when the caller or its organization has as many as it may, UNAVAILABLE when all are
    /// taken.
    pub fn of(self: &Arc<Self>, actor: &Actor) -> Result<OpenStream, Problem> {
        let user = actor.user_id().map(Caller::User);
        let caller = user.or(actor.key_id().map(Caller::Key));
        let organization = actor.organization();
        let mut open = self.open();
        let limits = &self.limits;
        let of_caller = caller.and_then(|caller| open.callers.get(&caller));
        if of_caller.is_some_and(|count| *count >= limits.streams_per_caller) {
            return Err(too_many("The caller", limits.streams_per_caller));
        }
        let of_organization = organization.and_then(|id| open.organizations.get(&id));
        if of_organization.is_some_and(|count| *count >= limits.streams_per_organization) {
            let most = limits.streams_per_organization;
            return Err(too_many("The caller's organization", most));
        }
        if open.all >= limits.streams {
            return Err(all_taken());
        }
        add(&mut open.callers, caller);
        add(&mut open.organizations, organization);
        Ok(self.opened(&mut open, Whose::Somebody(caller, organization)))
    }

    /// Counts one more of a client that has yet to say who it is.
    ///
    /// # Errors
    /// UNAVAILABLE when too many have yet to say it.
    pub fn await_name(self: &Arc<Self>) -> Result<OpenStream, Problem> {
        let mut open = self.open();
        if open.unnamed >= self.limits.unnamed_sockets || open.all >= self.limits.streams {
            return Err(all_taken());
        }
        open.unnamed += 1;
        Ok(self.opened(&mut open, Whose::Nobody))
    }

    fn opened(self: &Arc<Self>, open: &mut Counts, whose: Whose) -> OpenStream {
        open.all += 1;
        self.metrics.set_streams(open.all);
        OpenStream {
            streams: Arc::clone(self),
            whose,
        }
    }

    fn open(&self) -> MutexGuard<'_, Counts> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut open = self.streams.open();
        open.all -= 1;
        match self.whose {
            Whose::Nobody => open.unnamed -= 1,
            Whose::Somebody(caller, organization) => {
                take(&mut open.callers, caller);
                take(&mut open.organizations, organization);
            }
        }
        self.streams.metrics.set_streams(open.all);
    }
}

fn add<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: Option<K>) {
    if let Some(key) = key {
        *counts.entry(key).or_default() += 1;
    }
}

fn take<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: Option<K>) {
    let Some(key) = key else { return };
    if let Some(count) = counts.get_mut(&key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&key);
        }
    }
}

fn too_many(who: &str, most: usize) -> Problem {
    let detail = format!(
        "{who} has {most} event streams and WebSockets open, which is as many as it may have; \
         close one, or ask again when one has ended."
    );
    Problem::new(ProblemCode::RateLimited, detail)
}

fn all_taken() -> Problem {
    let detail = "Too many event streams and WebSockets are open; try again.";
    Problem::new(ProblemCode::Unavailable, detail)
}
