//! The session of one client on a socket, from the handshake to the close.

use super::{
    admission,
    client_message::{ClientMessage, Subscribe},
    connection::{Connection, Incoming, SLOW_AFTER, Unsent},
    heartbeat::{Heartbeat, HeartbeatDue},
    receive::{Rejected, read},
    server_message::ServerMessage,
    subscription::{Subscription, ready},
};
use crate::{
    http::{
        follower::Follower,
        problem::{self, answer, unauthenticated},
        timestamp,
    },
    open_streams::OpenStream,
    rate_limit::RateLimits,
    secret::Secret,
};
use app::{Context, live::Closing};
use contract::{FieldError, Problem, ProblemCode};
use identity::{Auth, Authorization};
use std::{future::pending, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, sleep_until},
};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// How long a client may take to authenticate.
const AUTHENTICATE_WITHIN: Duration = Duration::from_secs(5);

/// The most subscriptions of one connection.
const MAX_SUBSCRIPTIONS: usize = 16;

/// Why a connection ends.
pub(super) enum End {
    /// The connection to the client is lost.
    Gone,
    /// The client has closed.
    Closed,
    /// The client does not read its messages fast enough.
    Slow,
    /// The service stops.
    Stopping,
    /// The client may not go on; it receives the problem before the close.
    Refused(CloseCode, Box<Problem>),
}

impl From<Unsent> for End {
    fn from(unsent: Unsent) -> Self {
        match unsent {
            Unsent::Gone => Self::Gone,
            Unsent::Slow => Self::Slow,
        }
    }
}

/// What wakes up a session.
enum Happened {
    Stop,
    Recheck,
    Incoming(Incoming),
    Heartbeat(HeartbeatDue),
    Events,
}

/// The session of a client on a socket.
pub struct Session<S> {
    connection: Connection<S>,
    auth: Arc<Auth>,
    limits: Arc<RateLimits>,
    request_id: String,
    closing: Closing,
    heartbeat: Heartbeat,
    authorization: Option<Authorization>,
    /// Counted for as long as the connection lasts.
    open: OpenStream,
    subscriptions: Vec<Subscription>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// With no authorization, the first message of the client has to authenticate it.
    pub fn new(
        connection: Connection<S>,
        auth: Arc<Auth>,
        limits: Arc<RateLimits>,
        request_id: String,
        closing: Closing,
        authorization: Option<Authorization>,
        open: OpenStream,
    ) -> Self {
        Self {
            connection,
            auth,
            limits,
            request_id,
            closing,
            heartbeat: Heartbeat::new(),
            authorization,
            open,
            subscriptions: Vec::new(),
        }
    }

    /// Serves the client until one side ends the connection.
    pub async fn serve(mut self) {
        let end = match self.welcome().await {
            Err(end) => end,
            Ok(()) => loop {
                if let Err(end) = self.step().await {
                    break end;
                }
            },
        };
        self.end(end).await;
    }

    async fn welcome(&mut self) -> Result<(), End> {
        if self.authorization.is_none() {
            let by = Instant::now() + AUTHENTICATE_WITHIN;
            let incoming = loop {
                let incoming = tokio::select! {
                    biased;
                    () = self.closing.begun() => return Err(End::Stopping),
                    incoming = self.connection.receive() => incoming,
                    () = sleep_until(by) => {
                        let detail = "The client has not said in time who it is.";
                        return Err(policy(unauthenticated(detail)));
                    }
                };
                match incoming {
                    Incoming::Sign if self.heartbeat.record_message() => {}
                    incoming => break incoming,
                }
            };
            let ClientMessage::Authenticate(text) = read(&mut self.heartbeat, incoming)? else {
                let detail = "The first message has to be authenticate.";
                return Err(policy(unauthenticated(detail)));
            };
            let authorization = authenticate(&self.auth, &self.limits, &text)
                .await
                .map_err(policy)?;
            let busy = |problem| End::Refused(CloseCode::Again, Box::new(problem));
            self.open = self
                .limits
                .streams()
                .of(authorization.actor())
                .map_err(busy)?;
            self.authorization = Some(authorization);
        }
        self.send_authenticated().await
    }

    async fn send_authenticated(&mut self) -> Result<(), End> {
        let until = self.authorization.as_ref().and_then(Authorization::until);
        let expires_at = until.map(timestamp);
        self.connection
            .send(&ServerMessage::Authenticated { expires_at })
            .await?;
        Ok(self.connection.flush().await?)
    }

