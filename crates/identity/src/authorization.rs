//! Whether somebody who stays may still do what it came for.

use crate::{Auth, Error, Identity, Proof, Result};
use domain::{Actor, Time, organization::Organization};
use std::{future::pending, sync::Arc, time::Duration};
use tokio::{sync::watch, time::sleep};

/// The authorization of a caller who stays.
pub struct Authorization {
    auth: Arc<Auth>,
    proof: Proof,
    actor: Actor,
    /// What was known of callers when it was last found to be good; none when that was nothing.
    seen: Option<u64>,
    /// Until when it is good if nothing changes.
    until: Option<Time>,
    changes: watch::Receiver<u64>,
}

impl Authorization {
    /// Of a caller who came with this, as the one it is now.
    ///
    /// # Errors
    /// When it is not good any more.
    pub async fn of(auth: Arc<Auth>, proof: Proof, actor: Actor) -> Result<Self> {
        let mut changes = auth.access().changes();
        changes.mark_unchanged();
        let mut this = Self {
            auth,
            proof,
            actor,
            seen: None,
            until: None,
            changes,
        };
        this.look().await?;
        Ok(this)
    }

    /// Who it is.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Until when it is good if nothing changes; none is for ever.
    pub const fn until(&self) -> Option<Time> {
        self.until
    }

    /// The caller's organization, as it is now.
    ///
    /// # Errors
    /// When what it came with is not good any more.
    pub async fn home(&self) -> Result<Option<Arc<Organization>>> {
        Ok(self.auth.behind(&self.proof).await?.home)
    }

    /// Whether it is who it was, and may what it might: to be asked before anything is sent. Costs
    /// next to nothing as long as nothing has changed.
    ///
    /// # Errors
    /// Why not.
    pub async fn holds(&mut self) -> Result<()> {
        let known = self.auth.access().generation();
        match known.is_some() && known == self.seen && !self.is_over() {
            true => Ok(()),
            false => self.look().await,
        }
    }

    async fn look(&mut self) -> Result<()> {
        // Before it is looked up: what changes in between is looked up again.
        let seen = self.auth.access().generation();
        let Identity { actor, until, .. } = self.auth.behind(&self.proof).await?;
        self.until = until;
        // REST has some patience with clocks of replicas; who stays has had the time already.
        if self.is_over() {
            return Err(Error::Expired);
        }
        if actor != self.actor {
            return Err(Error::Changed);
        }
        self.seen = seen;
        Ok(())
    }

    fn is_over(&self) -> bool {
        let now = self.auth.app().clock().now();
        self.until.is_some_and(|until| until <= now)
    }

    /// Waits until there is a reason to ask again.
    pub async fn needs_recheck(&mut self) {
        let now = self.auth.app().clock().now().micros();
        let over = async {
            match self.until {
                Some(until) => {
                    let left = until.micros().saturating_sub(now);
                    sleep(Duration::from_micros(u64::try_from(left).unwrap_or(0))).await;
                }
                None => pending().await,
            }
        };
        tokio::select! {
            // The sender lives as long as the application.
            _ = self.changes.changed() => {}
            () = over => {}
        }
    }
}
