//! The way in: how requests come to the service.

use crate::run::Failure;
use async_trait::async_trait;
use futures_util::StreamExt;
use poem::{
    Body, Endpoint, Request as PoemRequest, Response,
    http::{Method, Uri, header},
};
use serde_json::Value;

/// A request. Whoever sends it has told all that there is to tell.
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
pub trait Door: Sync {
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

/// The way to a service in this process.
pub struct Inside<E>(pub E);

#[async_trait]
impl<E: Endpoint<Output = Response>> Door for Inside<E> {
    async fn send(&self, request: Request<'_>) -> Result<Reply, Failure> {
        let mut made = PoemRequest::builder()
            .method(request.method.parse::<Method>()?)
            .uri(request.target.parse::<Uri>()?)
            .header(header::HOST, "selfcheck.invalid");
        if let Some(authorization) = request.authorization {
            made = made.header(header::AUTHORIZATION, authorization);
        }
        let body = match request.body {
            Some((media, text)) => {
                made = made.header(header::CONTENT_TYPE, media);
                made = made.header(header::CONTENT_LENGTH, text.len());
                Body::from(text)
            }
            None => Body::empty(),
        };
        let reply = self.0.get_response(made.body(body)).await;
        let status = reply.status().as_u16();
        let is_endless = reply.content_type() == Some("text/event-stream");
        let text = match is_endless {
            // The beginning is all that comes while nothing happens.
            true => match reply.into_body().into_bytes_stream().next().await {
                Some(begin) => String::from_utf8(begin?.to_vec())?,
                None => String::new(),
            },
            false => reply.into_body().into_string().await?,
        };
        Ok(Reply { status, text })
    }
}
