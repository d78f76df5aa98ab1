//! Who decides about a waiting command: its caller, who may leave, or the writer, who takes it up.
//!
//! As long as the writer has not taken a command up, nothing of it was sent to the database, and a
//! caller who leaves knows for sure that it does not happen. From then on only the writer knows.

use crate::{Error, Result};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Instant,
};
use tokio::{sync::oneshot, time::timeout_at};

const TAKEN: u8 = 1;
const LEFT: u8 = 2;

/// What caller and writer agree about a command.
#[derive(Debug, Default)]
pub struct Claim(AtomicU8);

impl Claim {
    /// The writer takes the command up, unless its caller has left. The command of a caller that left
    /// before is never done.
    pub fn take(&self) -> bool {
        let free = self
            .0
            .compare_exchange(0, TAKEN, Ordering::AcqRel, Ordering::Acquire);
        free.is_ok()
    }

    /// The writer kept nothing of what it did with the command.
    pub fn give_back(&self) {
        self.0.fetch_and(!TAKEN, Ordering::AcqRel);
    }

    /// Whether nobody waits for the command any more.
    pub fn is_left(&self) -> bool {
        self.0.load(Ordering::Acquire) & LEFT != 0
    }

    /// The caller leaves. `true` when the command has not been taken up, and so never will be.
    fn leave(&self) -> bool {
        self.0.fetch_or(LEFT, Ordering::AcqRel) & TAKEN == 0
    }
}

/// A caller that waits for its command, until it is dropped.
#[derive(Debug)]
pub struct Caller(Arc<Claim>);

impl Caller {
    /// Waits for the command with this claim.
    pub const fn new(claim: Arc<Claim>) -> Self {
        Self(claim)
    }

    /// The answer of the writer.
    ///
    /// # Errors
    /// [`Error::TimedOut`] at the deadline, when the command has not been taken up by then. One that
    /// has is waited for: only its writer knows what becomes of it.
    pub async fn answer<T>(
        &self,
        mut answer: oneshot::Receiver<Result<T>>,
        deadline: Option<Instant>,
    ) -> Result<T> {
        let stopped = |_| Err(Error::Internal("the writer stopped".to_owned()));
        if let Some(deadline) = deadline {
            match timeout_at(deadline.into(), &mut answer).await {
                Ok(answered) => return answered.unwrap_or_else(stopped),
                Err(_) if self.0.leave() => return Err(Error::TimedOut),
                Err(_) => {}
            }
        }
        answer.await.unwrap_or_else(stopped)
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.0.leave();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::time::Duration;

    type Answer = Result<u8>;

    #[test]
    fn a_command_whose_caller_left_first_is_never_taken_up() {
        let claim = Claim::default();
        assert!(claim.leave());
        assert!(!claim.take());
        claim.give_back();
        assert!(!claim.take());
    }

    #[test]
    fn a_caller_that_leaves_a_taken_up_command_cancels_it_only_once_it_is_given_back() {
        let claim = Claim::default();
        assert!(claim.take());
        assert!(!claim.leave());
        claim.give_back();
        assert!(claim.is_left());
        assert!(!claim.take());
    }

    #[test]
    fn a_command_that_was_given_back_can_be_taken_up_again() {
        let claim = Claim::default();
        assert!(claim.take());
        claim.give_back();
        assert!(claim.take());
    }

    #[test]
    fn a_caller_that_is_dropped_has_left() {
        let claim = Arc::<Claim>::default();
        drop(Caller::new(Arc::clone(&claim)));
        assert!(!claim.take());
    }

    #[tokio::test]
    async fn at_the_deadline_a_waiting_command_is_given_up_and_one_under_way_is_not() {
        let claim = Arc::<Claim>::default();
        let deadline = Some(Instant::now() + Duration::from_millis(20));
        let (_reply, answer) = oneshot::channel::<Answer>();
        let caller = Caller::new(Arc::clone(&claim));
        let result = caller.answer(answer, deadline).await;
        assert!(matches!(result, Err(Error::TimedOut)), "{result:?}");

        let claim = Arc::<Claim>::default();
        let (reply, answer) = oneshot::channel::<Answer>();
        let caller = Caller::new(Arc::clone(&claim));
        assert!(claim.take());
        let late = async {
            while !claim.is_left() {
                tokio::task::yield_now().await;
            }
            reply.send(Ok(7)).unwrap();
        };
        let (result, ()) = tokio::join!(caller.answer(answer, deadline), late);
        assert_eq!(result.unwrap(), 7);
    }
}
