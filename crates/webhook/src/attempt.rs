//! What came of sending a message once.
use std::time::Duration;

use http::StatusCode;
use thiserror::Error;

use crate::destination::DestinationError;

/// What came of sending a message once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The status that was answered, if the answer came so far.
    pub status: Option<u16>,
    /// From the start to the end of what was read of the answer.
    pub took: Duration,
    /// The first kilobyte of the answer as text. What is not text is replaced.
    pub answer: String,
    /// How long the receiver asks to be left alone.
    pub retry_after: Option<Duration>,
    /// What it means.
    pub outcome: Outcome,
}

/// What an attempt means for the delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has it: a status from 200 to 299, whatever becomes of the rest of the answer.
    Delivered,
    /// The receiver wants nothing more: status 410.
    Gone,
    /// The receiver may not have it.
    Failed(Reason),
}

/// Why an attempt has failed. The texts are for whoever owns the endpoint: they tell nothing about
/// the network that this server is in.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Reason {
    /// The URL may not be called.
    #[error(transparent)]
    Destination(#[from] DestinationError),
    /// The name has addresses, and none of them may be reached.
    #[error("the name leads to no public address")]
    Address,
    /// The name has no address.
    #[error("the name could not be resolved")]
    Dns,
    /// Nobody has taken the connection.
    #[error("the connection was refused")]
    Connect,
    /// The connection, with TLS, did not come about in time.
    #[error("the connection was not made in time")]
    ConnectTimeout,
    /// There is no secure connection to who was meant.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// There was no status in time.
    #[error("no answer came in time")]
    Timeout,
    /// The connection ended before the headers did.
    #[error("the connection was closed before there was an answer")]
    ClosedEarly,
    /// The headers, or what came before them, were more than is read.
    #[error("the headers of the answer are too large")]
    TooLarge,
    /// What came was not HTTP/1.1.
    #[error("the answer is not HTTP")]
    NotHttp,
    /// A status that tells of no success. Redirects are among them, as none is followed.
    #[error("the answer was status {0}")]
    Status(u16),
}

impl Reason {
    /// A word for programs, which stays the same.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Destination(_) => "destination-refused",
            Self::Address => "address-refused",
            Self::Dns => "name-not-found",
            Self::Connect => "connection-refused",
            Self::ConnectTimeout => "connection-timeout",
            Self::Tls(_) => "tls",
            Self::Timeout => "timeout",
            Self::ClosedEarly => "closed-early",
            Self::TooLarge => "headers-too-large",
            Self::NotHttp => "not-http",
            Self::Status(_) => "status",
        }
    }
}

impl Outcome {
    pub(crate) fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::GONE => Self::Gone,
            status if status.is_success() => Self::Delivered,
            status => Self::Failed(Reason::Status(status.as_u16())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn reasons_differ_in_code_and_in_words() {
        let reasons = [
            Reason::Destination(DestinationError::Scheme),
            Reason::Address,
            Reason::Dns,
            Reason::Connect,
            Reason::ConnectTimeout,
            Reason::Tls(String::new()),
            Reason::Timeout,
            Reason::ClosedEarly,
            Reason::TooLarge,
            Reason::NotHttp,
            Reason::Status(500),
        ];
        let codes: BTreeSet<_> = reasons.iter().map(Reason::code).collect();
        let words: BTreeSet<_> = reasons.iter().map(Reason::to_string).collect();
        assert_eq!((codes.len(), words.len()), (reasons.len(), reasons.len()));
    }
}
