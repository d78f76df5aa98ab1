//! What is sent.
use std::fmt;

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, TE, TRAILER, TRANSFER_ENCODING,
        UPGRADE, USER_AGENT,
    },
};
use hyper::body::Bytes;
use thiserror::Error;

use crate::signature::{SigningSecret, sign};

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// What says where a request ends or who it is for, and what is signed, is not for callers.
const OURS: [HeaderName; 11] = [
    CONNECTION,
    CONTENT_LENGTH,
    EXPECT,
    HOST,
    ID,
    SIGNATURE,
    TE,
    TIMESTAMP,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

const LONGEST_ID: usize = 256;

/// Why something is no message.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MessageError {
    /// The id separates the signed parts by a dot, and goes into a header.
    #[error("the id of a message is 1 to {LONGEST_ID} visible ASCII characters without a dot")]
    Id,
    /// This header is set by the sender.
    #[error("the header {0} cannot be set")]
    Header(HeaderName),
    /// Without a secret nothing is signed.
    #[error("a message needs a secret to be signed with")]
    Unsigned,
}

/// A signed message. It is signed for one attempt: another one needs its own timestamp.
#[derive(Clone)]
pub struct Message {
    timestamp: u64,
    headers: HeaderMap,
    body: Bytes,
}

impl Message {
    /// Signs what is sent. The id is the same in each attempt, the timestamp (seconds since 1970)
    /// is that of this one. The newest secret comes first.
    pub fn new(
        id: &str,
        timestamp: u64,
        headers: HeaderMap,
        body: impl Into<Bytes>,
        secrets: &[&SigningSecret],
    ) -> Result<Self, MessageError> {
        let body = body.into();
        let visible = |byte: u8| byte.is_ascii_graphic() && byte != b'.';
        if id.is_empty() || id.len() > LONGEST_ID || !id.bytes().all(visible) {
            return Err(MessageError::Id);
        }
        if let Some(ours) = OURS.into_iter().find(|ours| headers.contains_key(ours)) {
            return Err(MessageError::Header(ours));
        }
        if secrets.is_empty() {
            return Err(MessageError::Unsigned);
        }
        let signature = sign(secrets, id, timestamp, &body);
        let ascii = |text: &str| HeaderValue::from_str(text).map_err(|_| MessageError::Id);
        let mut all = usual();
        all.extend(headers);
        all.insert(ID, ascii(id)?);
        all.insert(TIMESTAMP, HeaderValue::from(timestamp));
        all.insert(SIGNATURE, ascii(&signature)?);
        Ok(Self {
            timestamp,
            headers: all,
            body,
        })
    }

    pub(crate) fn timestamp(&self) -> u64 {
        self.timestamp
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(crate) fn body(&self) -> Bytes {
        self.body.clone()
    }
}

/// The body is not for logs.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} bytes)", self.body.len())
    }
}

/// What a message says of itself when its headers do not.
fn usual() -> HeaderMap {
    let json = HeaderValue::from_static("application/json");
    let agent = HeaderValue::from_static("Quartermaster");
    HeaderMap::from_iter([(CONTENT_TYPE, json), (USER_AGENT, agent)])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn made(id: &str, headers: HeaderMap) -> Result<Message, MessageError> {
        let secret = SigningSecret::generate().unwrap();
        Message::new(id, 1, headers, "{}", &[&secret])
    }

    #[test]
    fn an_id_can_be_signed_and_put_into_a_header() {
        let longest = "i".repeat(LONGEST_ID);
        for id in ["0191-abc", "msg_1", &longest] {
            assert!(made(id, HeaderMap::new()).is_ok(), "{id}");
        }
        let longer = "i".repeat(LONGEST_ID + 1);
        for id in ["", "a.b", "a b", "a\r\nx: y", "ü", &longer] {
            let refused = made(id, HeaderMap::new()).unwrap_err();
            assert_eq!(refused, MessageError::Id, "{id}");
        }
    }

    #[test]
    fn headers_add_to_the_usual_ones_or_replace_them() {
        let own = HeaderValue::from_static("text/plain");
        let message = made("1", HeaderMap::from_iter([(CONTENT_TYPE, own)])).unwrap();
        let types: Vec<_> = message.headers().get_all(CONTENT_TYPE).iter().collect();
        assert_eq!(types, ["text/plain"]);
        assert_eq!(message.headers()[USER_AGENT], "Quartermaster");
    }

    #[test]
    fn headers_that_say_where_a_request_ends_or_goes_are_refused() {
        for name in OURS {
            let value = HeaderValue::from_static("1");
            let refused = made("1", HeaderMap::from_iter([(name.clone(), value)])).unwrap_err();
            assert_eq!(refused, MessageError::Header(name));
        }
    }

    #[test]
    fn a_body_stays_out_of_logs() {
        let shown = format!("{:?}", made("1", HeaderMap::new()).unwrap());
        assert_eq!(shown, "Message(2 bytes)");
    }

    #[test]
    fn nothing_is_sent_unsigned() {
        let refused = Message::new("1", 1, HeaderMap::new(), "{}", &[]).unwrap_err();
        assert_eq!(refused, MessageError::Unsigned);
    }
}
