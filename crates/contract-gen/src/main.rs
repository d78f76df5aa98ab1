//! `contract-gen gen`, `check` and `lint`.

use std::{fs, path::Path, process::ExitCode};

use contract_gen::{Fault, diff, emit, lint};

const CONTRACT: &str = "api/openapi.yaml";
const FOLDERS: [&str; 2] = [
    "crates/contract/src/generated",
    "crates/client/src/generated",
];

fn main() -> ExitCode {
    let command = std::env::args().nth(1).unwrap_or_default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let result = match command.as_str() {
        "gen" => generate(&root),
        "check" => check(&root),
        "lint" => read(&root).and_then(|text| listed(lint::lint(&text))),
        _ => Err("usage: contract-gen gen | check | lint".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn read(root: &Path) -> Result<String, String> {
    fs::read_to_string(root.join(CONTRACT)).map_err(|error| format!("{CONTRACT}: {error}"))
}

/// Names the file in front of every fault, so that an editor can jump there.
fn listed<T>(result: Result<T, Vec<Fault>>) -> Result<T, String> {
    result.map_err(|faults| {
        let lines: Vec<String> = faults
            .iter()
            .map(|fault| format!("{CONTRACT}:{}: {}", fault.line, fault.message))
            .collect();
        lines.join("\n")
    })
}

fn generate(root: &Path) -> Result<(), String> {
    let files = listed(emit::files(&read(root)?))?;
    for stale in stale(root, &files) {
        fs::remove_file(root.join(&stale)).map_err(|error| format!("{stale}: {error}"))?;
    }
    for file in files {
        let path = root.join(&file.path);
        if fs::read_to_string(&path).is_ok_and(|text| text == file.text) {
            continue;
        }
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(root))?;
            fs::write(&path, &file.text)
        };
        write().map_err(|error| format!("{}: {error}", file.path.display()))?;
        println!("{}", file.path.display());
    }
    Ok(())
}

/// Files in the generated folders that the contract no longer gives.
fn stale(root: &Path, files: &[emit::File]) -> Vec<String> {
    let mut stale = Vec::new();
    for folder in FOLDERS {
        let entries = fs::read_dir(root.join(folder)).into_iter().flatten();
        for entry in entries.flatten() {
            let path = Path::new(folder).join(entry.file_name());
            if !files.iter().any(|file| file.path == path) {
                stale.push(path.display().to_string());
            }
        }
    }
    stale
}

fn check(root: &Path) -> Result<(), String> {
    let files = listed(emit::files(&read(root)?))?;
    let mut wrong: Vec<String> = stale(root, &files)
        .into_iter()
        .map(|path| format!("{path}: is not generated any more"))
        .collect();
    for file in &files {
        let path = file.path.display().to_string();
        match fs::read_to_string(root.join(&path)) {
            Ok(text) if text == file.text => {}
            Ok(text) => wrong.push(diff::unified(&path, &text, &file.text)),
            Err(error) => wrong.push(format!("{path}: {error}")),
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    wrong.push("run `make gen` and commit what it writes".into());
    Err(wrong.join("\n"))
}
