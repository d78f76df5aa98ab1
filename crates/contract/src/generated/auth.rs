// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Login, sessions and passwords.

use super::*;

/// Login, sessions and passwords.
#[async_trait]
pub trait AuthApi: Send + Sync + 'static {
    /// Log in
    ///
    /// Answers an access token and a refresh token, and begins a session. Whatever does not fit,
    /// the answer is the same and takes the same time; after failures, the account waits a little
    /// longer each time.
    async fn login(&self, call: Call, body: LoginRequest) -> Result<LoginReply, Problem>;

    /// Refresh the tokens
    ///
    /// Answers new tokens for a refresh token, which is used up. A second use within 10 seconds
    /// answers the same tokens again; a later one ends the session, since the token was stolen.
    async fn refresh_tokens(
        &self,
        call: Call,
        body: RefreshRequest,
    ) -> Result<RefreshTokensReply, Problem>;

    /// Log out
    ///
    /// Ends the session of the access token. A caller with an API key has none, and gets the same
    /// answer.
    async fn logout(&self, call: Call) -> Result<LogoutReply, Problem>;

    /// Accept an invitation
    ///
    /// Sets the password of a PENDING user, who becomes ACTIVE. The token is that of the link,
    /// and is used up. A password that is among the common ones is a VALIDATION_ERROR.
    async fn accept_invitation(
        &self,
        call: Call,
        body: InvitationAcceptance,
    ) -> Result<AcceptInvitationReply, Problem>;

    /// List the sessions of the caller
    ///
    /// Every session of the caller that has not ended, the newest first.
    async fn list_sessions(&self, call: Call) -> Result<ListSessionsReply, Problem>;

    /// End all sessions of the caller
    ///
    /// Ends every session of the caller, the present one too. Access tokens that were issued
    /// already are refused at once.
    async fn end_sessions(&self, call: Call) -> Result<EndSessionsReply, Problem>;

    /// End a session of the caller
    ///
    /// Ends one session of the caller. Access tokens that were issued in it are refused at once.
    async fn end_session(
        &self,
        call: Call,
        params: EndSessionParams,
    ) -> Result<EndSessionReply, Problem>;

    /// Change the password of the caller
    ///
    /// Replaces the password. The other sessions of the caller end. A new password that is among
    /// the common ones is a VALIDATION_ERROR. After a wrong present password, the next one is
    /// looked at only after a little while, longer each time.
    async fn change_password(
        &self,
        call: Call,
        body: PasswordChange,
    ) -> Result<ChangePasswordReply, Problem>;

    /// Invite a user again
    ///
    /// Sends a new single-use link to a PENDING user; the link before ends. A user in another
    /// status is USER_NOT_ACTIVE.
    async fn invite_user(
        &self,
        call: Call,
        params: InviteUserParams,
    ) -> Result<InviteUserReply, Problem>;
}

/// The successes of `login`.
#[derive(Debug, ApiResponse)]
pub enum LoginReply {
    /// The tokens.
    #[oai(status = 200)]
    Ok(JsonReply<TokenPair>),
}

