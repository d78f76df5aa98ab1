//! The Rust client of Quartermaster.
//!
//! ```no_run
//! # async fn example() -> Result<(), client::Error> {
//! use client::{Client, NewUser, Options};
//!
//! let client = Client::new("http://127.0.0.1:8080", Some("qm_v1_…"));
//! let user = NewUser::new("ada@example.com", "Ada Lovelace");
//! let made = client.create_user(&user, &Options::with_key("order-1001")).await?;
//! assert_eq!(made.status, 201);
//! # Ok(())
//! # }
//! ```

mod error;
mod generated;
mod wire;

use chrono::{DateTime, Utc};

pub use error::Error;
pub use generated::*;
pub use reqwest::header::HeaderMap;
pub use wire::Download;

/// Speaks to one server.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
    api_key: Option<String>,
}

impl Client {
    /// For the server at `base_url`, for example `http://127.0.0.1:8080`.
    pub fn new(base_url: impl Into<String>, api_key: Option<&str>) -> Self {
        Self::with_http(reqwest::Client::new(), base_url, api_key)
    }

    /// With an HTTP client of the caller's own: its pool, time limits and proxies.
    pub fn with_http(
        http: reqwest::Client,
        base_url: impl Into<String>,
        api_key: Option<&str>,
    ) -> Self {
        let base_url: String = base_url.into();
        Self {
            http,
            base_url: base_url.trim_end_matches('/').to_owned(),
            api_key: api_key.map(str::to_owned),
        }
    }

    /// The same server, as another caller.
    #[must_use]
    pub fn with_api_key(&self, api_key: Option<&str>) -> Self {
        Self {
            api_key: api_key.map(str::to_owned),
            ..self.clone()
        }
    }
}

impl std::fmt::Debug for Client {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// What a call can carry beside its own parameters. What the operation does not take means nothing
/// to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Makes a POST safe to send again.
    pub idempotency_key: Option<String>,
    /// The ETag that a change is based on.
    pub if_match: Option<String>,
    /// The ETag of what the caller has.
    pub if_none_match: Option<String>,
    /// The moment that a read is about, instead of the present.
    pub as_of: Option<DateTime<Utc>>,
}

impl Options {
    /// As it was then.
    pub fn as_of(moment: DateTime<Utc>) -> Self {
        Self {
            as_of: Some(moment),
            ..Self::default()
        }
    }

    /// With an idempotency key.
    pub fn with_key(key: impl Into<String>) -> Self {
        Self {
            idempotency_key: Some(key.into()),
            ..Self::default()
        }
    }

    /// Only if the resource still has this ETag.
    pub fn if_match(etag: impl Into<String>) -> Self {
        Self {
            if_match: Some(etag.into()),
            ..Self::default()
        }
    }

    /// Only if the resource no longer has this ETag.
    pub fn if_none_match(etag: impl Into<String>) -> Self {
        Self {
            if_none_match: Some(etag.into()),
            ..Self::default()
        }
    }
}

/// A success.
#[derive(Debug, Clone)]
pub struct Reply<T> {
    /// The status.
    pub status: u16,
    /// The version of the resource.
    pub etag: Option<String>,
    /// The path of what was made.
    pub location: Option<String>,
    /// The id of the request, as the server logs it.
    pub request_id: Option<String>,
    /// Every header.
    pub headers: HeaderMap,
    /// The body.
    pub body: T,
}
