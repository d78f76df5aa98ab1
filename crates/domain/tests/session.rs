//! Sessions: how they begin, how long they last, and what ends them.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Event, Refusal, ResourceKind, SessionId, Time, UserId,
    kernel::Resource,
    not_found,
    policy::Target,
    session::{self, EndReason, Ended, MOST, Session, Started},
    user::{self, PasswordSet, Role, UserStatus},
};
use given::{Given, after, organization};
use uuid::Uuid;

/// What the user does in sessions.
impl Given {
    /// Signs in for an hour.
    fn sign_in(&mut self, user: UserId) -> (SessionId, Vec<Event>) {
        let id = SessionId(self.id());
        let until = self.now.plus_seconds(3600);
        let facts = session::start(&self.set, id, self.user(user), until);
        (id, self.happen(Ok(facts)).unwrap())
    }

    fn session(&self, id: SessionId) -> &Session {
        self.set.get(id).unwrap()
    }

    /// Why each of these ended, if it did.
    fn ends(&self, ids: &[SessionId]) -> Vec<Option<EndReason>> {
        let ended = ids.iter().map(|id| self.session(*id).ended);
        ended.map(|end| end.map(|(_, reason)| reason)).collect()
    }

    fn lasting(&self, user: UserId) -> Vec<SessionId> {
        let sessions = self.set.sessions_of(user).into_iter();
        sessions.map(|session| session.id).collect()
    }
}

#[test]
fn a_session_lasts_until_its_end_or_until_it_is_ended() {
    let mut given = Given::empty();
    let home = Some(organization(1));
    let ada = given.member_of(home);
    let (id, events) = given.sign_in(ada);
    let started = Started {
        user_id: ada,
        realm: home,
        expires_at: after(3600),
    };
    assert_eq!(events, [Event::SessionStarted(started)]);
    let session = given.session(id).clone();
    assert_eq!((session.started_at, session.version), (given.now, 1));
    let target = Target {
        owner: Some(ada),
        ..Target::of(home)
    };
    assert_eq!(session.target(), target);
    let just_before = Time::from_micros(after(3600).micros() - 1);
    assert!(session.lasts(just_before) && !session.lasts(after(3600)));

    given.now = after(60);
    let fact = session::end(&session, EndReason::SignedOut);
    given.happen(Ok(fact.into_iter().collect())).unwrap();
    let ended = given.session(id);
    assert_eq!(ended.ended, Some((after(60), EndReason::SignedOut)));
    assert_eq!(ended.version, 2);
    assert!(!ended.lasts(after(61)));
    let again = session::end(ended, EndReason::TokenReused);
    assert_eq!(again, None, "it ends once, for one reason");
    assert_eq!(given.lasting(ada), []);
}

#[test]
fn one_session_too_many_ends_the_one_that_began_first() {
    let mut given = Given::empty();
    let (ada, bob) = (given.member(), given.member());
    let mut ids = vec![given.sign_in(bob).0];
    for _ in 0..MOST {
        given.now = given.now.plus_seconds(1);
        let (id, events) = given.sign_in(ada);
        assert_eq!(events.len(), 1);
        ids.push(id);
    }
    assert_eq!(given.lasting(ada).len(), MOST);
    given.now = given.now.plus_seconds(1);
    let (_, events) = given.sign_in(ada);
    let ended = Ended {
        reason: EndReason::TooMany,
    };
    assert_eq!(events[0], Event::SessionEnded(ended));
    assert_eq!(events.len(), 2);
    let ends = given.ends(&ids[..3]);
    assert_eq!(ends, [None, Some(EndReason::TooMany), None]);
    assert_eq!(given.lasting(ada).len(), MOST);
}

#[test]
fn all_but_one_end() {
    let mut given = Given::empty();
    let (ada, bob) = (given.member(), given.member());
    let ids = [ada, ada, ada, bob].map(|user| given.sign_in(user).0);
    let reason = EndReason::PasswordChanged;
    let facts = session::end_all(&given.set, ada, reason, Some(ids[1]));
    given.happen(Ok(facts)).unwrap();
    let gone = Some(reason);
    assert_eq!(given.ends(&ids), [gone, None, gone, None]);
    let facts = session::end_all(&given.set, ada, EndReason::SignedOut, None);
    assert_eq!(facts.len(), 1, "those that ended stay as they are");
}

