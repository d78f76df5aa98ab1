//! How requests come to the service.

use crate::Failure;
use async_trait::async_trait;
use serde_json::Value;

/// A request. Nothing else goes along with it.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// `GET`.
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// The header of that name.
    pub authorization: Option<&'a str>,
    /// Media type and text.
    pub body: Option<(&'a str, String)>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body.
    pub text: String,
}

impl Reply {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

/// Something that takes requests to the service.
#[async_trait]
pub trait Client: Sync {
    /// Sends a request and gives the answer.
    ///
    /// # Errors
    /// When there is no answer.
    async fn send(&self, request: Request<'_>) -> Result<Reply, Failure>;

    /// Waits until the service has done what it does of its own accord, as sending mails. At once
    /// where it does nothing of that kind.
    ///
    /// # Errors
    /// When it is not done in time.
    async fn settle(&self) -> Result<(), Failure> {
        Ok(())
    }
}
