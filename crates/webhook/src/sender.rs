//! Sends a message once.
use std::{sync::Arc, time::Duration};

use http::{
    HeaderValue, Method, Request, Response,
    header::{CONNECTION, HOST},
};
use http_body_util::Full;
use hyper::{
    body::{Bytes, Incoming},
    client::conn::http1,
};
use hyper_util::rt::TokioIo;
use tokio::{
    task::JoinSet,
    time::{Instant, timeout_at},
};
use tokio_rustls::rustls::RootCertStore;

use crate::{
    answer,
    attempt::{Attempt, Outcome, Reason},
    capped::TooMuch,
    connection::{self, Connector},
    destination::Destination,
    message::Message,
    policy::Policy,
    resolver::{Resolve, SystemResolver},
};

/// The most bytes of an answer's headers, and of each buffer of a connection: it is what hundreds of
/// attempts at once cost.
const MOST_HEADERS: usize = 8 * 1024;

/// How long a receiver may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To be found and to accept the connection, with TLS.
    pub connect: Duration,
    /// For the attempt as a whole.
    pub all: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            all: Duration::from_secs(15),
        }
    }
}

/// Sends messages. It has no queue and no memory, and each attempt has a connection of its own.
pub struct Sender {
    policy: Policy,
    connector: Connector,
    all: Duration,
}

impl Sender {
    /// A sender that goes where the policy lets it, asks the system for addresses, and trusts the
    /// certificates of the web.
    pub fn new(policy: Policy, timeouts: Timeouts) -> Self {
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned();
        let connector = Connector {
            reach: policy.reach.clone(),
            resolver: Arc::new(SystemResolver::default()),
            tls: connection::tls(roots.collect()),
            limit: timeouts.connect,
        };
        Self {
            policy,
            connector,
            all: timeouts.all,
        }
    }

    /// Asks this one for addresses. They are checked all the same.
    #[must_use]
    pub fn with_resolver(mut self, resolver: Arc<dyn Resolve>) -> Self {
        self.connector.resolver = resolver;
        self
    }

    /// Trusts these roots, and no others.
    #[must_use]
    pub fn with_roots(mut self, roots: RootCertStore) -> Self {
        self.connector.tls = connection::tls(roots);
        self
    }

    /// Where this sender goes.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Sends the message, once. This takes no longer than the time limit, and little memory,
    /// whatever the other side does.
    pub async fn send(&self, to: &Destination, message: &Message) -> Attempt {
        let started = Instant::now();
        let deadline = started + self.all;
        let exchanged = timeout_at(deadline, self.exchange(to, message)).await;
        let (status, retry_after, answer, outcome) = match exchanged {
            Err(_) => (None, None, String::new(), Outcome::Failed(Reason::Timeout)),
            Ok(Err(reason)) => (None, None, String::new(), Outcome::Failed(reason)),
            Ok(Ok((response, _driver))) => {
                let (head, body) = response.into_parts();
                let retry_after = answer::retry_after(&head.headers, message.timestamp());
                let answer = answer::read(body, deadline).await;
                let status = Some(head.status.as_u16());
                (status, retry_after, answer, Outcome::of(head.status))
            }
        };
        Attempt {
            status,
            took: started.elapsed(),
            answer,
            retry_after,
            outcome,
        }
    }

    /// Status and headers of the answer, with the task that reads the rest of it as long as it is
    /// held.
    async fn exchange(
        &self,
        to: &Destination,
        message: &Message,
    ) -> Result<(Response<Incoming>, JoinSet<()>), Reason> {
        self.policy.permits(to)?;
        let stream = self.connector.connect(to).await?;
        let mut http = http1::Builder::new();
        http.max_buf_size(MOST_HEADERS)
            .max_header_size(MOST_HEADERS);
        let (mut requests, connection) = http
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| failure(&error))?;
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            // Whatever ends the connection is told to the request too.
            let _ = connection.await;
        });
        let response = requests.send_request(request(to, message)).await;
        Ok((response.map_err(|error| failure(&error))?, driver))
    }
}

fn request(to: &Destination, message: &Message) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(message.body()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = to.target();
    *request.headers_mut() = message.headers().clone();
    let headers = request.headers_mut();
    headers.insert(HOST, to.host_header());
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    request
}

fn failure(error: &hyper::Error) -> Reason {
    if error.is_parse_too_large() || TooMuch::is_cause_of(error) {
        Reason::TooLarge
    } else if error.is_parse() {
        Reason::NotHttp
    } else {
        Reason::ClosedEarly
    }
}
