//! From the model to files.

mod adapter;
mod client;
mod client_types;
mod contract;
mod operations;
mod problem;
mod rust;
mod types;
mod unserved;
mod uses;

use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::{fault::Fault, model::Contract, yaml::Node};

/// A generated file.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// Where it belongs, from the root of the workspace.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
}

/// The first line of every generated Rust file.
const NOTICE: &str =
    "// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.";

/// Everything that is generated from a contract.
pub fn files(text: &str) -> Result<Vec<File>, Vec<Fault>> {
    let contract = crate::read(text)?;
    let document = Node::parse(text)?;
    let mut files = rust_files(
        "crates/contract/src/generated",
        contract::modules(&contract),
    )?;
    files.push(File {
        path: "crates/contract/src/generated/openapi.json".into(),
        text: document.to_json() + "\n",
    });
    files.extend(rust_files(
        "crates/client/src/generated",
        client::modules(&contract),
    )?);
    Ok(files)
}

/// The schemas that no operation needs.
pub fn unused_schemas(contract: &Contract) -> Vec<String> {
    let uses = uses::uses(contract);
    let names = contract.schemas.iter().map(|schema| &schema.name);
    names
        .filter(|name| !uses.home.contains_key(*name) && !uses.replied.contains(*name))
        .cloned()
        .collect()
}

fn rust_files(folder: &str, modules: Vec<(String, String)>) -> Result<Vec<File>, Vec<Fault>> {
    modules
        .into_iter()
        .map(|(name, text)| {
            let path = PathBuf::from(folder).join(format!("{name}.rs"));
            let text = format(&format!("{NOTICE}\n\n{text}"));
            let text = text.map_err(|message| {
                let message = format!("{}: {message}", path.display());
                vec![Fault { line: 0, message }]
            })?;
            Ok(File { path, text })
        })
        .collect()
}

/// The text as rustfmt has it, so that `cargo fmt --check` agrees with the generator.
fn format(text: &str) -> Result<String, String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("rustfmt does not start: {error}"))?;
    if let Some(mut input) = rustfmt.stdin.take() {
        input
            .write_all(text.as_bytes())
            .map_err(|error| error.to_string())?;
    }
    let output = rustfmt
        .wait_with_output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

/// A module below the root. With the root it takes in the names of `names.rs` and those of every schema.
fn module(about: &str, body: &str) -> String {
    format!("{}\nuse super::*;\n\n{body}", rust::module_doc(&[about]))
}

/// For the root of a crate's modules: the lines that declare those of the tags, of the problems and of
/// the imported names, and the lines that export what the first two hold.
fn outline(contract: &Contract) -> (String, String) {
    let tags = contract.tags.iter();
    let mut modules: Vec<String> = tags.map(|tag| crate::names::snake(&tag.name)).collect();
    modules.push(uses::PROBLEM_HOME.into());
    modules.sort();
    let declared: String = modules
        .iter()
        .map(|name| format!("mod {name};\n"))
        .collect();
    let exports: String = modules
        .iter()
        .map(|name| format!("pub use {name}::*;\n"))
        .collect();
    (declared + "mod names;\n", exports)
}
