//! Whether what is told of events tells all of them.
#![allow(clippy::unwrap_used)]

use contract::OPENAPI_JSON;
use domain::{Event, ResourceKind};
use serde_json::Value;
use std::collections::BTreeMap;

const LIST: &str = include_str!("../../../docs/events.md");

/// Every shape that the log keeps, as the tests of the domain hold it fast.
const SHAPES: &str = include_str!("../../domain/tests/golden/events.json");

/// The rows of the list by type: under which kind it stands, and what it says of the data.
fn rows() -> BTreeMap<&'static str, (&'static str, &'static str)> {
    let (mut rows, mut kind) = (BTreeMap::new(), "");
    for line in LIST.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            kind = heading;
        }
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        if let [_, event_type, _, data, _] = cells.as_slice()
            && let Some(event_type) = event_type.strip_prefix('`')
        {
            let before = rows.insert(event_type.trim_end_matches('`'), (kind, *data));
            assert_eq!(before, None, "{event_type} is listed twice");
        }
    }
    rows
}

#[test]
fn every_type_is_listed_under_its_kind_and_no_other() {
    let rows = rows();
    let mut known = Event::TYPES.to_vec();
    known.sort_unstable();
    assert_eq!(rows.keys().copied().collect::<Vec<_>>(), known);
    for (event_type, (kind, _)) in rows {
        let found = ResourceKind::of_event_type(event_type).unwrap();
        assert_eq!(found.as_str(), kind, "{event_type}");
    }
}

#[test]
fn every_field_of_the_data_is_listed() {
    let rows = rows();
    let shapes: Vec<Value> = serde_json::from_str(SHAPES).unwrap();
    for shape in shapes {
        let event_type = shape["type"].as_str().unwrap();
        let (_, told) = rows[event_type];
        // The feed leaves the hash of a key out.
        let fields = shape["data"].as_object().unwrap().keys();
        let fields: Vec<_> = fields.filter(|field| *field != "digest").collect();
        for field in &fields {
            assert!(told.contains(&format!("`{field}`")), "{event_type} {field}");
        }
        assert_eq!(
            told == "none",
            fields.is_empty(),
            "{event_type} says none, and has some"
        );
    }
}

#[test]
fn events_of_every_kind_can_be_asked_for() {
    let contract: Value = serde_json::from_str(OPENAPI_JSON).unwrap();
    let pattern = &contract["components"]["parameters"]["EventsResource"]["schema"]["pattern"];
    let kinds = pattern.as_str().unwrap().strip_prefix("^(").unwrap();
    let mut kinds: Vec<_> = kinds.split_once(')').unwrap().0.split('|').collect();
    kinds.sort_unstable();
    let mut known = ResourceKind::ALL
        .iter()
        .copied()
        .map(ResourceKind::as_str)
        .collect::<Vec<_>>();
    known.sort_unstable();
    assert_eq!(kinds, known);
}
