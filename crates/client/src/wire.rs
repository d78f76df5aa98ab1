//! Requests out, replies in.

use reqwest::{
    Method, RequestBuilder, Response,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap},
};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};

use crate::{Client, Error, Options, Reply};

/// What most answers are.
const JSON: &str = "application/json, application/problem+json";

/// Keeps null apart from absent, which `#[serde(default)]` stands for.
pub(crate) fn present<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

/// One request.
pub(crate) struct Exchange {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<(&'static str, serde_json::Result<Vec<u8>>)>,
}

impl Exchange {
    pub(crate) fn new(method: Method, path: String, query: Vec<(&'static str, String)>) -> Self {
        Self {
            method,
            path,
            query,
            body: None,
        }
    }

    pub(crate) fn body(mut self, media: &'static str, body: &impl Serialize) -> Self {
        self.body = Some((media, serde_json::to_vec(body)));
        self
    }

    pub(crate) fn at_moment(mut self, options: &Options) -> Self {
        let moment = options.as_of.map(|moment| ("asOf", moment.to_rfc3339()));
        self.query.extend(moment);
        self
    }
}

impl Client {
    pub(crate) async fn send_for_json<T: DeserializeOwned>(
        &self,
        exchange: Exchange,
        options: &Options,
    ) -> Result<Reply<T>, Error> {
        let (reply, body) = self.send(exchange, options).await?;
        let body = parse(reply.status, &body)?;
        Ok(reply.with(body))
    }

    pub(crate) async fn send_for_json_or_nothing<T: DeserializeOwned>(
        &self,
        exchange: Exchange,
        options: &Options,
    ) -> Result<Reply<Option<T>>, Error> {
        let (reply, body) = self.send(exchange, options).await?;
        let body = match body.is_empty() {
            true => None,
            false => Some(parse(reply.status, &body)?),
        };
        Ok(reply.with(body))
    }

    pub(crate) async fn send_for_nothing(
        &self,
        exchange: Exchange,
        options: &Options,
    ) -> Result<Reply<()>, Error> {
        let (reply, _) = self.send(exchange, options).await?;
        Ok(reply)
    }

    pub(crate) async fn send_for_download(
        &self,
        exchange: Exchange,
        options: &Options,
    ) -> Result<Reply<Download>, Error> {
        let response = self.request(exchange, options, "*/*")?.send().await?;
        let reply = reply(&response);
        if (200..300).contains(&reply.status) {
            return Ok(reply.with(Download(response)));
        }
        let body = response.bytes().await?;
        Err(refused(reply.status, &body))
    }

    async fn send(
        &self,
        exchange: Exchange,
        options: &Options,
    ) -> Result<(Reply<()>, Vec<u8>), Error> {
        let response = self.request(exchange, options, JSON)?.send().await?;
        let reply = reply(&response);
        let body = response.bytes().await?.to_vec();
        if (200..300).contains(&reply.status) || reply.status == 304 {
            return Ok((reply, body));
        }
        Err(refused(reply.status, &body))
    }

    fn request(
        &self,
        exchange: Exchange,
        options: &Options,
        accept: &'static str,
    ) -> Result<RequestBuilder, Error> {
        let mut url = format!("{}{}", self.base_url, exchange.path);
        for (index, (name, value)) in exchange.query.iter().enumerate() {
            url.push(if index == 0 { '?' } else { '&' });
            url.push_str(name);
            url.push('=');
            url.push_str(&escaped(value));
        }
        let mut request = self.http.request(exchange.method, url);
        request = request.header(ACCEPT, accept);
        if let Some(key) = &self.api_key {
            request = request.bearer_auth(key);
        }
        for (name, value) in [
            ("Idempotency-Key", &options.idempotency_key),
            ("If-Match", &options.if_match),
            ("If-None-Match", &options.if_none_match),
        ] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        if let Some((media, body)) = exchange.body {
            let body = body.map_err(|error| Error::Unexpected {
                status: 0,
                body: format!("the request cannot be written as JSON: {error}"),
            })?;
            request = request.header(CONTENT_TYPE, media).body(body);
        }
        Ok(request)
    }
}

fn refused(status: u16, body: &[u8]) -> Error {
    match serde_json::from_slice(body) {
        Ok(problem) => Error::Problem(Box::new(problem)),
        Err(_) => unexpected(status, body),
    }
}

/// An answer that is read as it comes.
#[derive(Debug)]
pub struct Download(Response);

impl Download {
    /// What came next; nothing at the end.
    ///
    /// # Errors
    /// When the connection ends before the answer does.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.0.chunk().await?.map(|chunk| chunk.to_vec()))
    }

    /// All of it.
    ///
    /// # Errors
    /// As [`Download::chunk`].
    pub async fn text(self) -> Result<String, Error> {
        Ok(self.0.text().await?)
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn reply(response: &Response) -> Reply<()> {
    let headers = response.headers();
    Reply {
        status: response.status().as_u16(),
        etag: text(headers, "etag"),
        location: text(headers, "location"),
        request_id: text(headers, "x-request-id"),
        headers: headers.clone(),
        body: (),
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

impl Reply<()> {
    fn with<T>(self, body: T) -> Reply<T> {
        Reply {
            status: self.status,
            etag: self.etag,
            location: self.location,
            request_id: self.request_id,
            headers: self.headers,
            body,
        }
    }
}

fn parse<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|_| unexpected(status, body))
}

fn unexpected(status: u16, body: &[u8]) -> Error {
    Error::Unexpected {
        status,
        body: String::from_utf8_lossy(body).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{AssignmentPatch, ProblemCode};

    #[test]
    fn a_query_value_is_escaped() {
        assert_eq!(escaped("a b&c=d+é"), "a%20b%26c%3Dd%2B%C3%A9");
    }

    #[test]
    fn a_merge_patch_keeps_null_apart_from_absent() {
        let patch = AssignmentPatch {
            note: Some(None),
            ..AssignmentPatch::default()
        };
        let text = serde_json::to_string(&patch).unwrap();
        assert_eq!(text, r#"{"note":null}"#);
        let read: AssignmentPatch = serde_json::from_str(&text).unwrap();
        assert_eq!(read, patch);
    }

    #[test]
    fn a_new_problem_code_does_not_break_the_client() {
        let code: ProblemCode = serde_json::from_str("\"FROM_THE_FUTURE\"").unwrap();
        assert_eq!(code, ProblemCode::Unknown);
    }
}
