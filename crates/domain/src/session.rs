//! Sign-ins: what lasts from a login to its end.

use crate::{
    Event, Fact, Realm, SessionId, Time, UserId, WorkingSet,
    kernel::{Question, Resource},
    named::named,
    policy::Target,
    user::User,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Sessions that a user may have at the same time; one more ends the one that began first.
pub const MOST: usize = 50;

named! {
    /// Why a session ended before its time.
    EndReason {
        /// The user signed out of it.
        SignedOut = "SIGNED_OUT",
        /// The user changed the password elsewhere.
        PasswordChanged = "PASSWORD_CHANGED",
        /// A refresh token was used again after it had been exchanged: somebody else may have it.
        TokenReused = "TOKEN_REUSED",
        /// The user was deactivated or deleted.
        UserLockedOut = "USER_LOCKED_OUT",
        /// The user began too many others.
        TooMany = "TOO_MANY",
        /// The database was brought back from a backup, from when on the session may have ended.
        Restored = "RESTORED",
    }
}

/// A sign-in of a user. Its refresh tokens are one family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub user_id: UserId,
    /// Where the user belongs.
    pub realm: Realm,
    /// When it began.
    pub started_at: Time,
    /// When it ends at the latest.
    pub expires_at: Time,
    /// When and why it ended before that.
    pub ended: Option<(Time, EndReason)>,
    /// The number of its facts.
    pub version: i64,
}

/// How long a session is kept after its end, in seconds.
pub const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;

impl Resource for Session {
    fn realm(&self) -> Realm {
        self.realm
    }

    fn target(&self) -> Target {
        Target {
            owner: Some(self.user_id),
            ..Target::of(self.realm)
        }
    }

    fn evolve(state: Option<Self>, id: SessionId, event: &Event, at: Time) -> Option<Self> {
        match (state, event) {
            (None, Event::SessionStarted(new)) => Some(Session {
                id,
                user_id: new.user_id,
                realm: new.realm,
                started_at: at,
                expires_at: new.expires_at,
                ended: None,
                version: 1,
            }),
            (Some(session), Event::SessionEnded(how)) if session.ended.is_none() => Some(Session {
                ended: Some((at, how.reason)),
                version: session.version + 1,
                ..session
            }),
            _ => None,
        }
    }

    fn may_be_forgotten(&self, now: Time) -> bool {
        let end = self.ended.map_or(self.expires_at, |(at, _)| at);
        end <= now.plus_seconds(-KEPT_SECONDS)
    }
}

/// The sessions of the user that nobody ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionsOf(pub UserId);

impl Question for SessionsOf {
    type Of = Session;
    type Answer = BTreeSet<SessionId>;

    fn about(session: &Session) -> Option<Self> {
        session.ended.is_none().then_some(Self(session.user_id))
    }
}

impl Session {
    /// Whether it lasts.
    pub fn lasts(&self, now: Time) -> bool {
        self.ended.is_none() && now < self.expires_at
    }
}

/// A user signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Started {
    /// Who signed in.
    pub user_id: UserId,
    /// Where the user belongs.
    pub realm: Realm,
    /// When the session ends at the latest.
    pub expires_at: Time,
}

/// A session ended before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    /// Why.
    pub reason: EndReason,
}

/// Begins a session. Beyond [`MOST`], those that began first end.
pub fn start(set: &WorkingSet, id: SessionId, user: &User, expires_at: Time) -> Vec<Fact> {
    let lasting = set.sessions_of(user.id);
    let many = (lasting.len() + 1).saturating_sub(MOST);
    let mut facts: Vec<Fact> = lasting
        .into_iter()
        .take(many)
        .filter_map(|session| end(session, EndReason::TooMany))
        .collect();
    let started = Started {
        user_id: user.id,
        realm: user.organization_id,
        expires_at,
    };
    facts.push(Event::SessionStarted(started).of(id.0));
    facts
}

/// Ends a session; nothing when it ended already.
pub fn end(session: &Session, reason: EndReason) -> Option<Fact> {
    let ended = Event::SessionEnded(Ended { reason });
    session.ended.is_none().then(|| ended.of(session.id.0))
}

/// Ends every session of the user, but for one.
pub fn end_all(
    set: &WorkingSet,
    user: UserId,
    reason: EndReason,
    except: Option<SessionId>,
) -> Vec<Fact> {
    let sessions = set.sessions_of(user).into_iter();
    let others = sessions.filter(|session| Some(session.id) != except);
    others.filter_map(|session| end(session, reason)).collect()
}

impl WorkingSet {
    /// The sessions of the user that nobody ended, those first that began first.
    pub fn sessions_of(&self, user: UserId) -> Vec<&Session> {
        let mut lasting = self.listed(&SessionsOf(user));
        lasting.sort_by_key(|session| (session.started_at, session.id));
        lasting
    }
}

#[cfg(test)]
impl crate::event::Samples for Session {
    fn samples() -> Vec<Event> {
        use crate::event::tests::{after, id};
        vec![
            Event::SessionStarted(Started {
                user_id: UserId(id(3)),
                realm: Some(crate::OrganizationId(id(1))),
                expires_at: after(60),
            }),
            Event::SessionEnded(Ended {
                reason: EndReason::SignedOut,
            }),
        ]
    }
}
