//! Reading costs what the length of a request costs, counted in allocations and their bytes: twice
//! the length, twice the cost, and not many times the length.

use allocation_counter::{AllocationInfo, measure};
use poem::{Request, http::Uri};

use super::operation;
use crate::{
    Operation, accept,
    examine::Asked,
    findings::{Findings, MOST_BYTES},
    json, parameters, validators, violations,
};

/// How much more twice the length may cost.
const TWICE: f64 = 2.2;

/// What is told of a request, and what is made ready for it, costs this whatever its length.
const FIXED_BYTES: u64 = 24 * MOST_BYTES as u64;
const FIXED_COUNT: u64 = 40_000;

/// Bytes that a byte of a request may cost: the smallest value is an item of two bytes, and takes
/// 32 bytes in a list that doubles when it is full.
const BYTES_FOR_A_BYTE: u64 = 160;

/// Measures at one, two and four times the length, after a first time that makes ready.
fn is_linear(name: &str, length: usize, make: &dyn Fn(usize) -> String, read: &dyn Fn(&str)) {
    read(&make(length));
    let mut costs: Vec<(u64, AllocationInfo)> = Vec::new();
    for times in [1, 2, 4] {
        let text = make(length * times);
        let cost = measure(|| read(&text));
        let bytes = text.len() as u64;
        println!(
            "{name}: {bytes} bytes: {} allocations of {} bytes, at most {} at a time",
            cost.count_total, cost.bytes_total, cost.bytes_max
        );
        assert!(
            cost.bytes_total <= BYTES_FOR_A_BYTE * bytes + FIXED_BYTES,
            "{name}: {cost:?}"
        );
        assert!(cost.count_total <= bytes + FIXED_COUNT, "{name}: {cost:?}");
        costs.push((bytes, cost));
    }
    for pair in costs.windows(2) {
        let [(_, one), (_, two)] = pair else {
            unreachable!("windows of two")
        };
        let most = |cost: u64, slack: u64| (cost as f64 * TWICE) as u64 + slack;
        assert!(
            two.count_total <= most(one.count_total, 64),
            "{name}: {one:?} {two:?}"
        );
        assert!(
            two.bytes_total <= most(one.bytes_total, 4096),
            "{name}: {one:?} {two:?}"
        );
    }
}

/// A body of about this length.
type OfLength = fn(usize) -> String;

fn bodies() -> Vec<(&'static str, OfLength)> {
    vec![
        ("duplicates in depth", |length| {
            let name = "/".repeat(100);
            let (open, close) = (format!("{{\"{name}\":").repeat(62), "}".repeat(62));
            let many = "\"a\":1,".repeat(length / 6);
            format!("{open}{{{many}\"a\":1}}{close}")
        }),
        ("different duplicates in depth", |length| {
            let (open, close) = ("{\"~~~~~~~~\":".repeat(60), "}".repeat(60));
            let pair = |number: usize| format!("\"{number}\":1,\"{number}\":2,");
            let many: String = (0..length / 20).map(pair).collect();
            format!("{open}{{{many}\"a\":1}}{close}")
        }),
        ("long names that are there twice", |length| {
            let name = "~/".repeat(length / 160);
            let pair = format!("\"{name}\":0,\"{name}\":{{").repeat(20);
            format!("{{{pair}{}", "}".repeat(21))
        }),
        ("deep lists", |length| {
            let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
            format!(
                "{{\"items\":[{}0]}}",
                format!("{deep},").repeat(length / 121)
            )
        }),
        ("wide objects", |length| {
            let field = |number: usize| format!("\"f{number:07}\":null,");
            let fields: String = (0..length / 16).map(field).collect();
            format!("{{{fields}\"a\":1}}")
        }),
        ("items that are none", |length| {
            format!("{{\"items\":[{}0]}}", "7,".repeat(length / 2))
        }),
        ("items with fields that are none", |length| {
            format!(
                "{{\"items\":[{}{{}}]}}",
                "{\"x\":[[]]},".repeat(length / 11)
            )
        }),
        ("U+0000 in depth", |length| {
            let name = "~".repeat(100);
            let (open, close) = (format!("{{\"{name}\":").repeat(50), "}".repeat(50));
            let many = "\"\\u0000\",".repeat(length / 9);
            format!("{{\"attributes\":{open}[{many}0]{close}}}")
        }),
        ("no U+0000 but one in depth", |length| {
            let name = "~".repeat(100);
            let (open, close) = (format!("{{\"{name}\":").repeat(50), "}".repeat(50));
            format!(
                "{{\"attributes\":{open}[{}\"\\u0000\"]{close}}}",
                "0,".repeat(length / 2)
            )
        }),
        ("a text of escapes", |length| {
            format!("{{\"note\":\"{}\"}}", "\\n".repeat(length / 2))
        }),
        ("a number of many digits", |length| {
            format!("{{\"capacity\":{}}}", "9".repeat(length))
        }),
        ("no end", |length| "{\"a\":[".repeat(length / 6)),
    ]
}

#[test]
fn a_body_costs_what_its_length_costs() {
    // One of each kind: fields, a list of objects, free fields, a merge patch.
    for id in [
        "createProduct",
        "createAssignmentBatch",
        "createProductVariant",
        "patchAssignment",
    ] {
        let operation = operation(id);
        for (name, make) in bodies() {
            is_linear(&format!("{id}: {name}"), 16 * 1024, &make, &|text| {
                let asked = Asked::of_body(operation, text.as_bytes().to_vec());
                drop(asked.examine());
            });
        }
    }
}

#[test]
fn reading_json_costs_what_its_length_costs() {
    for (name, make) in bodies() {
        is_linear(name, 64 * 1024, &make, &|text| {
            drop(json::read(text, &mut Findings::default()));
        });
    }
}

fn read_parameters(operation: &'static Operation, query: &str) {
    let uri: Uri = format!("{}?{query}", operation.path).parse().unwrap();
    let request = Request::builder().uri(uri).finish();
    let mut findings = Findings::default();
    let found = parameters::read(operation, &request, &mut findings).into();
    violations::of_parameters(&validators::of(operation).parameters, &found, &mut findings);
}

#[test]
fn parameters_cost_what_their_length_costs() {
    let pairs: [(&str, &str); 6] = [
        ("unknown", "x=1&"),
        ("given twice", "page=1&"),
        ("a list", "sort=x&"),
        ("unreadable", "page=%00&"),
        ("broken escapes", "page=%&"),
        ("empty pairs", "&"),
    ];
    for (name, pair) in pairs {
        let make = |length: usize| pair.repeat(length / pair.len());
        is_linear(name, 2 * 1024, &make, &|query| {
            read_parameters(operation("listUsers"), query);
        });
    }
}

#[test]
fn accept_costs_what_its_length_costs() {
    for range in ["text/html;q=0.5, ", "application/*, ", ",", "a;a;a;a,"] {
        let make = |length: usize| range.repeat(length / range.len());
        is_linear(range, 4 * 1024, &make, &|text| {
            let mut headers = poem::http::HeaderMap::new();
            headers.insert(poem::http::header::ACCEPT, text.parse().unwrap());
            accept::accepts(&headers, "application/json");
        });
    }
}
