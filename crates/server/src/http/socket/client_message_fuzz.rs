//! Fuzz tests of the parsers of client messages and cursors.
#![allow(clippy::unwrap_used)]

use super::{ClientMessage, LONGEST, is_cursor, read};
use allocation_counter::measure;
use app::event::Cursor;
use bolero::check;
use contract::ProblemCode;
use serde_json::Value;

/// A message assembled from members that the bytes select.
fn message(bytes: &[u8]) -> String {
    const MEMBERS: [&str; 16] = [
        "\"type\":\"subscribe\"",
        "\"type\":\"authenticate\"",
        "\"type\":\"unsubscribe\"",
        "\"type\":\"ping\"",
        "\"type\":7",
        "\"id\":\"mine\"",
        "\"id\":\"\"",
        "\"id\":\"SECRET\"",
        "\"token\":\"SECRET\"",
        "\"apiKey\":[\"SECRET\"]",
        "\"types\":[\"user.created\",\"a.b\"]",
        "\"types\":[\"SECRET\"]",
        "\"resources\":[\"user\",\"role/01980a4e-7c3b-7d10-9a55-0d5b7c1f2e77\"]",
        "\"after\":\"42-9f86d081884c7d65\"",
        "\"after\":\"-1\"",
        "\"SECRET\":{\"a\":[null]}",
    ];
    let members: Vec<&str> = bytes
        .iter()
        .take(12)
        .map(|byte| MEMBERS[usize::from(*byte) % 16])
        .collect();
    let text = format!("{{{}}}", members.join(","));
    match bytes.get(12) {
        // Truncated anywhere.
        Some(cut) => text.chars().take(usize::from(*cut)).collect(),
        None => text,
    }
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
fn a_message_is_read_or_refused_and_never_repeated() {
    let holds = |bytes: &[u8]| {
        let text = message(bytes);
        let json = serde_json::from_str::<Value>(&text);
        let is_object = matches!(json, Ok(Value::Object(_)));
        match read(&text) {
            Ok(parsed) => {
                let json = json.unwrap();
                let expected = match parsed {
                    ClientMessage::Authenticate(_) => "authenticate",
                    ClientMessage::Subscribe(asked) => {
                        assert_eq!(json["id"], asked.id.as_str());
                        let after = asked.after.map(|after| after.to_string());
                        assert_eq!(json["after"].as_str(), after.as_deref());
                        "subscribe"
                    }
                    ClientMessage::Unsubscribe(id) => {
                        assert_eq!(json["id"], id.as_str());
                        "unsubscribe"
                    }
                    ClientMessage::Ping => "ping",
                };
                assert_eq!(json["type"], expected);
            }
            Err(unread) => {
                let malformed = unread.problem.code == ProblemCode::MalformedRequest;
                assert_eq!(malformed, !is_object, "{text}");
                let reported = serde_json::to_string(&unread.problem).unwrap();
                assert!(!reported.contains("SECRET"), "{reported}");
                assert!(reported.len() < 4096, "{reported}");
            }
        }
    };
    inputs(2_000).for_each(|bytes| holds(&bytes));
    check!().with_iterations(0).for_each(holds);
}

#[test]
fn a_cursor_is_the_text_that_was_given_out() {
    const PIECES: [&str; 12] = [
        "0",
        "1",
        "42",
        "9999",
        "-",
        "9f86d081884c7d65",
        "9F86",
        "+",
        " ",
        "a",
        "",
        "ø",
    ];
    let holds = |bytes: &[u8]| {
        let pieces = bytes
            .iter()
            .take(6)
            .map(|byte| PIECES[usize::from(*byte) % PIECES.len()]);
        let text: String = pieces.collect();
        let read = text.parse::<Cursor>();
        if is_cursor(&text) {
            // Leading zeros parse to the same position.
            let read = read.unwrap();
            let again: Cursor = read.to_string().parse().unwrap();
            assert_eq!(again, read);
            assert!(is_cursor(&read.to_string()) && read.to_string().len() <= text.len());
        }
    };
    inputs(2_000).for_each(|bytes| holds(&bytes));
    check!().with_iterations(0).for_each(holds);
}

/// Makes a message of about this length.
type OfLength = fn(usize) -> String;

#[test]
fn parsing_a_message_allocates_in_proportion_to_its_length() {
    let kinds: [(&str, OfLength); 5] = [
        ("members", |length| {
            let member = |number: usize| format!("\"m{number:06}\":0,");
            let members: String = (0..length / 12).map(member).collect();
            format!("{{{members}\"type\":\"ping\"}}")
        }),
        ("the same member", |length| {
            format!(
                "{{{}\"type\":\"ping\"}}",
                "\"id\":\"a\",".repeat(length / 9)
            )
        }),
        ("a list", |length| {
            format!(
                "{{\"type\":\"subscribe\",\"id\":\"a\",\"types\":[{}0]}}",
                "\"a.b\",".repeat(length / 6)
            )
        }),
        ("depth", |length| "[".repeat(length)),
        ("a cursor", |length| {
            format!(
                "{{\"type\":\"subscribe\",\"id\":\"a\",\"after\":\"{}\"}}",
                "9".repeat(length)
            )
        }),
    ];
    for (name, make) in kinds {
        let costs = [LONGEST / 4, LONGEST / 2, LONGEST].map(|length| {
            let text = make(length - 100);
            let cost = measure(|| drop(read(&text)));
            assert!(
                cost.bytes_total <= 100 * text.len() as u64 + 4096,
                "{name}: {cost:?}"
            );
            cost
        });
        println!("{name}: {costs:?}");
        for pair in costs.windows(2) {
            let twice =
                |one: u64, two: u64, slack: u64| two as f64 <= one as f64 * 2.2 + slack as f64;
            assert!(
                twice(pair[0].count_total, pair[1].count_total, 16),
                "{name}: {costs:?}"
            );
            assert!(
                twice(pair[0].bytes_total, pair[1].bytes_total, 2048),
                "{name}: {costs:?}"
            );
        }
    }
}
