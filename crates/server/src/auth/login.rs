//! Signing in with a password.

use super::{Auth, Origin, Principal, password};
use crate::{edge::Trail, http::problem, rate_limit::Counted};
use app::{Aside, Context, SignIn, session::StartSession};
use contract::{Problem, ProblemCode};
use credentials::{account, hasher::Verified, refresh::RefreshToken, secret::Secret};
use domain::{Permissions, SessionId, Time, settings::Settings, text::Email, user::UserStatus};
use std::{sync::Arc, time::Duration};

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
    /// Where the caller is told of its limits.
    pub trail: Option<Trail>,
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
    /// Signs in. Whatever does not fit, the answer is the same and takes the same time: one
    /// password is hashed and one failure counted, whether there is such an account or not.
    ///
    /// # Errors
    /// INVALID_CREDENTIALS, RATE_LIMITED, or UNAVAILABLE when too many wait.
    pub async fn login(&self, request: SignInRequest) -> Result<Tokens, Problem> {
        let realm = request.organization.as_deref().unwrap_or_default();
        let email = Email::key_of(&request.email);
        let account = account::digest(&self.secret, realm, &email);
        let mut counted = Counted::default();
        self.limits.count_account(&account, &mut counted);
        counted.told(request.trail.as_ref())?;
        let account = account.to_hex();
        let store = self.app.store();
        let found = store.sign_in(request.organization.as_deref(), &email).await;
        let found = found.map_err(problem::of_store)?;
        let longest = self.terms.within(found.as_ref().and_then(settings)).lockout;
        let waits = self.waits(&account, longest).await?;
        let admitted = self.admit(found, waits, request.password.clone()).await?;
        if let Some(admitted) = admitted {
            // Others may have failed while this one was hashed: guesses that are sent all at once
            // are no more than one.
            if self.waits(&account, longest).await? {
                return Err(invalid_credentials());
            }
            let tokens = self.begin(admitted, account.clone(), &request).await?;
            if let Some(tokens) = tokens {
                return Ok(tokens);
            }
        }
        self.failed(&account, waits).await?;
        Err(invalid_credentials())
    }

    /// Hashes in every case, so that nobody can tell the cases apart by their time.
    async fn admit(
        &self,
        found: Option<SignIn>,
        waits: bool,
        given: Secret,
    ) -> Result<Option<Admitted>, Problem> {
        let known = found.filter(|found| !waits && may_sign_in(found));
        let phc = known.as_ref().and_then(|found| found.phc.as_deref());
        let verified = self.hasher.verify(phc, given).await;
        let verified = verified.map_err(|error| password::unhashed(&error))?;
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
    ) -> Result<Option<Tokens>, Problem> {
        let Admitted {
            found,
            set_at,
            verified,
        } = admitted;
        self.can_sign().await?;
        let refresh = RefreshToken::generate().map_err(|error| problem::internal(&error))?;
        let now = self.app.clock().now();
        let terms = self.terms.within(settings(&found));
        let expires_at = later(now, terms.absolute);
        let session = SessionId(self.app.clock().new_id());
        let mut asides = vec![
            Aside::RightPassword { account },
            Aside::Session {
                session,
                digest: refresh.digest(&self.secret).to_hex(),
                at: now,
                idle_until: later(now, terms.idle),
                user_agent: request.origin.user_agent.clone(),
                ip_address: request.origin.ip_address.clone(),
            },
        ];
        if verified.outdated {
            let phc = self.hashed(request.password.clone()).await?;
            let user = found.user.id;
            asides.push(Aside::Password { user, phc });
        }
        let case = StartSession {
            id: session,
            user: found.user.id,
            password_set_at: set_at,
            expires_at,
            asides,
        };
        let principal = Principal {
            user: found.user,
            organization: found.organization.map(Arc::new),
            granted: Permissions::NONE,
        };
        // Before the session begins: who gets no answer shall not have one.
        let tokens = self.tokens(&principal, session, expires_at, refresh)?;
        let deadline = request.trail.as_ref().and_then(Trail::deadline);
        let context = Context::system().until(deadline);
        let begun = self.app.run(context, case).await;
        let begun = begun.map_err(problem::of)?.value;
        Ok(begun.then_some(tokens))
    }

    /// Looks at the keys again when none of those that are known signs at this time, as after a clock
    /// was set.
    ///
    /// # Errors
    /// UNAVAILABLE.
    pub(super) async fn can_sign(&self) -> Result<(), Problem> {
        if self.signs_now() {
            return Ok(());
        }
        if let Err(error) = self.signing.look().await {
            tracing::warn!(%error, "the signing keys cannot be looked at");
        }
        match self.signs_now() {
            true => Ok(()),
            false => Err(Problem::new(
                ProblemCode::Unavailable,
                "No key signs tokens at present; try again in a moment.",
            )),
        }
    }

    fn signs_now(&self) -> bool {
        self.signing.ring().signs(self.now_seconds()).is_some()
    }

    /// The tokens of a session that ends at this time at the latest.
    pub(super) fn tokens(
        &self,
        principal: &Principal,
        session: SessionId,
        expires_at: Time,
        refresh: RefreshToken,
    ) -> Result<Tokens, Problem> {
        let access = self.access_token(principal, session).map_err(problem::of)?;
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

    /// The hash of a new password as a PHC string.
    pub(super) async fn hashed(&self, given: Secret) -> Result<String, Problem> {
        let hashed = self.hasher.hash(given).await;
        hashed.map_err(|error| password::unhashed(&error))
    }
}

/// What the organization of somebody set for itself.
pub(super) fn settings(found: &SignIn) -> Option<&Settings> {
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

/// The same whatever it was.
pub(super) fn invalid_credentials() -> Problem {
    Problem::new(
        ProblemCode::InvalidCredentials,
        "The email, password or organization is not right, or the account cannot be used now.",
    )
}

/// A time that is so much later.
pub(super) fn later(time: Time, by: Duration) -> Time {
    time.plus_seconds(i64::try_from(by.as_secs()).unwrap_or(i64::MAX))
}
