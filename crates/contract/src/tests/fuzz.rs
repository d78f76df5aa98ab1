//! Properties that hold for whatever a caller sends. Each runs over what is kept under
//! `__fuzz__` and over inputs made here.

use bolero::check;
use poem::{Request, http::Uri};
use poem_openapi::types::ParseFromJSON;
use serde_json::{Map, Value};

use super::{
    made::{Made, changed, query},
    operation,
};
use crate::{
    AssignmentPatch, FieldError, OPENAPI_JSON, OPERATIONS, Operation, Place,
    examine::Asked,
    findings::{Findings, MOST, MOST_BYTES},
    json::{self, DEEPEST},
    parameters, validators, violations,
};

/// Inputs of one run in the gate: what a run under a second takes.
const ITERATIONS: u64 = 4_000;

/// How much longer than what is told may be one note of it.
const ONE_NOTE: usize = 4 * 1024;

fn is_bounded(findings: &Findings) -> bool {
    let text = |error: &FieldError| {
        let place = error.pointer.as_ref().or(error.parameter.as_ref());
        place.map_or(0, String::len) + error.code.len() + error.message.len()
    };
    let list = findings.as_list();
    list.len() <= MOST && list.iter().map(text).sum::<usize>() <= MOST_BYTES + ONE_NOTE
}

/// Whether each pointer leads to a value, or into one that another field has replaced.
fn all_lead_somewhere(value: &Value, list: &[FieldError]) -> bool {
    let pointers: Vec<&str> = list.iter().filter_map(|e| e.pointer.as_deref()).collect();
    pointers.iter().all(|pointer| {
        let replaced = |other: &&str| {
            let inside = pointer.strip_prefix(*other);
            inside.is_some_and(|rest| rest.starts_with('/'))
        };
        value.pointer(pointer).is_some() || pointer.ends_with("/…") || pointers.iter().any(replaced)
    })
}

/// Inputs that are the same in every run. `BOLERO_RANDOM_ITERATIONS=100000` adds others.
fn inputs(count: u64) -> impl Iterator<Item = Vec<u8>> {
    (0..count).map(|seed| {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let bytes = (0..seed % 96).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_be_bytes()[0]
        });
        bytes.collect()
    })
}

#[test]
fn json_is_read_as_serde_json_reads_it() {
    let holds = |bytes: &[u8]| {
        let made = Made::of(bytes);
        let mut findings = Findings::default();
        let ours = json::read(&made.text, &mut findings);
        let theirs = serde_json::from_str::<Value>(&made.text);
        assert!(is_bounded(&findings));
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(ours, theirs);
                assert!(made.depth <= DEEPEST);
                assert_eq!(
                    made.is_twice,
                    !findings.as_list().is_empty(),
                    "{}",
                    made.text
                );
                assert!(
                    all_lead_somewhere(&ours, findings.as_list()),
                    "{}",
                    made.text
                );
                let mut none = Findings::default();
                assert_eq!(json::read(&ours.to_string(), &mut none).unwrap(), ours);
                assert!(none.as_list().is_empty());
            }
            (Ok(_), Err(error)) => panic!("read what is no JSON: {error}: {}", made.text),
            (Err(error), Ok(_)) => assert!(error.is_data() && made.depth > DEEPEST),
            (Err(_), Err(_)) => assert!(!made.is_whole || made.depth > DEEPEST),
        }
    };
    inputs(ITERATIONS).for_each(|bytes| holds(&bytes));
    check!().with_iterations(0).for_each(holds);
}

fn with_bodies() -> Vec<(&'static Operation, Value)> {
    let document: Value = serde_json::from_str(OPENAPI_JSON).unwrap();
    let bodies = OPERATIONS.iter().filter_map(|operation| {
        let method = operation.method.to_ascii_lowercase();
        let node = &document["paths"][operation.path][method.as_str()];
        let content = &node["requestBody"]["content"][operation.body?];
        Some((operation, content["example"].clone()))
    });
    bodies.collect()
}

fn has_null_character(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_null_character),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, field)| name.contains('\0') || has_null_character(field)),
        _ => false,
    }
}