impl LoginReply {
    /// The tokens.
    pub fn ok(body: TokenPair) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for LoginReply {
    const OPERATION: &'static Operation = table::LOGIN;
}

/// The successes of `refreshTokens`.
#[derive(Debug, ApiResponse)]
pub enum RefreshTokensReply {
    /// The tokens.
    #[oai(status = 200)]
    Ok(JsonReply<TokenPair>),
}

impl RefreshTokensReply {
    /// The tokens.
    pub fn ok(body: TokenPair) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for RefreshTokensReply {
    const OPERATION: &'static Operation = table::REFRESH_TOKENS;
}

/// The successes of `logout`.
#[derive(Debug, ApiResponse)]
pub enum LogoutReply {
    /// The session has ended. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl LogoutReply {
    /// The session has ended. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for LogoutReply {
    const OPERATION: &'static Operation = table::LOGOUT;
}

/// The successes of `acceptInvitation`.
#[derive(Debug, ApiResponse)]
pub enum AcceptInvitationReply {
    /// The user is active. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl AcceptInvitationReply {
    /// The user is active. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for AcceptInvitationReply {
    const OPERATION: &'static Operation = table::ACCEPT_INVITATION;
}

/// The successes of `listSessions`.
#[derive(Debug, ApiResponse)]
pub enum ListSessionsReply {
    /// The sessions.
    #[oai(status = 200)]
    Ok(JsonReply<SessionList>),
}

impl ListSessionsReply {
    /// The sessions.
    pub fn ok(body: SessionList) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for ListSessionsReply {
    const OPERATION: &'static Operation = table::LIST_SESSIONS;
}

/// The successes of `endSessions`.
#[derive(Debug, ApiResponse)]
pub enum EndSessionsReply {
    /// The sessions have ended. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl EndSessionsReply {
    /// The sessions have ended. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for EndSessionsReply {
    const OPERATION: &'static Operation = table::END_SESSIONS;
}

/// Path and query parameters of `endSession`.
#[derive(Debug, Clone, PartialEq)]
pub struct EndSessionParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `endSession`.
#[derive(Debug, ApiResponse)]
pub enum EndSessionReply {
    /// The session has ended. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl EndSessionReply {
    /// The session has ended. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for EndSessionReply {
    const OPERATION: &'static Operation = table::END_SESSION;
}

/// The successes of `changePassword`.
#[derive(Debug, ApiResponse)]
pub enum ChangePasswordReply {
    /// The password is changed. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl ChangePasswordReply {
    /// The password is changed. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for ChangePasswordReply {
    const OPERATION: &'static Operation = table::CHANGE_PASSWORD;
}

/// Path and query parameters of `inviteUser`.
#[derive(Debug, Clone, PartialEq)]
pub struct InviteUserParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `inviteUser`.
#[derive(Debug, ApiResponse)]
pub enum InviteUserReply {
    /// The link is on its way. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl InviteUserReply {
    /// The link is on its way. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for InviteUserReply {
    const OPERATION: &'static Operation = table::INVITE_USER;
}

pub(crate) struct AuthAdapter(pub(crate) Arc<dyn AuthApi>);

#[OpenApi]
impl AuthAdapter {
    /// Log in
    #[oai(
        path = "/api/v1/auth/login",
        method = "post",
        operation_id = "login",
        tag = "ApiTag::Auth",
        transform = "guard_login"
    )]
    async fn login(&self, call: Call, body: JsonBody<LoginRequest>) -> Answer<LoginReply> {
        Answer(self.0.login(call, body.0).await)
    }

