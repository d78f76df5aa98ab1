//! What a command is: two pure functions.

use crate::{caller::Credential, home::Subject};
use domain::{
    Actor, Fact, Need, Permission, Permit, Refusal, Scope, Target, Time, WorkingSet,
    kernel::{Id, Listed, Resource},
    not_found,
    policy::{self, Denial},
};
use persistence::SideRecord;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    any::Any,
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

/// Who asks, and by which request.
#[derive(Clone, Debug)]
pub struct Context {
    /// Who asks.
    pub actor: Actor,
    /// The credential of the caller, to be checked again when the command is decided.
    pub credential: Option<Credential>,
    /// The request, for the log.
    pub request_id: Option<String>,
    /// The key under which the answer is kept.
    pub idempotency: Option<Idempotency>,
    /// When the caller gives up. A command that has not been begun by then does not happen.
    pub deadline: Option<Instant>,
    /// What the request takes up, given back when nothing of it is held any more: a command waits for its
    /// log also after its caller has left.
    pub reservation: Option<Arc<dyn Any + Send + Sync>>,
}

impl Context {
    /// The service itself asks.
    pub const fn system() -> Self {
        Self {
            actor: Actor::System,
            credential: None,
            request_id: None,
            idempotency: None,
            deadline: None,
            reservation: None,
        }
    }

    /// The same with a deadline.
    #[must_use]
    pub fn until(self, deadline: Option<Instant>) -> Self {
        Self { deadline, ..self }
    }

    /// Asks the policy. What is hidden from the actor is refused as `hidden`.
    pub fn permit(
        &self,
        permission: Permission,
        target: &Target,
        hidden: Refusal,
    ) -> Result<Permit, Refusal> {
        policy::authorize(&self.actor, permission, target).map_err(|denial| match denial {
            Denial::Hidden => hidden,
            Denial::Denied => Refusal::forbidden("the role of the caller does not allow this"),
        })
    }

    /// Asks the policy about doing something to a resource. One out of the caller's sight is not there.
    pub fn permit_to<R: Resource>(
        &self,
        permission: Permission,
        resource: &R,
    ) -> Result<Permit, Refusal> {
        self.permit(permission, &resource.target(), not_found(resource.id()))
    }

    /// Refuses as `hidden` what is not there for the actor.
    pub fn must_see(
        &self,
        permission: Permission,
        target: &Target,
        hidden: Refusal,
    ) -> Result<(), Refusal> {
        match self.actor.sees(permission, target) {
            true => Ok(()),
            false => Err(hidden),
        }
    }

    /// Whether the actor speaks for the platform when it does this.
    pub fn is_for_platform(&self, permission: Permission) -> bool {
        self.actor.scope(permission) == Scope::Everything
    }

    /// Asks the policy about making something on the platform, which nothing hides.
    pub fn permit_new(&self, permission: Permission, target: &Target) -> Result<Permit, Refusal> {
        let denied = Refusal::forbidden("the caller may not make this here");
        self.permit(permission, target, denied)
    }

    /// Asks the policy about making something in a realm. An organization out of the caller's sight
    /// does not exist for it (D4).
    pub fn permit_in(&self, permission: Permission, target: &Target) -> Result<Permit, Refusal> {
        match target.organization {
            Some(id) => self.permit(permission, target, not_found(id)),
            None => self.permit_new(permission, target),
        }
    }
}

/// A key of the caller's, and what the request was.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// The key.
    pub key: String,
    /// A hash over operation, path and body, hexadecimal.
    pub fingerprint: String,
    /// Set when the answer is the one that was kept: it shows the state at that time.
    pub repeated: Arc<AtomicBool>,
}

/// What deciding about a command gives.
pub type Decision<A> = std::result::Result<Outcome<A>, Rejected>;

/// What a command leads to. It cannot be made without the policy's permit.
pub struct Outcome<A> {
    /// What becomes true.
    pub facts: Vec<Fact>,
    side_records: Vec<SideRecord>,
    answer: AnswerOf<A>,
    _permit: Permit,
}

type AnswerOf<A> = Box<dyn FnOnce(&WorkingSet) -> Option<A> + Send + Sync>;

impl Outcome<()> {
    /// These facts, and no answer.
    pub fn done(permit: Permit, facts: Vec<Fact>) -> Self {
        Self::new(permit, facts, |_| Some(()))
    }
}

impl<A> Outcome<A> {
    /// These facts, and then the answer that the working set with them gives.
    pub fn new(
        permit: Permit,
        facts: Vec<Fact>,
        answer: impl FnOnce(&WorkingSet) -> Option<A> + Send + Sync + 'static,
    ) -> Self {
        Self {
            facts,
            side_records: Vec::new(),
            answer: Box::new(answer),
            _permit: permit,
        }
    }

    /// These facts, and then the resource as it is with them.
    pub fn showing<I>(permit: Permit, facts: Vec<Fact>, id: I) -> Self
    where
        I: Id<Of = A>,
        A: Listed,
    {
        Self::new(permit, facts, move |set| set.get(id).cloned())
    }

    /// Keeps these beside the log, together with the facts.
    #[must_use]
    pub fn beside(mut self, side_records: impl IntoIterator<Item = SideRecord>) -> Self {
        self.side_records.extend(side_records);
        self
    }

    /// The effects, and how to make the answer once they have happened.
    pub(crate) fn into_parts(self) -> (Effects, AnswerOf<A>) {
        let effects = Effects {
            facts: self.facts,
            side_records: self.side_records,
        };
        (effects, self.answer)
    }
}

/// What a decision leads to.
pub struct Effects {
    /// What becomes true.
    pub facts: Vec<Fact>,
    /// What is kept beside the log.
    pub side_records: Vec<SideRecord>,
}

/// A command. It contains no await: the runner does all input and output.
pub trait UseCase: Send + Sync + 'static {
    /// The answer to the caller. Kept as JSON under an idempotency key.
    type Answer: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// How many ordinary commands it weighs, to bound a batch.
    fn weight(&self) -> usize {
        1
    }

    /// What it is about, to find the logs that it needs. A caller of an organization needs the log of
    /// its organization, whatever is returned here.
    fn subjects(&self) -> Vec<Subject>;

    /// What it needs to know. Called again with what was loaded, until nothing is missing.
    fn reads(&self, set: &WorkingSet, now: Time) -> Vec<Need>;

    /// Authorizes and decides.
    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<Self::Answer>;
}

/// Why [`UseCase::decide`] refuses.
#[derive(Debug)]
pub enum Rejected {
    /// A rule refuses it.
    Refused(Refusal),
    /// An item of an ATOMIC batch was refused.
    Batch {
        /// Why the first refused item was.
        first: Refusal,
        /// What became of each item.
        items: Vec<crate::assignment_batch::ItemResult>,
    },
}

impl From<Refusal> for Rejected {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Rejected> for crate::Error {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::Refused(refusal) => Self::Refused(refusal),
            Rejected::Batch { first, items } => Self::BatchRefused { first, items },
        }
    }
}

/// An answer, and when it was given first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered<A> {
    /// The answer to the caller.
    pub value: A,
    /// When it was decided; earlier than now for a repeated request.
    pub at: Time,
}
