//! Callers who sign in with a password and use an access token.

use std::ops::Deref;

use client::{Client, Error, LoginRequest, Options, RefreshRequest, Reply, TokenPair};
use domain::user::Role;
use identity::{ActiveUser, create_user};
use server::secret::Secret;
use uuid::Uuid;

use super::TestApp;

/// The password of the users of [`TestApp::person`].
pub const PASSWORD: &str = "plover quartz 81 hinge";

/// A user with a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The id of the user.
    pub id: Uuid,
    /// The email.
    pub email: String,
    /// The slug of the organization; `None` for a user of the platform.
    pub organization: Option<String>,
}

impl Person {
    /// The login of this person.
    #[must_use]
    pub fn login(&self) -> LoginRequest {
        self.login_with(PASSWORD)
    }

    /// The same with another password.
    #[must_use]
    pub fn login_with(&self, password: &str) -> LoginRequest {
        LoginRequest {
            organization: self.organization.clone(),
            ..LoginRequest::new(&self.email, password)
        }
    }
}

/// A signed-in user.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The tokens.
    pub tokens: TokenPair,
    /// A client with the access token.
    pub client: Client,
}

impl Deref for SignedIn {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl TestApp {
    /// An active user with [`PASSWORD`]. The organization is given by id and slug.
    ///
    /// # Panics
    /// When the application refuses.
    pub async fn person(
        &self,
        name: &str,
        role: Role,
        organization: Option<(Uuid, &str)>,
        station: Option<Uuid>,
    ) -> Person {
        let email = format!("{name}@example.com");
        let hashed = self.auth().hash(Secret::new(PASSWORD.to_owned())).await;
        let phc = hashed.unwrap_or_else(|fault| panic!("no hash: {fault}"));
        let new = ActiveUser {
            email: &email,
            name,
            role,
            organization: organization.map(|(id, _)| id),
            station,
            phc: Some(phc),
        };
        let made = create_user(self.app(), new).await;
        Person {
            id: made.unwrap_or_else(|fault| panic!("the user {name} was not made: {fault}")),
            email,
            organization: organization.map(|(_, slug)| slug.to_owned()),
        }
    }

    /// Tries to sign in.
    ///
    /// # Errors
    /// As the server answers.
    pub async fn login(&self, request: &LoginRequest) -> Result<Reply<TokenPair>, Error> {
        self.anonymous().login(request, &Options::default()).await
    }

    /// Signs in.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn sign_in(&self, request: &LoginRequest) -> SignedIn {
        match self.login(request).await {
            Ok(reply) => self.signed_in(reply.body),
            Err(fault) => panic!("{request:?} does not sign in: {fault}"),
        }
    }

    /// Tries to exchange a refresh token.
    ///
    /// # Errors
    /// As the server answers.
    pub async fn refresh(&self, token: &str) -> Result<Reply<TokenPair>, Error> {
        let request = RefreshRequest {
            refresh_token: token.to_owned(),
        };
        let anybody = self.anonymous();
        anybody.refresh_tokens(&request, &Options::default()).await
    }

    /// A signed-in user with these tokens.
    pub fn signed_in(&self, tokens: TokenPair) -> SignedIn {
        let client = self.bearer(&tokens.access_token);
        SignedIn { tokens, client }
    }

    /// A client with this access token.
    pub fn bearer(&self, token: &str) -> Client {
        self.anonymous().with_api_key(Some(token))
    }
}
