//! The messages of a client on a socket, and their parser. Errors never echo what the client sent.

use crate::{http::event::filter, secret::Secret};
use app::{EventFilter, event::Cursor};
use contract::{FieldError, Problem, ProblemCode};
use domain::{OrganizationId, ResourceKind};
use serde_json::{Map, Value};
use uuid::Uuid;

/// The longest message, in bytes.
pub const LONGEST: usize = 16 * 1024;

/// The most entries of a list in a message.
const LONGEST_LIST: usize = 20;

/// A message from the client.
pub enum ClientMessage {
    /// Authenticates with an access token or an API key.
    Authenticate(Secret),
    /// Starts a subscription.
    Subscribe(Subscribe),
    /// Ends the subscription with this id.
    Unsubscribe(String),
    /// Asks for a pong.
    Ping,
}

/// A subscription that a client asks for.
pub struct Subscribe {
    /// The id that the client chose for it.
    pub id: String,
    /// The log of this organization instead of the caller's own.
    pub organization: Option<OrganizationId>,
    /// Starts after this cursor; without one, with the next new event.
    pub after: Option<Cursor>,
    /// An event passes if any of these matches; with no filter, every event passes.
    pub filters: Vec<EventFilter>,
}

/// Why a message cannot be read.
pub struct Unread {
    /// The subscription id in the message, if it has a valid one.
    pub id: Option<String>,
    /// MALFORMED_REQUEST, or VALIDATION_ERROR with every field that is wrong.
    pub problem: Problem,
}

/// Parses a message.
///
/// # Errors
/// When it is not a valid message.
pub fn read(text: &str) -> Result<ClientMessage, Unread> {
    let malformed = |detail: &str| Unread {
        id: None,
        problem: Problem::new(ProblemCode::MalformedRequest, detail),
    };
    let Ok(value) = serde_json::from_str(text) else {
        return Err(malformed("The message is not well-formed JSON."));
    };
    let Value::Object(members) = value else {
        return Err(malformed("The message is not a JSON object."));
    };
    let mut fields = Fields::new(members);
    let kind = fields.text("type", "a text", |text| !text.is_empty());
    let message = match kind.as_deref() {
        Some("authenticate") => fields.authenticate(),
        Some("subscribe") => fields.subscribe(),
        Some("unsubscribe") => fields.id().map(ClientMessage::Unsubscribe),
        Some("ping") => Some(ClientMessage::Ping),
        _ => {
            fields.wrong("type", "ENUM", "must be the type of a message");
            return Err(fields.unread());
        }
    };
    match message {
        Some(message) if fields.is_right() => Ok(message),
        _ => Err(fields.unread()),
    }
}

/// The members of a message; each is removed when it is parsed.
struct Fields {
    members: Map<String, Value>,
    /// The subscription id of the message, once it was parsed.
    id: Option<String>,
    errors: Vec<FieldError>,
}

impl Fields {
    const fn new(members: Map<String, Value>) -> Self {
        Self {
            members,
            id: None,
            errors: Vec::new(),
        }
    }

    fn authenticate(&mut self) -> Option<ClientMessage> {
        let is_there = |text: &str| !text.is_empty();
        let given = (
            self.text("token", "a text", is_there),
            self.text("apiKey", "a text", is_there),
        );
        match given {
            (Some(text), None) | (None, Some(text)) => {
                Some(ClientMessage::Authenticate(Secret::new(text)))
            }
            _ => {
                self.wrong("token", "REQUIRED", "is needed, or apiKey, and not both");
                None
            }
        }
    }

    fn subscribe(&mut self) -> Option<ClientMessage> {
        let id = self.id();
        let is_id = |text: &str| text.parse::<Uuid>().is_ok();
        let organization = self.text("organizationId", "an id", is_id);
        let after = self.text("after", "a cursor", is_cursor);
        let types = self.list("types", "event types, such as user.created", is_type);
        let kinds = "kinds of resources, or kind/id of one";
        let resources = self.list("resources", kinds, is_resource);
        let filters = match resources.as_slice() {
            [] if types.is_empty() => Vec::new(),
            [] => vec![filter(types, None, None, None)],
            some => some
                .iter()
                .map(|resource| filter(types.clone(), Some(resource), None, None))
                .collect(),
        };
        Some(ClientMessage::Subscribe(Subscribe {
            id: id?,
            organization: organization.and_then(|text| text.parse().ok().map(OrganizationId)),
            after: after.and_then(|text| text.parse().ok()),
            filters,
        }))
    }

    fn id(&mut self) -> Option<String> {
        let fits = |text: &str| (1..=64).contains(&text.chars().count());
        let is_given = self.members.contains_key("id");
        if !is_given {
            self.wrong("id", "REQUIRED", "is needed");
        }
        self.id = self.text("id", "a text of 1 to 64 characters", fits);
        self.id.clone()
    }

    /// Removes an optional text.
    fn text(&mut self, name: &str, what: &str, fits: impl Fn(&str) -> bool) -> Option<String> {
        match self.members.remove(name)? {
            Value::String(text) if fits(&text) => Some(text),
            _ => {
                self.wrong(name, "FORMAT", &format!("must be {what}"));
                None
            }
        }
    }

