//! The event log over WebSocket (RFC 6455), at a path of its own beside the contract's operations:
//! OpenAPI cannot describe the messages of a socket.
//!
//! Callers authenticate by a header, a ticket or their first message and never by a cookie, so a page
//! of another origin can do no more here than any program: `Origin` is not checked.

mod admission;
mod client_message;
mod connection;
mod heartbeat;
mod receive;
mod server_message;
mod session;
mod subscription;

use super::{
    gate::bearer,
    problem::{self, unauthenticated},
};
use crate::{
    edge::RequestContext,
    metrics::Metrics,
    rate_limit::{Counted, RateLimits},
};
use connection::Connection;
use contract::{Problem, ProblemCode, RequestId};
use identity::{Auth, Authorization};
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    error::MethodNotAllowedError,
    http::{self, Method, header::AUTHORIZATION},
};
use session::Session;
use std::sync::Arc;
use tokio_tungstenite::tungstenite::{Error, handshake::server::create_response};

/// The path of the endpoint.
pub const PATH: &str = "/api/v1/ws";

/// The operation name in log and metrics.
const NAME: &str = "followOverWebSocket";

/// The operations of the contract, and the WebSocket endpoint.
pub struct WebSocketEndpoint<E> {
    operations: E,
    auth: Arc<Auth>,
    limits: Arc<RateLimits>,
    metrics: Arc<Metrics>,
}

impl<E> WebSocketEndpoint<E> {
    /// Adds the WebSocket endpoint to the operations.
    pub const fn beside(
        operations: E,
        auth: Arc<Auth>,
        limits: Arc<RateLimits>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            operations,
            auth,
            limits,
            metrics,
        }
    }

    async fn open(&self, request: &Request, id: &str) -> Result<Response, Problem> {
        let (limits, mut counted) = (&self.limits, Counted::default());
        limits.count_address(limits.address(request), &mut counted);
        counted.reject(RequestContext::of(request))?;
        let answer = handshake(request)?;
        let authorization = self.authorization(request).await?;
        let open = match &authorization {
            Some(authorization) => self.limits.streams().of(authorization.actor())?,
            None => self.limits.streams().of_unauthenticated()?,
        };
        let on_upgrade = request.take_upgrade();
        let on_upgrade = on_upgrade.map_err(|_| malformed("The connection cannot be upgraded."))?;
        let (auth, limits) = (Arc::clone(&self.auth), Arc::clone(&self.limits));
        let id = id.to_owned();
        let closing = auth.app().live().closing();
        tokio::spawn(async move {
            if let Ok(upgraded) = on_upgrade.await {
                let connection = Connection::new(upgraded).await;
                Session::new(connection, auth, limits, id, closing, authorization, open)
                    .serve()
                    .await;
            }
        });
        Ok(answer)
    }

    /// Authenticates by the header or the ticket; `None` when the first message has to authenticate.
    async fn authorization(&self, request: &Request) -> Result<Option<Authorization>, Problem> {
        let proof = if request.headers().contains_key(AUTHORIZATION) {
            let missing = || unauthenticated("The request has no access token and no API key.");
            let text = bearer(request).ok_or_else(missing)?;
            self.auth.identify(text).await.map(|(proof, _)| proof)
        } else {
            match ticket(request) {
                Some(ticket) => self.auth.redeem_ticket(ticket).await,
                None => return Ok(None),
            }
        };
        let proof = proof.map_err(problem::of_identity)?;
        let request_context = RequestContext::of(request);
        let authorization =
            admission::admit(&self.auth, &self.limits, proof, request_context).await?;
        if let (Some(request_context), Some(id)) =
            (request_context, authorization.actor().user_id())
        {
            request_context.set_actor(id.to_string());
        }
        Ok(Some(authorization))
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for WebSocketEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if request.uri().path() != PATH {
            return self.operations.call(request).await;
        }
        if request.method() != Method::GET {
            return Err(MethodNotAllowedError.into());
        }
        if let Some(request_context) = RequestContext::of(&request) {
            request_context.set_operation(NAME);
        }
        let id = request.extensions().get::<RequestId>();
        let id = id.map(|id| id.0.clone()).unwrap_or_default();
        Ok(self.open(&request, &id).await.unwrap_or_else(|problem| {
            self.metrics.refused(problem.code.as_str());
            problem.of_request(&id, PATH).into_response()
        }))
    }
}

/// The response to the handshake.
fn handshake(request: &Request) -> Result<Response, Problem> {
    let mut asked = http::Request::new(());
    *asked.method_mut() = request.method().clone();
    *asked.version_mut() = request.version();
    *asked.headers_mut() = request.headers().clone();
    let answer = create_response(&asked).map_err(|error| match error {
        Error::Protocol(_) => malformed("This path is for WebSocket (RFC 6455) handshakes only."),
        _ => malformed("The handshake cannot be read."),
    })?;
    let mut response = answer.status().into_response();
    response.headers_mut().extend(answer.headers().clone());
    Ok(response)
}

fn malformed(detail: &str) -> Problem {
    Problem::new(ProblemCode::MalformedRequest, detail)
}

/// The ticket in the query. Its alphabet needs no percent-decoding.
fn ticket(request: &Request) -> Option<&str> {
    let mut pairs = request.uri().query()?.split('&');
    pairs.find_map(|pair| pair.strip_prefix("ticket="))
}
