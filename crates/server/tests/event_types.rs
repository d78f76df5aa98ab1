//! The contract knows every kind of resource that events are about.
#![allow(clippy::unwrap_used)]

use contract::OPENAPI_JSON;
use domain::ResourceKind;
use serde_json::Value;

#[test]
fn events_can_be_filtered_by_every_kind() {
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
    assert_eq!(
        kinds, known,
        "the pattern of EventsResource in api/openapi.yaml names every kind"
    );
}
