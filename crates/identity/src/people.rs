//! Users and keys that nobody asks for in a request: the first super admin, and those of checks and
//! tests.

use crate::{Auth, Result};
use app::{
    App, Context, SideRecord,
    api_key::{CreateApiKey, NewOwner},
    bootstrap::Bootstrap,
    user::CreateUser,
};
use credentials::{KeySecret, api_key::ApiKey, password, secret::Secret};
use domain::{
    ApiKeyId, OrganizationId, StationId, UserId,
    text::{Email, Name},
    user::{Created, PasswordSet, Role, UserStatus},
};
use uuid::Uuid;

/// What the first start made; each is nowhere else.
pub struct Bootstrapped {
    /// The API key of the first super admin.
    pub key: ApiKey,
    /// Its email.
    pub email: String,
    /// Its one-time password; none when it was given.
    pub password: Option<Secret>,
}

/// Makes the first super admin when there is none; gives what it signs in with. Without a password it
/// gets one that has to be changed first.
///
/// # Errors
/// When the database does not answer, or there are no random numbers.
pub async fn bootstrap(
    auth: &Auth,
    email: &Email,
    password: Option<&Secret>,
) -> Result<Option<Bootstrapped>> {
    let app = &auth.app;
    if app.store().has_super_admin().await? {
        return Ok(None);
    }
    let key = ApiKey::generate(app.clock().new_id())?;
    let (password, one_time) = match password {
        Some(given) => (given.clone(), None),
        None => {
            let made = password::random()?;
            (made.clone(), Some(made))
        }
    };
    let case = Bootstrap {
        user: UserId(app.clock().new_id()),
        new: Created {
            email: email.clone(),
            display_name: Name::parse("Bootstrap super admin", "/displayName")?,
            role: Role::SuperAdmin,
            status: UserStatus::Active,
            organization_id: None,
            station_id: None,
            password: Some(PasswordSet {
                must_change: one_time.is_some(),
            }),
        },
        key: ApiKeyId(key.id()),
        key_name: Name::parse("Bootstrap", "/name")?,
        digest: key.digest(&auth.secret).to_hex(),
        phc: auth.hash(password).await?,
    };
    let made = app.run(Context::system(), case).await?.value;
    Ok(made.map(|_| Bootstrapped {
        key,
        email: email.as_str().to_owned(),
        password: one_time,
    }))
}

/// A user that is active at once.
#[derive(Clone, Debug)]
pub struct ActiveUser<'a> {
    /// Its email.
    pub email: &'a str,
    /// The name that it is shown by.
    pub name: &'a str,
    /// Its fixed role.
    pub role: Role,
    /// Its organization; none for users of the platform.
    pub organization: Option<Uuid>,
    /// Its station, of an operator.
    pub station: Option<Uuid>,
    /// The hash of its password, a PHC string; without one it cannot sign in.
    pub phc: Option<String>,
}

/// Makes an active user and gives its id, for checks and tests: over HTTP a user has to be invited
/// first.
///
/// # Errors
/// When the email or the name is none, or the application refuses.
pub async fn create_user(app: &App, user: ActiveUser<'_>) -> Result<Uuid> {
    let id = UserId(app.clock().new_id());
    let new = Created {
        email: Email::parse(user.email, "/email")?,
        display_name: Name::parse(user.name, "/displayName")?,
        role: user.role,
        status: UserStatus::Active,
        organization_id: user.organization.map(OrganizationId),
        station_id: user.station.map(StationId),
        password: user
            .phc
            .as_ref()
            .map(|_| PasswordSet { must_change: false }),
    };
    let password = user.phc.map(|phc| SideRecord::Password { user: id, phc });
    let side_records = Vec::from_iter(password);
    let case = CreateUser {
        id,
        new,
        side_records,
    };
    app.run(Context::system(), case).await?;
    Ok(id.0)
}

/// Makes a key for a user and gives it, for checks and tests that have no key yet.
///
/// # Errors
/// When the name is none, or the application refuses.
pub async fn create_api_key(
    app: &App,
    secret: &KeySecret,
    user: Uuid,
    name: &str,
) -> Result<ApiKey> {
    let key = ApiKey::generate(app.clock().new_id())?;
    let case = CreateApiKey {
        id: ApiKeyId(key.id()),
        owner: NewOwner::User(UserId(user)),
        name: Name::parse(name, "/name")?,
        digest: key.digest(secret).to_hex(),
        permissions: None,
        expires_at: None,
    };
    app.run(Context::system(), case).await?;
    Ok(key)
}