    /// Refresh the tokens
    #[oai(
        path = "/api/v1/auth/refresh",
        method = "post",
        operation_id = "refreshTokens",
        tag = "ApiTag::Auth",
        transform = "guard_refresh_tokens"
    )]
    async fn refresh_tokens(
        &self,
        call: Call,
        body: JsonBody<RefreshRequest>,
    ) -> Answer<RefreshTokensReply> {
        Answer(self.0.refresh_tokens(call, body.0).await)
    }

    /// Log out
    #[oai(
        path = "/api/v1/auth/logout",
        method = "post",
        operation_id = "logout",
        tag = "ApiTag::Auth",
        transform = "guard_logout"
    )]
    async fn logout(
        &self,
        call: Call,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
    ) -> Answer<LogoutReply> {
        Answer(self.0.logout(call).await)
    }

    /// Accept an invitation
    #[oai(
        path = "/api/v1/auth/accept-invitation",
        method = "post",
        operation_id = "acceptInvitation",
        tag = "ApiTag::Auth",
        transform = "guard_accept_invitation"
    )]
    async fn accept_invitation(
        &self,
        call: Call,
        body: JsonBody<InvitationAcceptance>,
    ) -> Answer<AcceptInvitationReply> {
        Answer(self.0.accept_invitation(call, body.0).await)
    }

    /// List the sessions of the caller
    #[oai(
        path = "/api/v1/auth/sessions",
        method = "get",
        operation_id = "listSessions",
        tag = "ApiTag::Auth",
        transform = "guard_list_sessions"
    )]
    async fn list_sessions(&self, call: Call) -> Answer<ListSessionsReply> {
        Answer(self.0.list_sessions(call).await)
    }

    /// End all sessions of the caller
    #[oai(
        path = "/api/v1/auth/sessions",
        method = "delete",
        operation_id = "endSessions",
        tag = "ApiTag::Auth",
        transform = "guard_end_sessions"
    )]
    async fn end_sessions(&self, call: Call) -> Answer<EndSessionsReply> {
        Answer(self.0.end_sessions(call).await)
    }

    /// End a session of the caller
    #[oai(
        path = "/api/v1/auth/sessions/:id",
        method = "delete",
        operation_id = "endSession",
        tag = "ApiTag::Auth",
        transform = "guard_end_session"
    )]
    async fn end_session(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
    ) -> Answer<EndSessionReply> {
        let params = EndSessionParams { id: id.0 };

        Answer(self.0.end_session(call, params).await)
    }

    /// Change the password of the caller
    #[oai(
        path = "/api/v1/users/me/password",
        method = "put",
        operation_id = "changePassword",
        tag = "ApiTag::Auth",
        transform = "guard_change_password"
    )]
    async fn change_password(
        &self,
        call: Call,
        body: JsonBody<PasswordChange>,
    ) -> Answer<ChangePasswordReply> {
        Answer(self.0.change_password(call, body.0).await)
    }

    /// Invite a user again
    #[oai(
        path = "/api/v1/users/:id/invitation",
        method = "post",
        operation_id = "inviteUser",
        tag = "ApiTag::Auth",
        transform = "guard_invite_user"
    )]
    async fn invite_user(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
    ) -> Answer<InviteUserReply> {
        let params = InviteUserParams { id: id.0 };

        Answer(self.0.invite_user(call, params).await)
    }
}

fn guard_login<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LOGIN, endpoint)
}

fn guard_refresh_tokens<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::REFRESH_TOKENS, endpoint)
}

fn guard_logout<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LOGOUT, endpoint)
}

fn guard_accept_invitation<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::ACCEPT_INVITATION, endpoint)
}

fn guard_list_sessions<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_SESSIONS, endpoint)
}

fn guard_end_sessions<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::END_SESSIONS, endpoint)
}

fn guard_end_session<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::END_SESSION, endpoint)
}

fn guard_change_password<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CHANGE_PASSWORD, endpoint)
}

fn guard_invite_user<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::INVITE_USER, endpoint)
}

/// Who logs in, and with what.
#[derive(Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct LoginRequest {
    /// The email.
    pub email: String,
    /// The password.
    pub password: String,
    /// The slug of the organization; absent for a user of the platform.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
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

/// What tokens are refreshed with.
#[derive(Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum TokenType {
    /// `Bearer`.
    #[oai(rename = "Bearer")]
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
#[derive(Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
#[derive(Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
#[derive(Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The id of the session.
    pub id: Uuid,
    /// When the user logged in.
    pub created_at: Timestamp,
    /// When its tokens were last refreshed.
    pub last_used_at: Timestamp,
    /// When it ends if it is not used.
    pub expires_at: Timestamp,
    /// The program that logged in, as it named itself, or null.
    pub user_agent: Option<String>,
    /// The address of the login, or null.
    pub ip_address: Option<String>,
    /// Whether the request came in this session.
    pub current: bool,
}

/// The sessions of a user.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct SessionList {
    /// The sessions.
    pub content: Vec<Session>,
}
