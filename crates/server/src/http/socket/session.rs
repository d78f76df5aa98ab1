//! One client on a socket, from its first word to its last.

use super::{
    entry,
    hearing::{Misheard, read},
    line::{Came, Line, SLOW_AFTER, Unsent},
    message::{Said, Subscribe},
    pulse::{Beat, Pulse},
    subscription::{Subscription, ready},
    told::Told,
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

/// How long a client may take to say who it is.
const NAME_WITHIN: Duration = Duration::from_secs(5);

/// Subscriptions of one client.
const MOST: usize = 16;

/// Why a connection ends.
pub(super) enum End {
    /// The client is not there any more.
    Gone,
    /// The client has closed.
    Closed,
    /// The client does not take what it asked for.
    Slow,
    /// The service stops.
    Stopping,
    /// The client may not go on.
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

/// What a client waits for.
enum Happened {
    Stop,
    Doubt,
    Came(Came),
    Beat(Beat),
    Events,
}

/// A client on a socket.
pub struct Session<S> {
    line: Line<S>,
    auth: Arc<Auth>,
    limits: Arc<RateLimits>,
    request_id: String,
    closing: Closing,
    pulse: Pulse,
    authorization: Option<Authorization>,
    /// Counted for as long as the connection lasts.
    open: OpenStream,
    subscriptions: Vec<Subscription>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// A client that was let in by what it came with, or that has to say first who it is.
    pub fn new(
        line: Line<S>,
        auth: Arc<Auth>,
        limits: Arc<RateLimits>,
        request_id: String,
        closing: Closing,
        authorization: Option<Authorization>,
        open: OpenStream,
    ) -> Self {
        Self {
            line,
            auth,
            limits,
            request_id,
            closing,
            pulse: Pulse::new(),
            authorization,
            open,
            subscriptions: Vec::new(),
        }
    }

    /// Serves it until it leaves or is sent away.
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
            let by = Instant::now() + NAME_WITHIN;
            let came = loop {
                let came = tokio::select! {
                    biased;
                    () = self.closing.begun() => return Err(End::Stopping),
                    came = self.line.hear() => came,
                    () = sleep_until(by) => {
                        let detail = "The client has not said in time who it is.";
                        return Err(policy(unauthenticated(detail)));
                    }
                };
                match came {
                    Came::Sign if self.pulse.heard() => {}
                    came => break came,
                }
            };
            let Said::Authenticate(text) = read(&mut self.pulse, came)? else {
                let detail = "The first message has to be authenticate.";
                return Err(policy(unauthenticated(detail)));
            };
            let authorization = enter(&self.auth, &self.limits, &text)
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
        self.tell_authenticated().await
    }

    async fn tell_authenticated(&mut self) -> Result<(), End> {
        let until = self.authorization.as_ref().and_then(Authorization::until);
        let expires_at = until.map(timestamp);
        self.line.tell(&Told::Authenticated { expires_at }).await?;
        Ok(self.line.flush().await?)
    }

    async fn step(&mut self) -> Result<(), End> {
        let happened = tokio::select! {
            biased;
            () = self.closing.begun() => Happened::Stop,
            () = needs_recheck(&mut self.authorization) => Happened::Doubt,
            // Before the pulse: what came while something was sent counts.
            came = self.line.hear() => Happened::Came(came),
            beat = self.pulse.beat() => Happened::Beat(beat),
            () = ready(&mut self.subscriptions) => Happened::Events,
        };
        match happened {
            Happened::Stop => Err(End::Stopping),
            Happened::Doubt => holds(&mut self.authorization).await,
            Happened::Came(Came::Sign) if self.pulse.heard() => Ok(()),
            // What is needed now and then is not kept room for in every idle client.
            Happened::Came(came) => Box::pin(self.answer(came)).await,
            Happened::Beat(Beat::Ask) => Ok(self.line.ping().await?),
            Happened::Beat(Beat::Gone) => Err(End::Gone),
            Happened::Events => Box::pin(self.pass_on()).await,
        }
    }

    async fn answer(&mut self, came: Came) -> Result<(), End> {
        let said = match read(&mut self.pulse, came) {
            Err(Misheard::Unread(unread)) => {
                return self.refuse(unread.id.as_deref(), unread.problem).await;
            }
            said => said?,
        };
        match said {
            Said::Ping => {
                let cursors = self.subscriptions.iter();
                let cursors = cursors.filter_map(|one| Some((one.id.as_str(), one.cursor()?)));
                let pong = Told::Pong {
                    cursors: cursors.collect(),
                };
                self.line.tell(&pong).await?;
            }
            Said::Authenticate(text) => self.authenticate_again(&text).await?,
            Said::Subscribe(asked) => self.subscribe(asked).await?,
            Said::Unsubscribe(id) => self.unsubscribe(&id).await?,
        }
        Ok(self.line.flush().await?)
    }

    /// A client that stays comes with a new token before the one before has expired. What it
    /// follows was begun as who it was: it must be the same, and may the same.
    async fn authenticate_again(&mut self, text: &Secret) -> Result<(), End> {
        let authorization = match enter(&self.auth, &self.limits, text).await {
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
        self.tell_authenticated().await
    }

    async fn subscribe(&mut self, asked: Subscribe) -> Result<(), End> {
        let taken = self.subscriptions.iter().any(|one| one.id == asked.id);
        if taken || self.subscriptions.len() == MOST {
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
                let told = Told::Subscribed {
                    id: &one.id,
                    cursor: one.cursor(),
                };
                self.line.tell(&told).await?;
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
        entry::count(&self.limits, authorization).await?;
        let context = Context {
            actor: authorization.actor().clone(),
            // Nothing is written: it is only asked whether the caller may follow.
            credential: None,
            request_id: Some(self.request_id.clone()),
            idempotency: None,
            deadline: None,
            room: None,
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
        Ok(self.line.tell(&Told::Unsubscribed { id }).await?)
    }

    async fn refuse(&mut self, id: Option<&str>, problem: Problem) -> Result<(), End> {
        let problem = Box::new(self.of_here(problem));
        self.line.tell(&Told::Error { id, problem }).await?;
        Ok(self.line.flush().await?)
    }

    fn of_here(&self, problem: Problem) -> Problem {
        problem.of_request(&self.request_id, super::PATH)
    }

    /// A part of every subscription that has something, in turn.
    async fn pass_on(&mut self) -> Result<(), End> {
        for one in &mut self.subscriptions {
            if !one.follower.is_ready() {
                continue;
            }
            one.follower.read().await.map_err(|error| {
                tracing::warn!(%error, "a follower of the log is cut off");
                End::Refused(CloseCode::Error, Box::new(problem::of(error)))
            })?;
            while let Some(item) = one.follower.take() {
                // What the caller may see is asked for each event: a slow one takes long.
                holds(&mut self.authorization).await?;
                let sending = one.tell(&mut self.line, item);
                tokio::select! {
                    sent = sending => sent?,
                    lost = lost(&mut self.authorization, &mut self.closing) => return Err(lost),
                }
                one.is_told();
            }
            // Also of what the filters left out: who comes back need not be shown that again.
            one.is_told();
        }
        Ok(self.line.flush().await?)
    }

    async fn end(mut self, end: End) {
        let mut words = Vec::new();
        // What is not sent any more is not kept while the client is told.
        let cursors: Vec<_> = std::mem::take(&mut self.subscriptions)
            .into_iter()
            .map(|one| (one.cursor(), one.id))
            .collect();
        let (code, reason) = match end {
            End::Gone => return,
            End::Closed => return self.line.close().await,
            End::Stopping => (CloseCode::Restart, "the service stops"),
            End::Slow => {
                words.extend(cursors.iter().map(|(cursor, id)| Told::Dropped {
                    subscription: id,
                    cursor: cursor.clone(),
                }));
                tracing::info!(after = ?SLOW_AFTER, "a slow client was dropped");
                (CloseCode::Again, "too slow")
            }
            End::Refused(code, problem) => {
                let problem = Box::new(self.of_here(*problem));
                words.push(Told::Error { id: None, problem });
                (code, "refused")
            }
        };
        self.line.end(&words, code, reason).await;
    }
}

async fn enter(
    auth: &Arc<Auth>,
    limits: &RateLimits,
    text: &Secret,
) -> Result<Authorization, Problem> {
    let identified = auth.identify(text.reveal()).await;
    let (proof, _) = identified.map_err(problem::of_identity)?;
    entry::admit(auth, limits, proof, None).await
}

/// Waits until there is a reason to send nothing more.
async fn lost(authorization: &mut Option<Authorization>, closing: &mut Closing) -> End {
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
