//! Handlers of sign-in, sessions, passwords and invitations.

use super::{
    Http, context,
    problem::{self, answer},
    timestamp,
};
use crate::{edge::RequestContext, rate_limit::Counted, secret::Secret};
use app::{
    Error,
    session::{self as command, Which},
    user as users,
};
use async_trait::async_trait;
use contract::{
    AcceptInvitationReply, AuthApi, Call, ChangePasswordReply, EndSessionParams, EndSessionReply,
    EndSessionsReply, InvitationAcceptance, InviteUserParams, InviteUserReply, ListSessionsReply,
    LoginReply, LoginRequest, LogoutReply, PasswordChange, Problem, RefreshRequest,
    RefreshTokensReply, Session, SessionList, TokenPair, TokenType,
};
use domain::{SessionId, UserId};
use identity::{Bearer, Origin, SignInRequest, Tokens};
use std::time::Duration;

#[async_trait]
impl AuthApi for Http {
    async fn login(&self, call: Call, body: LoginRequest) -> Result<LoginReply, Problem> {
        let account = self.auth.account(body.organization.as_deref(), &body.email);
        let (request_context, mut counted) =
            (call.extension::<RequestContext>(), Counted::default());
        self.limits.count_account(&account, &mut counted);
        counted.enforce(request_context)?;
        let request = SignInRequest {
            email: body.email,
            password: Secret::new(body.password),
            organization: body.organization,
            origin: call.extension::<Origin>().cloned().unwrap_or_default(),
            deadline: request_context.and_then(RequestContext::deadline),
        };
        let tokens = self.auth.login(request).await;
        let tokens = tokens.map_err(problem::of_identity)?;
        Ok(LoginReply::ok(view(&tokens)))
    }

    async fn refresh_tokens(
        &self,
        _: Call,
        body: RefreshRequest,
    ) -> Result<RefreshTokensReply, Problem> {
        let text = Secret::new(body.refresh_token);
        let tokens = self.auth.refresh(text.reveal()).await;
        let tokens = tokens.map_err(problem::of_identity)?;
        Ok(RefreshTokensReply::ok(view(&tokens)))
    }

    async fn logout(&self, call: Call) -> Result<LogoutReply, Problem> {
        let which = session(&call).map_or(Which::None, Which::One);
        self.end_sessions_of(&call, which).await?;
        Ok(LogoutReply::no_content())
    }

    async fn accept_invitation(
        &self,
        _: Call,
        body: InvitationAcceptance,
    ) -> Result<AcceptInvitationReply, Problem> {
        let (token, password) = (Secret::new(body.token), Secret::new(body.password));
        self.auth
            .accept_invitation(token.reveal(), password)
            .await
            .map_err(problem::of_identity)?;
        Ok(AcceptInvitationReply::no_content())
    }

    async fn list_sessions(&self, call: Call) -> Result<ListSessionsReply, Problem> {
        let found = answer(self.app.sessions(&context(&call)?)).await?;
        let current = session(&call);
        let content = found.into_iter();
        let content = content.map(|(session, usage)| Session {
            id: session.id.0,
            created_at: timestamp(session.started_at),
            last_used_at: timestamp(usage.last_used_at),
            expires_at: timestamp(session.expires_at.min(usage.idle_until)),
            user_agent: usage.user_agent,
            ip_address: usage.ip_address,
            current: Some(session.id) == current,
        });
        Ok(ListSessionsReply::ok(SessionList {
            content: content.collect(),
        }))
    }

    async fn end_sessions(&self, call: Call) -> Result<EndSessionsReply, Problem> {
        self.end_sessions_of(&call, Which::All).await?;
        Ok(EndSessionsReply::no_content())
    }

    async fn end_session(
        &self,
        call: Call,
        params: EndSessionParams,
    ) -> Result<EndSessionReply, Problem> {
        self.end_sessions_of(&call, Which::One(SessionId(params.id)))
            .await?;
        Ok(EndSessionReply::no_content())
    }

    async fn change_password(
        &self,
        call: Call,
        body: PasswordChange,
    ) -> Result<ChangePasswordReply, Problem> {
        let context = context(&call)?;
        let user = users::caller(&context).map_err(|r| problem::refused(&r))?;
        let current = Secret::new(body.current_password);
        let new = Secret::new(body.new_password);
        self.auth
            .change_password(context, user, session(&call), current, new)
            .await
            .map_err(problem::of_identity)?;
        Ok(ChangePasswordReply::no_content())
    }

    async fn invite_user(
        &self,
        call: Call,
        params: InviteUserParams,
    ) -> Result<InviteUserReply, Problem> {
        let (context, id) = (context(&call)?, UserId(params.id));
        // A missing user is refused by the command, which also finds the answer to a repeated request.
        let side_records = match self.app.user(&context, id, None).await {
            Ok(user) => {
                let (email, name) = (user.email.as_str(), user.display_name.as_str());
                let home = self.home(user.organization_id).await?;
                let side_records = self.auth.invite(id, email, name, home.as_deref());
                side_records.map_err(problem::of_identity)?
            }
            Err(Error::Refused(_)) => Vec::new(),
            Err(error) => return Err(problem::of(error)),
        };
        let sent = self
            .app
            .run(context, users::InviteUser { id, side_records });
        answer(sent).await?;
        Ok(InviteUserReply::no_content())
    }
}

impl Http {
    async fn end_sessions_of(&self, call: &Call, which: Which) -> Result<(), Problem> {
        let context = context(call)?;
        let user = users::caller(&context).map_err(|r| problem::refused(&r))?;
        let case = command::EndSessions { user, which };
        answer(self.app.run(context, case)).await?;
        Ok(())
    }
}

fn view(tokens: &Tokens) -> TokenPair {
    let seconds = |time: Duration| i32::try_from(time.as_secs()).unwrap_or(i32::MAX);
    TokenPair {
        access_token: tokens.access.reveal().to_owned(),
        token_type: TokenType::Bearer,
        expires_in: seconds(tokens.access_for),
        refresh_token: tokens.refresh.reveal().to_owned(),
        refresh_expires_in: seconds(tokens.refresh_for),
        password_change_required: tokens.must_change_password,
    }
}

/// The session of the caller's access token.
fn session(call: &Call) -> Option<SessionId> {
    call.extension::<Bearer>().map(|bearer| bearer.session)
}