    async fn step(&mut self) -> Result<(), End> {
        let happened = tokio::select! {
            biased;
            () = self.closing.begun() => Happened::Stop,
            () = needs_recheck(&mut self.authorization) => Happened::Recheck,
            // Before the heartbeat: messages that arrived during a slow send count as a sign of life.
            incoming = self.connection.receive() => Happened::Incoming(incoming),
            due = self.heartbeat.due_next() => Happened::Heartbeat(due),
            () = ready(&mut self.subscriptions) => Happened::Events,
        };
        match happened {
            Happened::Stop => Err(End::Stopping),
            Happened::Recheck => holds(&mut self.authorization).await,
            Happened::Incoming(Incoming::Sign) if self.heartbeat.record_message() => Ok(()),
            // Boxed so that the future of an idle client stays small.
            Happened::Incoming(incoming) => Box::pin(self.answer(incoming)).await,
            Happened::Heartbeat(HeartbeatDue::Ping) => Ok(self.connection.ping().await?),
            Happened::Heartbeat(HeartbeatDue::Gone) => Err(End::Gone),
            Happened::Events => Box::pin(self.send_events()).await,
        }
    }

    async fn answer(&mut self, incoming: Incoming) -> Result<(), End> {
        let message = match read(&mut self.heartbeat, incoming) {
            Err(Rejected::Unread(unread)) => {
                return self.refuse(unread.id.as_deref(), unread.problem).await;
            }
            message => message?,
        };
        match message {
            ClientMessage::Ping => {
                let cursors = self.subscriptions.iter();
                let cursors = cursors.filter_map(|one| Some((one.id.as_str(), one.cursor()?)));
                let pong = ServerMessage::Pong {
                    cursors: cursors.collect(),
                };
                self.connection.send(&pong).await?;
            }
            ClientMessage::Authenticate(text) => self.authenticate_again(&text).await?,
            ClientMessage::Subscribe(asked) => self.subscribe(asked).await?,
            ClientMessage::Unsubscribe(id) => self.unsubscribe(&id).await?,
        }
        Ok(self.connection.flush().await?)
    }

    /// Replaces the authorization, before the access token expires. The subscriptions were authorized
    /// for the caller before, so the new caller must be the same with the same permissions.
    async fn authenticate_again(&mut self, text: &Secret) -> Result<(), End> {
        let authorization = match authenticate(&self.auth, &self.limits, text).await {
            Ok(authorization) => authorization,
            Err(problem) => return self.refuse(None, problem).await,
        };
        let before = self.authorization.as_ref().map(Authorization::actor);
        if before.is_some_and(|before| before != authorization.actor()) {
            let detail = "The connection is another caller's, or the caller may do something else \
                          by now.";
            let problem = Problem::new(ProblemCode::Forbidden, detail);
            return self.refuse(None, problem).await;
        }
        self.authorization = Some(authorization);
        self.send_authenticated().await
    }

    async fn subscribe(&mut self, asked: Subscribe) -> Result<(), End> {
        let taken = self.subscriptions.iter().any(|one| one.id == asked.id);
        if taken || self.subscriptions.len() == MAX_SUBSCRIPTIONS {
            let message = match taken {
                true => "is the id of another subscription of this connection",
                false => "is one more than the 16 that a connection has",
            };
            let error = FieldError::at("/id", "TAKEN", message);
            let problem = Problem::new(ProblemCode::ValidationError, "There is no room for it.");
            let problem = problem.with_errors(vec![error]);
            return self.refuse(Some(&asked.id), problem).await;
        }
        let id = asked.id.clone();
        match self.follow(asked).await {
            Err(problem) => self.refuse(Some(&id), problem).await,
            Ok(follower) => {
                let one = Subscription::new(id, follower);
                let subscribed = ServerMessage::Subscribed {
                    id: &one.id,
                    cursor: one.cursor(),
                };
                self.connection.send(&subscribed).await?;
                self.subscriptions.push(one);
                Ok(())
            }
        }
    }

    async fn follow(&mut self, asked: Subscribe) -> Result<Follower, Problem> {
        let Some(authorization) = &mut self.authorization else {
            return Err(unauthenticated("It is not known who the client is."));
        };
        authorization.holds().await.map_err(problem::of_identity)?;
        admission::count(&self.limits, authorization).await?;
        let context = Context {
            actor: authorization.actor().clone(),
            // Nothing is written: the context only serves to authorize the caller.
            credential: None,
            request_id: Some(self.request_id.clone()),
            idempotency: None,
            deadline: None,
            reservation: None,
        };
        let realm = asked.organization.or(context.actor.organization());
        let app = self.auth.app();
        let begun = app.follow_events(&context, realm, asked.after, asked.filters);
        Ok(Follower::new(answer(begun).await?))
    }

