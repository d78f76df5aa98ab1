//! A database that was brought back from a backup: what went on when the backup was made ends.

use crate::{App, Context, Outcome, Result, UseCase, home::Subject, use_case::Decision};
use domain::{
    Actor, Need, Permission, Realm, Refusal, SessionId, Target, Time, WorkingSet,
    session::{self, EndReason},
};
use persistence::WaysIn;
use std::collections::BTreeMap;

/// Sessions ended in one command.
const STEP: u64 = 200;

/// What ended with a restore.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Sessions.
    pub sessions: usize,
    /// Tokens, links, tickets and mails.
    pub ways_in: WaysIn,
}

impl App {
    /// Ends every session and whatever else lets somebody in without a password or a key, since what
    /// was ended after the backup would go on otherwise, and begins an epoch in every log. Once more,
    /// it ends what is left.
    pub async fn begin_after_restore(&self) -> Result<Ended> {
        let sessions = self.end_lasting_sessions().await?;
        let ways_in = self.store.forget_ways_in().await?;
        self.store.begin_epochs().await?;
        Ok(Ended { sessions, ways_in })
    }

    async fn end_lasting_sessions(&self) -> Result<usize> {
        let (mut ended, mut after) = (0, None);
        loop {
            let now = self.clock.now();
            let lasting = self.store.lasting_sessions(now, after, STEP).await?;
            let Some((_, last)) = lasting.last() else {
                return Ok(ended);
            };
            after = Some(*last);
            let mut by_realm: BTreeMap<Realm, Vec<SessionId>> = BTreeMap::new();
            for (realm, id) in lasting {
                by_realm.entry(realm).or_default().push(id);
            }
            for (realm, ids) in by_realm {
                let case = EndRestoredSessions { ids, realm };
                ended += self.run(Context::system(), case).await?.value;
            }
        }
    }
}

/// Ends sessions that a backup brought back. Only the service itself asks for it.
#[derive(Clone, Debug)]
struct EndRestoredSessions {
    ids: Vec<SessionId>,
    realm: Realm,
}

impl UseCase for EndRestoredSessions {
    type Answer = usize;

    fn weight(&self) -> usize {
        self.ids.len()
    }

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::Realm(self.realm)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        self.ids.iter().copied().map(Need::Session).collect()
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<usize> {
        if context.actor != Actor::System {
            return Err(Refusal::forbidden("only the service itself does this").into());
        }
        let target = Target::of(self.realm);
        let permit = context.permit_new(Permission::SessionsDeleteSelf, &target)?;
        let sessions = self.ids.iter().filter_map(|id| set.get(*id));
        let lasting = sessions.filter(|session| session.lasts(now));
        let facts: Vec<_> = lasting
            .filter_map(|session| session::end(session, EndReason::Restored))
            .collect();
        let count = facts.len();
        Ok(Outcome::new(permit, facts, move |_| Some(count)))
    }
}
