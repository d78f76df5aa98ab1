//! Signing in with a password.

use crate::{Auth, Error, Principal, Result, terms::later};
use app::{Context, SideRecord, SignIn, session::StartSession};
use credentials::{KeyDigest, account, hasher::Verified, refresh::RefreshToken, secret::Secret};
use domain::{Permissions, SessionId, Time, settings::Settings, text::Email, user::UserStatus};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Where a request comes from, for those who look at their sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// The address of the client.
    pub ip_address: Option<String>,
}

/// What somebody signs in with.
pub struct SignInRequest {
    /// The email.
    pub email: String,
    /// The password.
    pub password: Secret,
    /// The slug of the organization; none for users of the platform.
    pub organization: Option<String>,
    /// Where the request comes from.
    pub origin: Origin,
    /// When nobody waits for the answer any more: no session is begun after it.
    pub deadline: Option<Instant>,
}

/// What a caller gets to act with.
pub struct Tokens {
    /// The access token.
    pub access: Secret,
    /// How long the access token lasts.
    pub access_for: Duration,
    /// The refresh token.
    pub refresh: RefreshToken,
    /// How long the refresh token lasts.
    pub refresh_for: Duration,
    /// Whether the password has to be changed first.
    pub must_change_password: bool,
}

/// Somebody whose password was right.
struct Admitted {
    found: SignIn,
    set_at: Time,
    verified: Verified,
}

impl Auth {
    /// What tries to sign in to an account are counted by, whether there is such an account or not.
    /// The organization is given by its slug; none is the platform.
    pub fn account(&self, organization: Option<&str>, email: &str) -> KeyDigest {
        let realm = organization.unwrap_or_default();
        account::digest(&self.secret, realm, &Email::key_of(email))
    }

    /// Signs in. Whatever does not fit, the answer is the same and takes the same time: one
    /// password is hashed and one failure counted, whether there is such an account or not.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`], or [`Error::NotHashed`] when too many wait.
    pub async fn login(&self, request: SignInRequest) -> Result<Tokens> {
        let organization = request.organization.as_deref();
        let account = self.account(organization, &request.email).to_hex();
        let email = Email::key_of(&request.email);
        let found = self.app.store().sign_in(organization, &email).await?;
        let longest = self.terms.within(found.as_ref().and_then(settings)).lockout;
        let waits = self.waits(&account, longest).await?;
        let admitted = self.admit(found, waits, request.password.clone()).await?;
        if let Some(admitted) = admitted {
            // Others may have failed while this one was hashed: guesses that are sent all at once
            // are no more than one.
            if self.waits(&account, longest).await? {
                return Err(Error::InvalidCredentials);
            }
            let tokens = self.begin(admitted, account.clone(), &request).await?;
            if let Some(tokens) = tokens {
                return Ok(tokens);
            }
        }
        self.failed(&account, waits).await?;
        Err(Error::InvalidCredentials)
    }

    /// Hashes in every case, so that nobody can tell the cases apart by their time.
    async fn admit(
        &self,
        found: Option<SignIn>,
        waits: bool,
        given: Secret,
    ) -> Result<Option<Admitted>> {
        let known = found.filter(|found| !waits && may_sign_in(found));
        let phc = known.as_ref().and_then(|found| found.phc.as_deref());
        let verified = self.hasher.verify(phc, given).await?;
        let admitted = known.filter(|_| verified.matches).and_then(|found| {
            let set_at = found.user.password?.set_at;
            Some(Admitted {
                found,
                set_at,
                verified,
            })
        });
        Ok(admitted)
    }

    /// Begins a session; nothing when the user was locked out or got another password meanwhile.
    async fn begin(
        &self,
        admitted: Admitted,
        account: String,
        request: &SignInRequest,
    ) -> Result<Option<Tokens>> {
        let Admitted {
            found,
            set_at,
            verified,
        } = admitted;
        self.can_sign().await?;
        let refresh = RefreshToken::generate()?;
        let now = self.app.clock().now();
        let terms = self.terms.within(settings(&found));
        let expires_at = later(now, terms.absolute);
        let session = SessionId(self.app.clock().new_id());
        let mut side_records = vec![
            SideRecord::RightPassword { account },
            SideRecord::Session {
                session,
                digest: refresh.digest(&self.secret).to_hex(),
                at: now,
                idle_until: later(now, terms.idle),
                user_agent: request.origin.user_agent.clone(),
                ip_address: request.origin.ip_address.clone(),
            },
        ];
        if verified.outdated {
            let phc = self.hash(request.password.clone()).await?;
            let user = found.user.id;
            side_records.push(SideRecord::Password { user, phc });
        }
        let case = StartSession {
            id: session,
            user: found.user.id,
            password_set_at: set_at,
            expires_at,
            side_records,
        };
        let principal = Principal {
            user: found.user,
            organization: found.organization.map(Arc::new),
            granted: Permissions::NONE,
        };
        // Before the session begins: who gets no answer shall not have one.
        let tokens = self.tokens(&principal, session, expires_at, refresh)?;
        let context = Context::system().until(request.deadline);
        let begun = self.app.run(context, case).await?.value;
        Ok(begun.then_some(tokens))
    }

    /// Looks at the keys again when none of those that are known signs at this time, as after a clock
    /// was set.
    ///
    /// # Errors
    /// [`Error::NoSigningKey`].
    pub(crate) async fn can_sign(&self) -> Result<()> {
        if self.signs_now() {
            return Ok(());
        }
        if let Err(error) = self.signing.look().await {
            tracing::warn!(%error, "the signing keys cannot be looked at");
        }
        match self.signs_now() {
            true => Ok(()),
            false => Err(Error::NoSigningKey),
        }
    }

    fn signs_now(&self) -> bool {
        self.signing.ring().signs(self.now_seconds()).is_some()
    }

    /// The tokens of a session that ends at this time at the latest.
    pub(crate) fn tokens(
        &self,
        principal: &Principal,
        session: SessionId,
        expires_at: Time,
        refresh: RefreshToken,
    ) -> Result<Tokens> {
        let access = self.access_token(principal, session)?;
        let password = principal.user.password;
        let terms = self.terms.within(principal.settings());
        let left = expires_at.micros() - self.app.clock().now().micros();
        let left = Duration::from_micros(u64::try_from(left).unwrap_or(0));
        Ok(Tokens {
            access,
            access_for: terms.access_token,
            refresh,
            refresh_for: terms.idle.min(left),
            must_change_password: password.is_some_and(|password| password.must_change),
        })
    }
}

/// What the organization of somebody set for itself.
pub(crate) fn settings(found: &SignIn) -> Option<&Settings> {
    found.organization.as_ref().map(|home| &home.settings)
}

fn may_sign_in(found: &SignIn) -> bool {
    let principal = Principal {
        user: found.user.clone(),
        organization: found.organization.clone().map(Arc::new),
        granted: Permissions::NONE,
    };
    found.user.status == UserStatus::Active && principal.may_act()
}
