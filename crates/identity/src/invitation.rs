//! Invitations: the single-use link by which a user sets its first password, and changing it later.

use crate::{Auth, Error, Result, login::settings, password, terms::later};
use app::{
    Context, SideRecord, SignIn,
    session::{AcceptInvitation, ChangePassword},
};
use credentials::{account, one_time::OneTimeToken, secret::Secret};
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
    ) -> Result<Vec<SideRecord>> {
        let token = OneTimeToken::generate()?;
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
        let mail = mail.map_err(|error| Error::internal(&error))?;
        let digest = token.digest(&self.secret).to_hex();
        let invitation = SideRecord::Invitation {
            user,
            digest,
            expires_at,
        };
        Ok(vec![invitation, mail])
    }

    /// Sets the first password by a link.
    ///
    /// # Errors
    /// [`Error::UnknownInvitation`] for a link that is not known or was used,
    /// [`Error::InvitationExpired`], or a refusal for a password that is easy to guess.
    pub async fn accept_invitation(&self, token: &str, given: Secret) -> Result<()> {
        let token = OneTimeToken::parse(token).map_err(|_| Error::UnknownInvitation)?;
        let digest = token.digest(&self.secret).to_hex();
        let store = self.app.store();
        let found = store.invitation(&digest).await?;
        let (user, expires_at) = found.ok_or(Error::UnknownInvitation)?;
        if expires_at <= self.app.clock().now() {
            return Err(Error::InvitationExpired);
        }
        let invited = store.sign_in_of(user).await?;
        let invited = invited.ok_or(Error::UnknownInvitation)?;
        password::check(&given, &invited, "/password")?;
        let phc = self.hash(given).await?;
        let side_records = vec![
            SideRecord::Password { user, phc },
            SideRecord::NoInvitation { user },
        ];
        let accepted = self
            .app
            .run(Context::system(), AcceptInvitation { user, side_records })
            .await;
        match accepted {
            Ok(_) => Ok(()),
            Err(app::Error::Refused(Refusal::UserNotActive(_) | Refusal::OrganizationDeleted)) => {
                Err(Error::UnknownInvitation)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Changes the caller's password; every session but this one ends.
    ///
    /// # Errors
    /// [`Error::WrongPassword`] when the present one is not right, a refusal when the new one is easy
    /// to guess.
    pub async fn change_password(
        &self,
        context: Context,
        user: UserId,
        session: Option<SessionId>,
        current: Secret,
        new: Secret,
    ) -> Result<()> {
        let found = self.app.store().sign_in_of(user).await?;
        let found = found.ok_or(Error::InvalidCredentials)?;
        let account = account::digest_of_change(&self.secret, user.0).to_hex();
        let set_at = self.present(&found, &account, current).await?;
        password::check(&new, &found, "/newPassword")?;
        let phc = self.hash(new).await?;
        let case = ChangePassword {
            user,
            password_set_at: set_at,
            session,
            side_records: vec![
                SideRecord::Password { user, phc },
                SideRecord::RightPassword { account },
            ],
        };
        let changed = self.app.run(context, case).await?;
        match changed.value {
            true => Ok(()),
            false => Err(Error::WrongPassword),
        }
    }

    /// When the password was set that somebody tells who is signed in. Guesses are slowed down as at
    /// the login: who took over a session does not find out the password.
    async fn present(&self, found: &SignIn, account: &str, given: Secret) -> Result<Time> {
        let longest = self.terms.within(settings(found)).lockout;
        if self.waits(account, longest).await? {
            return Err(Error::WrongPassword);
        }
        let verified = self.hasher.verify(found.phc.as_deref(), given).await?;
        match found.user.password.filter(|_| verified.matches) {
            Some(password) if !self.waits(account, longest).await? => Ok(password.set_at),
            Some(_) => Err(Error::WrongPassword),
            None => {
                self.failed(account, false).await?;
                Err(Error::WrongPassword)
            }
        }
    }
}
