//! Invitations: the single-use link by which a user sets its first password, and changing it later.

use super::{
    Auth,
    login::{invalid_credentials, later, settings},
    password,
};
use crate::http::problem;
use app::{
    Aside, Context, SignIn,
    session::{AcceptInvitation, ChangePassword},
};
use contract::{Problem, ProblemCode};
use credentials::{account, one_time::OneTimeToken, password::PasswordRules, secret::Secret};
use domain::{Refusal, SessionId, Time, UserId, organization::Organization};
use outbound::Letter;

impl Auth {
    /// An invitation for the user, and the mail that carries its link.
    ///
    /// # Errors
    /// When the mail cannot be made.
    pub fn invite(
        &self,
        user: UserId,
        email: &str,
        name: &str,
        home: Option<&Organization>,
    ) -> Result<Vec<Aside>, Problem> {
        let token = OneTimeToken::generate().map_err(|error| problem::internal(&error))?;
        let now = self.app.clock().now();
        let expires_at = later(now, self.terms.invitation);
        // Behind the #, so that it is in nobody's access log.
        let link = format!("{}/invitation#{}", self.terms.public_url, token.reveal());
        let realm = home.map(|home| home.name.as_str());
        let (subject, text) = mail::invitation(realm, name, &link, expires_at.into());
        let settings = home.map(|home| &home.settings);
        let letter = Letter {
            name: name.to_owned(),
            address: email.to_owned(),
            sender: settings
                .and_then(|set| Some(set.mail_sender_name.as_ref()?.as_str().to_owned())),
            reply_to: settings
                .and_then(|set| Some(set.mail_reply_to.as_ref()?.as_str().to_owned())),
            subject,
            text,
        };
        let mail = self.mails.post(&letter, now);
        let mail = mail.map_err(|error| problem::internal(&error))?;
        let digest = token.digest(&self.secret).to_hex();
        let invitation = Aside::Invitation {
            user,
            digest,
            expires_at,
        };
        Ok(vec![invitation, mail])
    }

    /// Sets the first password by a link.
    ///
    /// # Errors
    /// INVALID_CREDENTIALS for a link that is not known or was used, TOKEN_EXPIRED, or
    /// VALIDATION_ERROR for a password that is easy to guess.
    pub async fn accept_invitation(&self, token: &str, given: Secret) -> Result<(), Problem> {
        let token = OneTimeToken::parse(token).map_err(|_| not_invited())?;
        let digest = token.digest(&self.secret).to_hex();
        let store = self.app.store();
        let found = store.invitation(&digest).await.map_err(problem::of_store)?;
        let (user, expires_at) = found.ok_or_else(not_invited)?;
        if expires_at <= self.app.clock().now() {
            let detail = "The invitation has expired; ask for a new one.";
            return Err(Problem::new(ProblemCode::TokenExpired, detail));
        }
        let invited = store.sign_in_of(user).await.map_err(problem::of_store)?;
        let invited = invited.ok_or_else(not_invited)?;
        check(&given, &invited, "/password")?;
        let phc = self.hashed(given).await?;
        let asides = vec![Aside::Password { user, phc }, Aside::NoInvitation { user }];
        let accepted = self
            .app
            .run(Context::system(), AcceptInvitation { user, asides })
            .await;
        match accepted {
            Ok(_) => Ok(()),
            Err(app::Error::Refused(Refusal::UserNotActive(_) | Refusal::OrganizationDeleted)) => {
                Err(not_invited())
            }
            Err(error) => Err(problem::of(error)),
        }
    }

    /// Changes the caller's password; every session but this one ends.
    ///
    /// # Errors
    /// INVALID_CREDENTIALS when the present one is not right, VALIDATION_ERROR when the new one is
    /// easy to guess.
    pub async fn change_password(
        &self,
        context: Context,
        user: UserId,
        session: Option<SessionId>,
        current: Secret,
        new: Secret,
    ) -> Result<(), Problem> {
        let found = self.app.store().sign_in_of(user).await;
        let found = found.map_err(problem::of_store)?;
        let found = found.ok_or_else(invalid_credentials)?;
        let account = account::digest_of_change(&self.secret, user.0).to_hex();
        let set_at = self.present(&found, &account, current).await?;
        check(&new, &found, "/newPassword")?;
        let phc = self.hashed(new).await?;
        let case = ChangePassword {
            user,
            password_set_at: set_at,
            session,
            asides: vec![
                Aside::Password { user, phc },
                Aside::RightPassword { account },
            ],
        };
        let changed = self.app.run(context, case).await.map_err(problem::of)?;
        match changed.value {
            true => Ok(()),
            false => Err(wrong_password()),
        }
    }

    /// When the password was set that somebody tells who is signed in. Guesses are slowed down as at
    /// the login: who took over a session does not find out the password.
    async fn present(&self, found: &SignIn, account: &str, given: Secret) -> Result<Time, Problem> {
        let longest = self.terms.within(settings(found)).lockout;
        if self.waits(account, longest).await? {
            return Err(wrong_password());
        }
        let verified = self.hasher.verify(found.phc.as_deref(), given).await;
        let verified = verified.map_err(|error| password::unhashed(&error))?;
        match found.user.password.filter(|_| verified.matches) {
            Some(password) if !self.waits(account, longest).await? => Ok(password.set_at),
            Some(_) => Err(wrong_password()),
            None => {
                self.failed(account, false).await?;
                Err(wrong_password())
            }
        }
    }
}

/// A password of an organization's user is as long as the organization wants.
fn check(given: &Secret, of: &SignIn, pointer: &str) -> Result<(), Problem> {
    let (email, name) = (of.user.email.as_str(), of.user.display_name.as_str());
    let home = of.organization.as_ref();
    let least = home.and_then(|home| home.settings.password_min_length);
    let least = least.and_then(|least| usize::try_from(least).ok());
    let rules = least.and_then(|least| PasswordRules::at_least(least).ok());
    let checked = rules.unwrap_or_default().check(given, email, name);
    checked.map_err(|weakness| problem::invalid(vec![password::invalid(&weakness, pointer)]))
}

fn not_invited() -> Problem {
    let detail = "The invitation is not known, or was used already.";
    Problem::new(ProblemCode::InvalidCredentials, detail)
}

fn wrong_password() -> Problem {
    let detail =
        "The present password is not right, or was wrong a moment ago and is not looked at yet.";
    Problem::new(ProblemCode::InvalidCredentials, detail)
}
