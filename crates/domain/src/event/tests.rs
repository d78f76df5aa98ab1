//! The shapes in which the log keeps facts, and their description in `docs/events.md`.
#![allow(clippy::unwrap_used)]

use super::{Event, Samples};
use crate::{
    ResourceKind, Time,
    text::{Email, Key, Name, Slug},
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, fmt::Write};
use uuid::Uuid;

/// 2026-03-01T09:00:00Z.
pub(crate) const START: Time = Time::from_micros(1_772_355_600_000_000);

/// The time so many seconds after [`START`].
pub(crate) fn after(seconds: i64) -> Time {
    START.plus_seconds(seconds)
}

/// The id with this number.
pub(crate) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A name that is right.
pub(crate) fn name(text: &str) -> Name {
    Name::parse(text, "").unwrap()
}

/// A key that is right.
pub(crate) fn key(text: &str) -> Key {
    Key::parse(text, "").unwrap()
}

/// A slug that is right.
pub(crate) fn slug(text: &str) -> Slug {
    Slug::parse(text, "").unwrap()
}

/// An email that is right.
pub(crate) fn email(text: &str) -> Email {
    Email::parse(text, "").unwrap()
}

/// Free attributes, with an integer that no floating-point number holds.
pub(crate) fn attributes() -> Map<String, Value> {
    let object = json!({"limits": {"hours": 9007199254740993_i64}, "tier": "gold"});
    object.as_object().unwrap().clone()
}

macro_rules! samples {
    (() $(
        $(#[$_doc:meta])* $_Kind:ident = $_name:literal, $_Id:ident: $module:ident::$Type:ident
        [$($_Question:ident),*] {$($_events:tt)*},
    )*) => {
        [$(<crate::$module::$Type as Samples>::samples()),*].concat()
    };
}

fn samples() -> Vec<Event> {
    crate::each_resource!(samples!())
}

/// Type and data of an event as the log keeps them.
fn written(event: &Event) -> (String, Value) {
    let mut written = serde_json::to_value(event).unwrap();
    let event_type = written["type"].as_str().unwrap().to_owned();
    (event_type, written["data"].take())
}

#[test]
fn every_type_of_event_has_a_sample() {
    let types: BTreeSet<String> = samples().iter().map(|event| written(event).0).collect();
    for known in Event::TYPES {
        assert!(
            types.contains(*known),
            "{known} has none among the `Samples` of its resource"
        );
    }
}

/// The logs are searched for these types to find what changes access.
#[test]
fn the_access_types_are_those_of_the_events_that_change_access() {
    let changing = samples().into_iter().filter(Event::changes_access);
    let types: BTreeSet<String> = changing.map(|event| written(&event).0).collect();
    let listed = Event::access_types().map(str::to_owned);
    assert_eq!(types, listed.collect());
}

/// With `UPDATE_GOLDEN=1` a new event gets its shape. A shape that was there before must not change.
#[test]
fn events_are_written_and_read_as_they_always_were() {
    let samples = samples();
    let printed = serde_json::to_string_pretty(&samples).unwrap() + "\n";
    let golden = golden("tests/golden/events.json", |_| printed.clone());
    assert_eq!(
        printed, golden,
        "run with UPDATE_GOLDEN=1, and read the difference"
    );
    let read: Vec<Event> = serde_json::from_str(&golden).unwrap();
    assert_eq!(read, samples);
}

#[test]
fn the_type_of_an_event_begins_with_its_resource() {
    for event in samples() {
        let kind = ResourceKind::of_event_type(&written(&event).0);
        assert_eq!(kind, Some(event.kind()));
    }
}

/// What an event means, and what is in its data; nothing when it has none.
fn meaning(event_type: &str) -> (String, Option<String>) {
    let (_, lines) = Event::DOCS
        .iter()
        .find(|(name, _)| *name == event_type)
        .unwrap();
    let text = lines
        .iter()
        .map(|line| line.trim())
        .collect::<Vec<_>>()
        .join(" ");
    match text.split_once(" Data: ") {
        Some((means, data)) => (means.to_owned(), Some(data.to_owned())),
        None => (text, None),
    }
}

#[test]
fn the_list_describes_every_field_of_every_event() {
    for event in samples() {
        let (event_type, data) = written(&event);
        let (means, described) = meaning(&event_type);
        assert!(
            !means.is_empty(),
            "{event_type}: say in the list what it means"
        );
        // The feed leaves the hash of a key out.
        let fields = data.as_object().unwrap().keys();
        let fields: Vec<_> = fields.filter(|field| *field != "digest").collect();
        for field in &fields {
            let named = described
                .as_ref()
                .is_some_and(|text| text.contains(&format!("`{field}`")));
            assert!(
                named,
                "{event_type}: say in the list what `{field}` is, after `Data:`"
            );
        }
        assert_eq!(
            described.is_none(),
            fields.is_empty(),
            "{event_type} has no data to speak of"
        );
    }
}

/// With `UPDATE_GOLDEN=1` the page is written anew, but for what stands before the first kind.
#[test]
fn the_page_of_events_is_that_of_the_list() {
    let page = |before: &str| {
        let (head, _) = before.split_once("\n## ").unwrap_or((before, ""));
        let mut page = head.to_owned();
        for kind in ResourceKind::ALL {
            write!(page, "\n## {}\n\n{}\n\n", kind.as_str(), kind.doc()).unwrap();
            page += "| type | it means | data |\n| --- | --- | --- |\n";
            let of_kind = |name: &&&str| ResourceKind::of_event_type(name) == Some(*kind);
            for event_type in Event::TYPES.iter().filter(of_kind) {
                let (means, data) = meaning(event_type);
                let data = data.as_deref().unwrap_or("none");
                writeln!(page, "| `{event_type}` | {means} | {data} |").unwrap();
            }
        }
        page
    };
    let golden = golden("../../docs/events.md", page);
    assert_eq!(
        page(&golden),
        golden,
        "run with UPDATE_GOLDEN=1, and read the difference"
    );
}

/// The file as it is; with `UPDATE_GOLDEN=1` it is written first, from what it was.
fn golden(path: &str, write: impl Fn(&str) -> String) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    let before = std::fs::read_to_string(&path).unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_none() {
        return before;
    }
    let written = write(&before);
    std::fs::write(&path, &written).unwrap();
    written
}