#[test]
fn a_locked_out_user_has_no_session_left_and_older_tokens_are_refused() {
    let mut given = Given::empty();
    let (ada, bob) = (given.member(), given.member());
    let ids = [ada, bob].map(|user| given.sign_in(user).0);
    given.deactivate(ada).unwrap();
    given.delete_user(bob).unwrap();
    assert_eq!(given.ends(&ids), [Some(EndReason::UserLockedOut); 2]);
    assert_eq!(given.user(ada).authz_epoch, 1);
    assert_eq!(given.user(bob).authz_epoch, 1);
    given.activate(ada).unwrap();
    assert_eq!(
        given.user(ada).authz_epoch,
        1,
        "what was refused stays refused"
    );
    assert!(!given.session(ids[0]).lasts(given.now));
}

#[test]
fn a_new_password_is_known_by_its_time_and_ends_the_other_sessions() {
    let mut given = Given::empty();
    let ada = given.member();
    assert_eq!(given.user(ada).password, None);
    let (kept, other) = (given.sign_in(ada).0, given.sign_in(ada).0);
    given.now = after(5);
    for must_change in [true, false] {
        let facts = user::set_password(&given.set, given.user(ada), must_change, Some(kept));
        let events = given.happen(facts).unwrap();
        let set = Event::UserPasswordSet(PasswordSet { must_change });
        assert_eq!(events.last(), Some(&set));
        let password = given.user(ada).password.unwrap();
        assert_eq!(
            (password.set_at, password.must_change),
            (after(5), must_change)
        );
    }
    let ends = given.ends(&[kept, other]);
    assert_eq!(ends, [None, Some(EndReason::PasswordChanged)]);
    given.delete_user(ada).unwrap();
    let refused = user::set_password(&given.set, given.user(ada), false, None);
    assert_eq!(refused, Err(Refusal::UserNotActive(UserStatus::Deleted)));
}

#[test]
fn an_invitation_is_accepted_by_a_pending_user_only() {
    let mut given = Given::empty();
    let ada = given.person(
        Role::Member,
        UserStatus::Pending,
        Some(organization(1)),
        None,
    );
    let facts = user::accept_invitation(&given.set, given.user(ada));
    let events = given.happen(facts).unwrap();
    let set = Event::UserPasswordSet(PasswordSet { must_change: false });
    assert_eq!(events, [set, Event::UserActivated {}]);
    assert_eq!(given.user(ada).status, UserStatus::Active);
    let again = user::accept_invitation(&given.set, given.user(ada));
    assert_eq!(again, Err(Refusal::UserNotActive(UserStatus::Active)));
    for status in [UserStatus::Inactive, UserStatus::Deleted] {
        given.deactivate(ada).unwrap();
        if status == UserStatus::Deleted {
            given.delete_user(ada).unwrap();
        }
        let refused = user::accept_invitation(&given.set, given.user(ada));
        assert_eq!(refused, Err(Refusal::UserNotActive(status)));
        if status == UserStatus::Inactive {
            given.activate(ada).unwrap();
        }
    }
}

#[test]
fn events_that_cannot_follow_change_nothing() {
    let mut given = Given::empty();
    let ada = given.member();
    let (id, events) = given.sign_in(ada);
    let ended = |reason| Event::SessionEnded(Ended { reason });
    let session = given.session(id).clone();
    let now = given.now;
    let evolve = |state: Option<Session>, event: &Event| Session::evolve(state, id, event, now);
    assert_eq!(
        evolve(Some(session.clone()), &events[0]),
        None,
        "begun twice"
    );
    assert_eq!(
        evolve(None, &ended(EndReason::SignedOut)),
        None,
        "not begun"
    );
    let over = evolve(Some(session.clone()), &ended(EndReason::SignedOut)).unwrap();
    assert_eq!(
        evolve(Some(over), &ended(EndReason::TokenReused)),
        None,
        "ended twice"
    );
    assert_eq!(evolve(Some(session), &Event::UserActivated {}), None);
}

#[test]
fn reasons_keep_their_names() {
    let names = EndReason::ALL.map(EndReason::as_str);
    let due = [
        "SIGNED_OUT",
        "PASSWORD_CHANGED",
        "TOKEN_REUSED",
        "USER_LOCKED_OUT",
        "TOO_MANY",
        "RESTORED",
    ];
    assert_eq!(names, due);
    for reason in EndReason::ALL {
        assert_eq!(EndReason::parse(reason.as_str()), Some(reason));
        let written = serde_json::to_value(reason).unwrap();
        assert_eq!(written, reason.as_str(), "in the log as in the table");
    }
    assert_eq!(EndReason::parse("signed_out"), None);
}

#[test]
fn a_session_that_does_not_exist_is_not_found() {
    let id = Uuid::from_u128(7);
    let refusal = not_found(SessionId(id));
    let kind = ResourceKind::Session;
    assert_eq!(refusal, Refusal::NotFound { kind, id });
}
