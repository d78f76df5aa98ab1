//! What is generated from small contracts, compared with what was found good before.
//!
//! `UPDATE_GOLDEN=1 cargo test -p contract-gen` writes what is generated now as the new truth.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use contract_gen::emit;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// The files of a folder and those below it, by path.
fn files_in(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                files.insert(path.strip_prefix(folder).unwrap().to_owned(), text);
            }
        }
    }
    files
}

fn compare(name: &str) {
    let text = fs::read_to_string(folder().join(format!("{name}.yaml"))).unwrap();
    let generated = emit::files(&text).unwrap();
    let generated: BTreeMap<PathBuf, String> = generated
        .into_iter()
        .map(|file| (file.path, file.text))
        .collect();
    let golden = folder().join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let _ = fs::remove_dir_all(&golden);
        for (path, text) in &generated {
            let path = golden.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    let expected = files_in(&golden);
    let names = |files: &BTreeMap<PathBuf, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&generated), names(&expected));
    for (path, text) in generated {
        assert_eq!(text, expected[&path], "{}", path.display());
    }
}

#[test]
fn shop() {
    compare("shop");
}

#[test]
fn the_committed_code_is_what_the_contract_gives() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join("api/openapi.yaml")).unwrap();
    for file in emit::files(&text).unwrap() {
        let committed = fs::read_to_string(root.join(&file.path)).unwrap();
        assert_eq!(
            committed,
            file.text,
            "{}: run `make gen`",
            file.path.display()
        );
    }
}