    /// Removes an optional list of texts.
    fn list(&mut self, name: &str, what: &str, fits: fn(&str) -> bool) -> Vec<String> {
        let texts = |value| match value {
            Value::Array(items) if items.len() <= LONGEST_LIST => {
                let texts = items.into_iter().map(|item| match item {
                    Value::String(text) if fits(&text) => Some(text),
                    _ => None,
                });
                texts.collect::<Option<Vec<_>>>()
            }
            _ => None,
        };
        match self.members.remove(name).map(texts) {
            None => Vec::new(),
            Some(Some(texts)) => texts,
            Some(None) => {
                let message = format!("must be a list of at most {LONGEST_LIST} {what}");
                self.wrong(name, "FORMAT", &message);
                Vec::new()
            }
        }
    }

    fn wrong(&mut self, name: &str, code: &str, message: &str) {
        let error = FieldError::at(format!("/{name}"), code, message);
        self.errors.push(error);
    }

    fn is_right(&self) -> bool {
        self.errors.is_empty() && self.members.is_empty()
    }

    fn unread(mut self) -> Unread {
        if self.errors.is_empty() {
            // The names of unknown members come from the client and are not echoed.
            self.wrong("", "UNKNOWN", "has members that this type does not have");
        }
        let detail = "The message is not what its type needs.";
        let problem = Problem::new(ProblemCode::ValidationError, detail);
        Unread {
            id: self.id,
            problem: problem.with_errors(self.errors),
        }
    }
}

fn is_cursor(text: &str) -> bool {
    let (position, mark) = match text.split_once('-') {
        Some((position, mark)) => (position, Some(mark)),
        None => (text, None),
    };
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (1..=18).contains(&position.len())
        && position.bytes().all(|byte| byte.is_ascii_digit())
        && mark.is_none_or(|mark| mark.len() == 16 && mark.bytes().all(is_hex))
}

fn is_type(text: &str) -> bool {
    let is_word = |word: &str| {
        (1..=31).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_alphabetic())
            && word.starts_with(|first: char| first.is_ascii_lowercase())
    };
    text.split_once('.')
        .is_some_and(|(kind, verb)| is_word(kind) && is_word(verb))
}

fn is_resource(text: &str) -> bool {
    let (kind, id) = match text.split_once('/') {
        Some((kind, id)) => (kind, Some(id)),
        None => (text, None),
    };
    let is_id = |id: &str| id.len() == 36 && id.parse::<Uuid>().is_ok();
    ResourceKind::of_event_type(kind).is_some_and(|found| found.as_str() == kind)
        && id.is_none_or(is_id)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn refused(message: &Value) -> (ProblemCode, Vec<String>) {
        let problem = read(&message.to_string()).err().unwrap().problem;
        let errors = problem.errors.unwrap_or_default();
        let pointers = errors.into_iter().filter_map(|error| error.pointer);
        (problem.code, pointers.collect())
    }

    #[test]
    fn an_invalid_message_is_refused_with_the_pointers_of_its_faults() {
        for (message, pointers) in [
            (json!({}), vec!["/type"]),
            (json!({"type": "shout"}), vec!["/type"]),
            (json!({"type": 7}), vec!["/type", "/type"]),
            (json!({"type": "authenticate"}), vec!["/token"]),
            (
                json!({"type": "authenticate", "token": "a", "apiKey": "b"}),
                vec!["/token"],
            ),
            (json!({"type": "subscribe"}), vec!["/id"]),
            (json!({"type": "subscribe", "id": ""}), vec!["/id"]),
            (json!({"type": "unsubscribe", "id": 1}), vec!["/id"]),
            (json!({"type": "ping", "more": 1}), vec!["/"]),
            (
                json!({"type": "subscribe", "id": "a", "after": "-1", "types": ["Up"],
                    "resources": ["user/1"], "organizationId": "x"}),
                vec!["/organizationId", "/after", "/types", "/resources"],
            ),
            (
                json!({"type": "subscribe", "id": "a", "types": vec!["a.b"; 21]}),
                vec!["/types"],
            ),
        ] {
            let (code, found) = refused(&message);
            assert_eq!(code, ProblemCode::ValidationError, "{message}");
            assert_eq!(found, pointers, "{message}");
        }
        for text in ["", "{", "[]", "7", "null", "\"subscribe\""] {
            let problem = read(text).err().unwrap().problem;
            assert_eq!(problem.code, ProblemCode::MalformedRequest, "{text}");
        }
    }

    #[test]
    fn a_subscription_is_read_with_a_filter_for_each_resource() {
        let id = "01980a4e-7c3b-7d10-9a55-0d5b7c1f2e77";
        let message = json!({"type": "subscribe", "id": "a", "after": "42-9f86d081884c7d65",
            "types": ["user.created"], "resources": ["role", format!("user/{id}")]});
        let Ok(ClientMessage::Subscribe(asked)) = read(&message.to_string()) else {
            panic!("it is not read");
        };
        assert_eq!(asked.id, "a");
        assert_eq!(asked.after.unwrap().to_string(), "42-9f86d081884c7d65");
        let found: Vec<_> = asked
            .filters
            .iter()
            .map(|one| (one.kind, one.resource))
            .collect();
        assert_eq!(
            found,
            [
                (Some(ResourceKind::Role), None),
                (Some(ResourceKind::User), Some(id.parse().unwrap()))
            ]
        );
    }

    #[test]
    fn a_cursor_has_the_form_of_the_contract() {
        for good in ["0", "42", "42-9f86d081884c7d65"] {
            assert!(is_cursor(good), "{good}");
        }
        for bad in [
            "",
            "-",
            "+1",
            "-1",
            "1-",
            "1-9F86d081884c7d65",
            "1-9f",
            "9999999999999999999",
        ] {
            assert!(!is_cursor(bad), "{bad}");
        }
    }
}

#[cfg(test)]
#[path = "client_message_fuzz.rs"]
mod fuzz;