#[test]
fn a_body_is_refused_for_what_is_wrong_with_it_and_for_nothing_else() {
    let bodies = with_bodies();
    let holds = |bytes: &[u8]| {
        let Some((which, bytes)) = bytes.split_first() else {
            return;
        };
        let (operation, example) = &bodies[usize::from(*which) % bodies.len()];
        let body = changed(example, bytes);
        let asked = Asked::of_body(operation, body.to_string().into_bytes());
        let Ok(examined) = asked.examine() else {
            assert!(!operation.immutable.is_empty());
            return;
        };
        let findings = examined.findings;
        assert_eq!(examined.body.as_ref(), Some(&body));
        assert!(is_bounded(&findings));
        let validator = validators::of(operation).body.as_ref().unwrap();
        let is_right = validator.is_valid(&body) && !has_null_character(&body);
        assert_eq!(
            is_right,
            findings.as_list().is_empty(),
            "{} {body}",
            operation.id
        );
        // Only what is missing is told at a place that is not there.
        let there = findings
            .into_list()
            .into_iter()
            .filter(|e| e.code != "REQUIRED");
        assert!(
            all_lead_somewhere(&body, &there.collect::<Vec<_>>()),
            "{body}"
        );
    };
    inputs(ITERATIONS).for_each(|bytes| holds(&bytes));
    check!().with_iterations(0).for_each(holds);
}

#[test]
fn a_merge_patch_says_what_was_sent() {
    let holds = |bytes: &[u8]| {
        let operation = operation("patchAssignment");
        let validator = validators::of(operation).body.as_ref().unwrap();
        let names = ["status", "startsAt", "endsAt", "note"];
        let values = [
            "null",
            "\"REVOKED\"",
            "\"2026-03-01T09:30:00+01:00\"",
            "\"x\"",
            "7",
        ];
        let fields = bytes.chunks(2).take(6).filter_map(|chosen| {
            let [name, value] = chosen else { return None };
            let value = values[usize::from(*value) % values.len()];
            let name = names[usize::from(*name) % names.len()];
            Some((name.to_owned(), serde_json::from_str(value).unwrap()))
        });
        let sent = Value::Object(fields.collect::<Map<_, _>>());
        let parsed = AssignmentPatch::parse_from_json(Some(sent.clone()));
        if !validator.is_valid(&sent) {
            return;
        }
        let Ok(patch) = parsed else {
            panic!("what is valid is read: {sent}");
        };
        let said = serde_json::to_value(&patch).unwrap();
        let shape = |value: &Value| -> Vec<(String, bool)> {
            let fields = value.as_object().unwrap().iter();
            fields
                .map(|(name, value)| (name.clone(), value.is_null()))
                .collect()
        };
        assert_eq!(shape(&said), shape(&sent), "absent leaves, null clears");
        let again = AssignmentPatch::parse_from_json(Some(said)).ok();
        assert_eq!(again, Some(patch));
    };
    inputs(ITERATIONS).for_each(|bytes| holds(&bytes));
    check!().with_iterations(0).for_each(holds);
}

#[test]
fn parameters_are_refused_for_what_is_wrong_with_them() {
    let lists: Vec<_> = OPERATIONS
        .iter()
        .filter(|operation| operation.method == "GET" && !operation.path.contains('{'))
        .filter(|operation| !operation.parameters.is_empty())
        .collect();
    let holds = |bytes: &[u8]| {
        let Some((which, bytes)) = bytes.split_first() else {
            return;
        };
        let operation = lists[usize::from(*which) % lists.len()];
        let names: Vec<&str> = operation.parameters.iter().map(|one| one.name).collect();
        let query = query(&names, bytes);
        let Ok(uri) = format!("{}?{query}", operation.path).parse::<Uri>() else {
            return;
        };
        let request = Request::builder().uri(uri).finish();
        let pairs = request
            .params::<Vec<(String, String)>>()
            .unwrap_or_default();

        let mut findings = Findings::default();
        let found = parameters::read(operation, &request, &mut findings);
        let unreadable = !findings.as_list().is_empty();
        let found = Value::Object(found);
        let validator = &validators::of(operation).parameters;
        violations::of_parameters(validator, &found, &mut findings);
        assert!(is_bounded(&findings));
        let is_right = !unreadable && validator.is_valid(&found);
        assert_eq!(is_right, findings.as_list().is_empty(), "{query}");
        let is_declared = |name: &str| {
            let mut declared = operation.parameters.iter();
            declared.any(|one| one.place == Place::Query && one.name == name)
        };
        let is_unknown = pairs.iter().any(|(name, _)| !is_declared(name));
        let told = |error: &FieldError| error.code == "UNKNOWN_PARAMETER";
        assert_eq!(is_unknown, findings.as_list().iter().any(told), "{query}");
        for error in findings.as_list().iter().filter(|error| !told(error)) {
            assert!(
                is_declared(error.parameter.as_deref().unwrap()),
                "{error:?}"
            );
        }
    };
    inputs(ITERATIONS).for_each(|bytes| holds(&bytes));
    check!().with_iterations(0).for_each(holds);
}
