//! Use cases of signing in: sessions and passwords.

use crate::{App, Context, Outcome, Result, UseCase, home::Subject, use_case::Decision};
use domain::{
    Actor, Need, Permission, Permit, Refusal, SessionId, Target, Time, UserId, WorkingSet,
    kernel::Resource,
    not_found,
    organization::{Organization, OrganizationStatus},
    role::CustomRole,
    session::{self, EndReason, Session, SessionsOf},
    user::{self, SuperAdmins, User, UserStatus},
};
use persistence::{Claim, Exchange, SessionUse, SideRecord};

/// How often an exchange that lost a race is run again.
const ATTEMPTS: u32 = 5;

impl App {
    /// The user, its organization and its custom roles, for authentication.
    pub async fn principal(
        &self,
        id: UserId,
    ) -> Result<Option<(User, Option<Organization>, Vec<CustomRole>)>> {
        Ok(self.store.principal(id).await?)
    }

    /// Exchanges a refresh token; a race that was lost is run again.
    pub async fn exchange_refresh_token(&self, exchange: &Exchange) -> Result<Claim> {
        let mut attempts = 1;
        loop {
            match self.store.exchange_refresh_token(exchange).await {
                Err(error) if error.is_transient() && attempts < ATTEMPTS => attempts += 1,
                other => return Ok(other?),
            }
        }
    }

    /// The sessions of the actor that last, the newest first.
    pub async fn sessions(&self, context: &Context) -> Result<Vec<(Session, SessionUse)>> {
        let scope = context.actor.scope(Permission::SessionsReadSelf);
        Ok(self.store.sessions(self.clock.now(), scope).await?)
    }
}

/// Only the service itself asks for it, after it has checked a password or token.
fn by_the_service(context: &Context, target: &Target) -> std::result::Result<Permit, Refusal> {
    if context.actor != Actor::System {
        return Err(Refusal::forbidden("only the service itself does this"));
    }
    context.permit_new(Permission::SessionsDeleteSelf, target)
}

/// Begins a session for a user whose password was right.
#[derive(Clone, Debug)]
pub struct StartSession {
    /// The id that it gets.
    pub id: SessionId,
    /// Who signs in.
    pub user: UserId,
    /// When the password that was right was set: one that was set since then is another.
    pub password_set_at: Time,
    /// When the session ends at the latest.
    pub expires_at: Time,
    /// Its first refresh token, and what else is kept with it.
    pub side_records: Vec<SideRecord>,
}

impl UseCase for StartSession {
    /// Whether the user may sign in.
    type Answer = bool;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.user)]
    }

    fn reads(&self, set: &WorkingSet, _: Time) -> Vec<Need> {
        let mut needs = vec![Need::User(self.user), Need::from(SessionsOf(self.user))];
        let home = set.get(self.user).and_then(|user| user.organization_id);
        needs.extend(home.map(Need::Organization));
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<bool> {
        let missing = || not_found(self.user);
        let user = set.get(self.user).ok_or_else(missing)?;
        let permit = by_the_service(context, &user.target())?;
        let works = user.organization_id.is_none_or(|id| {
            let home = set.get(id);
            home.is_some_and(|home| home.status == OrganizationStatus::Active)
        });
        let same = user
            .password
            .is_some_and(|now| now.set_at == self.password_set_at);
        if user.status != UserStatus::Active || !works || !same {
            return Ok(Outcome::new(permit, Vec::new(), |_| Some(false)));
        }
        let facts = session::start(set, self.id, user, self.expires_at);
        let outcome = Outcome::new(permit, facts, |_| Some(true));
        Ok(outcome.beside(self.side_records.iter().cloned()))
    }
}

/// Ends a session because of how it was used.
#[derive(Clone, Debug)]
pub struct BreakSession {
    /// Which session.
    pub id: SessionId,
    /// Why.
    pub reason: EndReason,
}

impl UseCase for BreakSession {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.id)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![Need::Session(self.id)]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<()> {
        let missing = || not_found(self.id);
        let session = set.get(self.id).ok_or_else(missing)?;
        let permit = by_the_service(context, &session.target())?;
        let facts = session::end(session, self.reason).into_iter().collect();
        Ok(Outcome::done(permit, facts))
    }
}

/// Signs out of one session, or of every one.
#[derive(Clone, Debug)]
pub struct EndSessions {
    /// Whose they are.
    pub user: UserId,
    /// Which of them.
    pub which: Which,
}

/// Which sessions are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// None: the caller uses an API key.
    None,
    /// This one.
    One(SessionId),
    /// Every one.
    All,
}

impl UseCase for EndSessions {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.user)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        let mut needs = vec![Need::User(self.user), Need::from(SessionsOf(self.user))];
        if let Which::One(id) = self.which {
            needs.push(Need::Session(id));
        }
        needs
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<()> {
        let user = set.existing(self.user)?;
        let permission = Permission::SessionsDeleteSelf;
        let permit = context.permit_to(permission, user)?;
        let facts = match self.which {
            Which::None => Vec::new(),
            Which::All => session::end_all(set, self.user, EndReason::SignedOut, None),
            Which::One(id) => {
                let own = set.existing(id)?;
                context.permit_to(permission, own)?;
                if !own.lasts(now) {
                    return Err(not_found(id).into());
                }
                let ended = session::end(own, EndReason::SignedOut);
                ended.into_iter().collect()
            }
        };
        Ok(Outcome::done(permit, facts))
    }
}

/// Sets the caller's own password, when the present one was right.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// Whose.
    pub user: UserId,
    /// When the password was set that was right.
    pub password_set_at: Time,
    /// The session that goes on; every other one ends.
    pub session: Option<SessionId>,
    /// The hash of the new password.
    pub side_records: Vec<SideRecord>,
}

impl UseCase for ChangePassword {
    /// Whether the present password was still the present one.
    type Answer = bool;

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.user)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![Need::User(self.user), Need::from(SessionsOf(self.user))]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<bool> {
        let user = set.existing(self.user)?;
        let permission = Permission::UsersUpdateSelf;
        let permit = context.permit_to(permission, user)?;
        let same = user
            .password
            .is_some_and(|now| now.set_at == self.password_set_at);
        if !same {
            return Ok(Outcome::new(permit, Vec::new(), |_| Some(false)));
        }
        let facts = user::set_password(set, user, false, self.session)?;
        let outcome = Outcome::new(permit, facts, |_| Some(true));
        Ok(outcome.beside(self.side_records.iter().cloned()))
    }
}

/// A PENDING user sets a password by its link and becomes ACTIVE.
#[derive(Clone, Debug)]
pub struct AcceptInvitation {
    /// Whose link it is.
    pub user: UserId,
    /// The hash of the password, and the end of the link.
    pub side_records: Vec<SideRecord>,
}

impl UseCase for AcceptInvitation {
    type Answer = ();

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject::of(self.user)]
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        vec![
            Need::User(self.user),
            Need::from(SuperAdmins),
            Need::from(SessionsOf(self.user)),
        ]
    }

    fn decide(&self, set: &WorkingSet, context: &Context, _: Time) -> Decision<()> {
        let missing = || not_found(self.user);
        let user = set.get(self.user).ok_or_else(missing)?;
        let permit = by_the_service(context, &user.target())?;
        let facts = user::accept_invitation(set, user)?;
        let outcome = Outcome::done(permit, facts);
        Ok(outcome.beside(self.side_records.iter().cloned()))
    }
}
