//! Limits the open event streams and WebSockets, by caller, by organization and in total.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use contract::{Problem, ProblemCode};
use domain::{Actor, ApiKeyId, OrganizationId, UserId};

use crate::{metrics::Metrics, serve::ConnectionLimits};

/// The open event streams and WebSockets of this process.
pub struct OpenStreams {
    limits: ConnectionLimits,
    metrics: Arc<Metrics>,
    open: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    all: usize,
    unauthenticated: usize,
    organizations: HashMap<OrganizationId, usize>,
    callers: HashMap<Caller, usize>,
}

/// A caller: a user, with any of its sessions and API keys, or an API key of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Caller {
    User(UserId),
    Key(ApiKeyId),
}

/// An open event stream or WebSocket. It is counted until it is dropped.
pub struct OpenStream {
    streams: Arc<OpenStreams>,
    owner: Owner,
}

enum Owner {
    /// A client that has not authenticated yet.
    Unauthenticated,
    Authenticated(Option<Caller>, Option<OrganizationId>),
}

impl OpenStreams {
    /// Without open streams.
    pub fn new(limits: ConnectionLimits, metrics: Arc<Metrics>) -> Arc<Self> {
        let open = Mutex::default();
        Arc::new(Self {
            limits,
            metrics,
            open,
        })
    }

    /// Opens a stream of a caller.
    ///
    /// # Errors
    /// RATE_LIMITED when the caller or its organization is at its limit, UNAVAILABLE when the total limit
    /// is reached.
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
        Ok(self.opened(&mut open, Owner::Authenticated(caller, organization)))
    }

    /// Opens a WebSocket of a client that has not authenticated yet.
    ///
    /// # Errors
    /// UNAVAILABLE when there are too many of these, or when the total limit is reached.
    pub fn of_unauthenticated(self: &Arc<Self>) -> Result<OpenStream, Problem> {
        let mut open = self.open();
        if open.unauthenticated >= self.limits.unauthenticated_sockets
            || open.all >= self.limits.streams
        {
            return Err(all_taken());
        }
        open.unauthenticated += 1;
        Ok(self.opened(&mut open, Owner::Unauthenticated))
    }

    fn opened(self: &Arc<Self>, open: &mut Counts, owner: Owner) -> OpenStream {
        open.all += 1;
        self.metrics.set_streams(open.all);
        OpenStream {
            streams: Arc::clone(self),
            owner,
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
        match self.owner {
            Owner::Unauthenticated => open.unauthenticated -= 1,
            Owner::Authenticated(caller, organization) => {
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
