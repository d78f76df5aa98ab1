//! A waiting command, its types forgotten so that different ones can wait in one queue.

use super::claim::Claim;
use crate::{
    Answered, Context, Error, Result, UseCase,
    use_case::{Effects, Rejected},
};
use domain::{Need, Refusal, Time, WorkingSet, organization};
use persistence::KeptAnswer;
use std::{
    borrow::Cow,
    sync::{Arc, atomic::Ordering},
    time::Instant,
};
use tokio::sync::oneshot;

/// A waiting command.
pub trait Work: Send + Sync {
    /// How many ordinary commands it weighs.
    fn weight(&self) -> usize;

    /// Who asks.
    fn context(&self) -> &Context;

    /// Since when it waits.
    fn asked(&self) -> Instant;

    /// Takes it up, unless nobody waits for it any more: then it must not be worked.
    fn take(&self) -> bool;

    /// Nothing of what was done with it was kept.
    fn give_back(&mut self);

    /// Whether nobody waits for it any more.
    fn is_left(&self) -> bool;

    /// Whether there is no answer yet.
    fn is_open(&self) -> bool;

    /// What it needs to know.
    fn reads(&self, set: &WorkingSet, now: Time) -> Vec<Need>;

    /// Decides; gives what is to happen. A refusal is kept as the answer. `callers` knows the callers
    /// whose log is not held.
    fn decide(&mut self, set: &WorkingSet, callers: &WorkingSet, now: Time) -> Option<Effects>;

    /// Takes the answer from the working set with the facts applied; returns it as JSON, if wanted.
    ///
    /// # Errors
    /// When there is no answer: then the facts must not have happened.
    fn settle(
        &mut self,
        set: &WorkingSet,
        now: Time,
        as_json: bool,
    ) -> std::result::Result<Option<String>, String>;

    /// Takes the answer that the same request had before, unless its caller is locked out since, or
    /// may do less.
    fn replay(&mut self, kept: &KeptAnswer, set: &WorkingSet, callers: &WorkingSet, now: Time);

    /// The command failed.
    fn fail(&mut self, error: Error);

    /// Answers the caller.
    fn finish(self: Box<Self>);
}

type Present<'a> = std::result::Result<Cow<'a, Context>, Refusal>;

type AnswerOf<A> = Box<dyn FnOnce(&WorkingSet) -> Option<A> + Send + Sync>;

/// A command and the caller that waits for it.
pub struct Pending<C: UseCase> {
    case: Arc<C>,
    context: Context,
    asked: Instant,
    claim: Arc<Claim>,
    reply: oneshot::Sender<Result<Answered<C::Answer>>>,
    answer: Option<AnswerOf<C::Answer>>,
    result: Option<Result<Answered<C::Answer>>>,
}

impl<C: UseCase> Pending<C> {
    /// A command that was just asked for.
    pub fn new(
        case: Arc<C>,
        context: Context,
        reply: oneshot::Sender<Result<Answered<C::Answer>>>,
    ) -> Self {
        Self {
            case,
            context,
            asked: Instant::now(),
            claim: Arc::default(),
            reply,
            answer: None,
            result: None,
        }
    }

    /// The context with the caller as they are now.
    fn present(&self, set: &WorkingSet, callers: &WorkingSet, now: Time) -> Present<'_> {
        match self.context.is_held(set) {
            true => self.context.as_of(set, now),
            false => self.context.as_of(callers, now),
        }
    }

    /// What its caller and its writer agree about it.
    pub fn claim(&self) -> Arc<Claim> {
        Arc::clone(&self.claim)
    }
}

impl<C: UseCase> Work for Pending<C> {
    fn weight(&self) -> usize {
        self.case.weight()
    }

    fn context(&self) -> &Context {
        &self.context
    }

    fn asked(&self) -> Instant {
        self.asked
    }

    fn take(&self) -> bool {
        self.claim.take()
    }

    fn give_back(&mut self) {
        (self.answer, self.result) = (None, None);
        self.claim.give_back();
    }

    fn is_left(&self) -> bool {
        self.claim.is_left()
    }

    fn is_open(&self) -> bool {
        self.result.is_none()
    }

    fn reads(&self, set: &WorkingSet, now: Time) -> Vec<Need> {
        let mut needs = self.case.reads(set, now);
        if self.context.is_held(set) {
            needs.extend(self.context.reads(set));
        }
        needs.extend(set.held_organizations().map(Need::Organization));
        needs
    }

    fn decide(&mut self, set: &WorkingSet, callers: &WorkingSet, now: Time) -> Option<Effects> {
        self.result = None;
        let context = self.present(set, callers, now).map_err(Rejected::from);
        let decided = context.and_then(|context| self.case.decide(set, &context, now));
        let decided = decided.and_then(|outcome| {
            organization::nothing_follows_deletion(set, &outcome.facts)?;
            Ok(outcome)
        });
        match decided {
            Ok(outcome) => {
                let (effects, answer) = outcome.into_parts();
                self.answer = Some(answer);
                Some(effects)
            }
            Err(rejected) => {
                self.result = Some(Err(rejected.into()));
                None
            }
        }
    }

    fn settle(
        &mut self,
        set: &WorkingSet,
        now: Time,
        as_json: bool,
    ) -> std::result::Result<Option<String>, String> {
        let answer = self.answer.take().and_then(|answer| answer(set));
        let value = answer.ok_or("the decision has no answer")?;
        let json = as_json.then(|| serde_json::to_string(&value)).transpose();
        let json = json.map_err(|error| error.to_string())?;
        self.result = Some(Ok(Answered { value, at: now }));
        Ok(json)
    }

    fn replay(&mut self, kept: &KeptAnswer, set: &WorkingSet, callers: &WorkingSet, now: Time) {
        let held = self.context.actor.permissions();
        let refusal = match self.present(set, callers, now) {
            Ok(present) if present.actor.permissions().contains_all(held) => None,
            Ok(_) => Some(Refusal::forbidden(
                "the caller may do less than a moment ago",
            )),
            Err(refusal) => Some(refusal),
        };
        if let Some(refusal) = refusal {
            self.result = Some(Err(refusal.into()));
            return;
        }
        if let Some(asked) = &self.context.idempotency {
            asked.repeated.store(true, Ordering::Relaxed);
        }
        let value = serde_json::from_str(&kept.answer);
        self.result = Some(match value {
            Ok(value) => Ok(Answered {
                value,
                at: kept.answered_at,
            }),
            Err(error) => Err(Error::Internal(format!("kept answer: {error}"))),
        });
    }

    fn fail(&mut self, error: Error) {
        self.result = Some(Err(error));
    }

    fn finish(self: Box<Self>) {
        let nothing = || match self.claim.is_left() {
            true => Err(Error::TimedOut),
            false => Err(Error::Internal("the command was not worked".to_owned())),
        };
        // A caller that went away is no reason to stop.
        let _ = self.reply.send(self.result.unwrap_or_else(nothing));
    }
}