    async fn unsubscribe(&mut self, id: &str) -> Result<(), End> {
        let before = self.subscriptions.len();
        self.subscriptions.retain(|one| one.id != id);
        if self.subscriptions.len() == before {
            let detail = "There is no such subscription.";
            let problem = Problem::new(ProblemCode::NotFound, detail);
            return self.refuse(Some(id), problem).await;
        }
        Ok(self
            .connection
            .send(&ServerMessage::Unsubscribed { id })
            .await?)
    }

    async fn refuse(&mut self, id: Option<&str>, problem: Problem) -> Result<(), End> {
        let problem = Box::new(self.of_this_request(problem));
        self.connection
            .send(&ServerMessage::Error { id, problem })
            .await?;
        Ok(self.connection.flush().await?)
    }

    fn of_this_request(&self, problem: Problem) -> Problem {
        problem.of_request(&self.request_id, super::PATH)
    }

    /// Sends a batch of events of every subscription that has some, in turn.
    async fn send_events(&mut self) -> Result<(), End> {
        for one in &mut self.subscriptions {
            if !one.follower.is_ready() {
                continue;
            }
            one.follower.read().await.map_err(|error| {
                tracing::warn!(%error, "a follower of the log is cut off");
                End::Refused(CloseCode::Error, Box::new(problem::of(error)))
            })?;
            while let Some(item) = one.follower.take() {
                // Authorization is checked for each event, because sending a batch to a slow client takes long.
                holds(&mut self.authorization).await?;
                let sending = one.send(&mut self.connection, item);
                tokio::select! {
                    sent = sending => sent?,
                    end = must_end(&mut self.authorization, &mut self.closing) => return Err(end),
                }
                one.mark_sent();
            }
            // The cursor also advances past events that the filters left out.
            one.mark_sent();
        }
        Ok(self.connection.flush().await?)
    }

    async fn end(mut self, end: End) {
        let mut messages = Vec::new();
        // The followers are dropped first, so that unsent events are not kept while the messages are sent.
        let cursors: Vec<_> = std::mem::take(&mut self.subscriptions)
            .into_iter()
            .map(|one| (one.cursor(), one.id))
            .collect();
        let (code, reason) = match end {
            End::Gone => return,
            End::Closed => return self.connection.close().await,
            End::Stopping => (CloseCode::Restart, "the service stops"),
            End::Slow => {
                messages.extend(cursors.iter().map(|(cursor, id)| ServerMessage::Dropped {
                    subscription: id,
                    cursor: cursor.clone(),
                }));
                tracing::info!(after = ?SLOW_AFTER, "a slow client was dropped");
                (CloseCode::Again, "too slow")
            }
            End::Refused(code, problem) => {
                let problem = Box::new(self.of_this_request(*problem));
                messages.push(ServerMessage::Error { id: None, problem });
                (code, "refused")
            }
        };
        self.connection.end(&messages, code, reason).await;
    }
}

async fn authenticate(
    auth: &Arc<Auth>,
    limits: &RateLimits,
    text: &Secret,
) -> Result<Authorization, Problem> {
    let identified = auth.identify(text.reveal()).await;
    let (proof, _) = identified.map_err(problem::of_identity)?;
    admission::admit(auth, limits, proof, None).await
}

/// Waits until the service stops or the authorization is withdrawn.
async fn must_end(authorization: &mut Option<Authorization>, closing: &mut Closing) -> End {
    loop {
        tokio::select! {
            () = closing.begun() => return End::Stopping,
            () = needs_recheck(authorization) => {}
        }
        if let Err(end) = holds(authorization).await {
            return end;
        }
    }
}

async fn needs_recheck(authorization: &mut Option<Authorization>) {
    match authorization {
        Some(authorization) => authorization.needs_recheck().await,
        None => pending().await,
    }
}

async fn holds(authorization: &mut Option<Authorization>) -> Result<(), End> {
    match authorization {
        Some(authorization) => {
            let holds = authorization.holds().await;
            holds.map_err(|error| policy(problem::of_identity(error)))
        }
        None => Ok(()),
    }
}

pub(super) fn policy(problem: Problem) -> End {
    End::Refused(CloseCode::Policy, Box::new(problem))
}
