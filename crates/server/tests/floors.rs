//! Which crates may depend on which, and that contract and policy name the same permissions.
#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use contract::OPERATIONS;
use domain::Permission;
use serde_json::Value;

/// The crates of this workspace that a crate may depend on, outside its tests.
const FLOORS: [(&str, &[&str]); 18] = [
    ("contract", &[]),
    ("contract-gen", &[]),
    ("credentials", &[]),
    ("limits", &[]),
    ("mail", &[]),
    ("relay", &[]),
    ("client", &[]),
    ("domain", &[]),
    ("migration", &[]),
    ("persistence", &["domain", "migration"]),
    ("app", &["domain", "persistence"]),
    (
        "identity",
        &["app", "credentials", "domain", "limits", "mail", "outbound"],
    ),
    (
        "outbound",
        &["app", "credentials", "domain", "mail", "relay", "webhook"],
    ),
    (
        "selfcheck",
        &["app", "contract", "credentials", "domain", "identity"],
    ),
    (
        "server",
        &[
            "app",
            "contract",
            "credentials",
            "domain",
            "identity",
            "limits",
            "mail",
            "outbound",
            "relay",
            "selfcheck",
            "webhook",
        ],
    ),
    (
        "testkit",
        &[
            "app",
            "client",
            "contract",
            "domain",
            "identity",
            "outbound",
            "selfcheck",
            "server",
        ],
    ),
    ("webhook", &["limits"]),
    ("bench", &["testkit"]),
];

/// The crates that may access a database; the others go through them.
const ACCESS_DATABASES: [&str; 3] = ["migration", "persistence", "testkit"];

/// The crates that answer HTTP; the others get requests as types of the domain.
const ANSWER_HTTP: [&str; 3] = ["contract", "server", "testkit"];

/// Dependencies that do input or output.
const INPUT_AND_OUTPUT: [&str; 8] = [
    "async-trait",
    "hyper",
    "poem",
    "poem-openapi",
    "reqwest",
    "sea-orm",
    "sqlx",
    "tokio",
];

/// The dependencies of each crate of the workspace, without those of its tests.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let arguments = [
        "metadata",
        "--no-deps",
        "--offline",
        "--locked",
        "--format-version=1",
    ];
    let ran = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let metadata: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    packages
        .map(|package| {
            let all = package["dependencies"].as_array().unwrap().iter();
            let shipped = all.filter(|dependency| dependency["kind"] != "dev");
            let names = shipped.map(|dependency| text(&dependency["name"]));
            (text(&package["name"]), names.collect())
        })
        .collect()
}

#[test]
fn every_crate_depends_on_its_own_and_lower_layers() {
    let found = dependencies();
    let floors = BTreeMap::from(FLOORS);
    let parts: Vec<_> = found.keys().map(String::as_str).collect();
    assert_eq!(parts, floors.keys().copied().collect::<Vec<_>>());
    for (part, needs) in &found {
        for need in needs.iter().filter(|need| found.contains_key(*need)) {
            let may = floors[part.as_str()].contains(&need.as_str());
            assert!(may, "{part} may not depend on {need}");
        }
    }
}

#[test]
fn only_some_crates_access_a_database() {
    for (part, needs) in dependencies() {
        let speaks = needs
            .iter()
            .any(|need| need.starts_with("sea-orm") || need.starts_with("sqlx"));
        assert_eq!(speaks, ACCESS_DATABASES.contains(&part.as_str()), "{part}");
    }
}

#[test]
fn only_some_crates_answer_http() {
    for (part, needs) in dependencies() {
        let answers = needs.iter().any(|need| need.starts_with("poem"));
        assert_eq!(answers, ANSWER_HTTP.contains(&part.as_str()), "{part}");
    }
}

#[test]
fn the_domain_only_computes() {
    let needs = &dependencies()["domain"];
    for kept_out in INPUT_AND_OUTPUT {
        assert!(!needs.contains(kept_out), "domain depends on {kept_out}");
    }
}

#[test]
fn the_contract_names_the_permissions_of_the_policy() {
    let named: BTreeSet<_> = OPERATIONS.iter().filter_map(|o| o.permission).collect();
    let known: BTreeSet<_> = Permission::ALL.iter().map(|known| known.as_str()).collect();
    assert_eq!(named, known);
}
