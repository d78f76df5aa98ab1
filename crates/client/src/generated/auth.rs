// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Login, sessions and passwords.

use super::*;

impl Client {
    /// Log in
    ///
    /// Answers an access token and a refresh token, and begins a session. Whatever does not fit,
    /// the answer is the same and takes the same time; after failures, the account waits a little
    /// longer each time.
    pub async fn login(
        &self,
        body: &LoginRequest,
        options: &Options,
    ) -> Result<Reply<TokenPair>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            "/api/v1/auth/login".to_owned(),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Refresh the tokens
    ///
    /// Answers new tokens for a refresh token, which is used up. A second use within 10 seconds
    /// answers the same tokens again; a later one ends the session, since the token was stolen.
    pub async fn refresh_tokens(
        &self,
        body: &RefreshRequest,
        options: &Options,
    ) -> Result<Reply<TokenPair>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            "/api/v1/auth/refresh".to_owned(),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Log out
    ///
    /// Ends the session of the access token. A caller with an API key has none, and gets the same
    /// answer.
    pub async fn logout(&self, options: &Options) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            "/api/v1/auth/logout".to_owned(),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }

    /// Accept an invitation
    ///
    /// Sets the password of a PENDING user, who becomes ACTIVE. The token is that of the link,
    /// and is used up. A password that is among the common ones is a VALIDATION_ERROR.
    pub async fn accept_invitation(
        &self,
        body: &InvitationAcceptance,
        options: &Options,
    ) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            "/api/v1/auth/accept-invitation".to_owned(),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_nothing(exchange, options).await
    }

    /// List the sessions of the caller
    ///
    /// Every session of the caller that has not ended, the newest first.
    pub async fn list_sessions(&self, options: &Options) -> Result<Reply<SessionList>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/auth/sessions".to_owned(),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// End all sessions of the caller
    ///
    /// Ends every session of the caller, the present one too. Access tokens that were issued
    /// already are refused at once.
    pub async fn end_sessions(&self, options: &Options) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            "/api/v1/auth/sessions".to_owned(),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }

    /// End a session of the caller
    ///
    /// Ends one session of the caller. Access tokens that were issued in it are refused at once.
    pub async fn end_session(&self, id: Uuid, options: &Options) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            format!("/api/v1/auth/sessions/{id}"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }

    /// Change the password of the caller
    ///
    /// Replaces the password. The other sessions of the caller end. A new password that is among
    /// the common ones is a VALIDATION_ERROR. After a wrong present password, the next one is
    /// looked at only after a little while, longer each time.
    pub async fn change_password(
        &self,
        body: &PasswordChange,
        options: &Options,
    ) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::PUT,
            "/api/v1/users/me/password".to_owned(),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_nothing(exchange, options).await
    }

    /// Invite a user again
    ///
    /// Sends a new single-use link to a PENDING user; the link before ends. A user in another
    /// status is USER_NOT_ACTIVE.
    pub async fn invite_user(&self, id: Uuid, options: &Options) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/users/{id}/invitation"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }
}

/// Who logs in, and with what.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoginRequest {
    /// The email.
    pub email: String,
    /// The password.
    pub password: String,
    /// The slug of the organization; absent for a user of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
}

/// Without its secrets.
impl std::fmt::Debug for LoginRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginRequest")
            .field("email", &self.email)
            .field("organization", &self.organization)
            .finish_non_exhaustive()
    }
}

impl LoginRequest {
    /// With what is required, and nothing else.
    pub fn new(email: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            email: email.into(),
            password: password.into(),
            organization: None,
        }
    }
}

/// What tokens are refreshed with.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshRequest {
    /// The refresh token that was answered last.
    pub refresh_token: String,
}

/// Without its secrets.
impl std::fmt::Debug for RefreshRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RefreshRequest").finish_non_exhaustive()
    }
}

/// How to send an access token, in the word of RFC 6750.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TokenType {
    /// `Bearer`.
    #[serde(rename = "Bearer")]
    Bearer,
}

impl TokenType {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::Bearer];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
        }
    }
}

/// The tokens of a session.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenPair {
    /// The access token, a JWT.
    pub access_token: String,
    /// How to send an access token, in the word of RFC 6750.
    pub token_type: TokenType,
    /// Seconds until the access token expires.
    pub expires_in: i32,
    /// The refresh token, good for one use.
    pub refresh_token: String,
    /// Seconds until the refresh token expires when it is not used.
    pub refresh_expires_in: i32,
    /// Whether the password must be changed before anything else.
    pub password_change_required: bool,
}

/// Without its secrets.
impl std::fmt::Debug for TokenPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenPair")
            .field("token_type", &self.token_type)
            .field("expires_in", &self.expires_in)
            .field("refresh_expires_in", &self.refresh_expires_in)
            .field("password_change_required", &self.password_change_required)
            .finish_non_exhaustive()
    }
}

/// The answer to an invitation.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvitationAcceptance {
    /// The token of the link.
    pub token: String,
    /// The password to be.
    pub password: String,
}

/// Without its secrets.
impl std::fmt::Debug for InvitationAcceptance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InvitationAcceptance")
            .finish_non_exhaustive()
    }
}

/// A change of password.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordChange {
    /// The password until now.
    pub current_password: String,
    /// The password to be.
    pub new_password: String,
}

/// Without its secrets.
impl std::fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordChange").finish_non_exhaustive()
    }
}

/// A login that can still be refreshed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The id of the session.
    pub id: Uuid,
    /// When the user logged in.
    pub created_at: DateTime<Utc>,
    /// When its tokens were last refreshed.
    pub last_used_at: DateTime<Utc>,
    /// When it ends if it is not used.
    pub expires_at: DateTime<Utc>,
    /// The program that logged in, as it named itself, or null.
    pub user_agent: Option<String>,
    /// The address of the login, or null.
    pub ip_address: Option<String>,
    /// Whether the request came in this session.
    pub current: bool,
}

/// The sessions of a user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionList {
    /// The sessions.
    pub content: Vec<Session>,
}
