//! `docs/configuration.md`, generated from the table of keys.

use super::{FILE_VARIABLE, Flag, KEYS};
use std::fmt::Write;

const HEAD: &str = "\
# Configuration keys

Written from `crates/server/src/config/keys.rs`. A flag goes over the environment, the environment over the file, and
the file over the default. The file is TOML, named by `--config` or";

fn page() -> String {
    let mut page = format!(
        "{HEAD} `{FILE_VARIABLE}`. What is unknown or wrong is refused at the start,\nall of it at once. \
        [The guide](guides/configuration.md) says what to set before others use it.\n\n"
    );
    page += "| key | variable | flag | default | meaning |\n| --- | --- | --- | --- | --- |\n";
    for key in KEYS {
        let flag = match (key.flag, key.flag_name()) {
            (Flag::Value(value), Some(name)) => format!("`--{name} {value}`"),
            (_, Some(name)) => format!("`--{name}`"),
            (_, None) => "none".to_owned(),
        };
        let (name, env, preset, about) = (key.name, key.env, key.preset_text(), key.about);
        writeln!(page, "| `{name}` | `{env}` | {flag} | {preset} | {about} |")
            .expect("a string takes every text");
    }
    page
}

#[test]
fn the_configuration_page_matches_the_table_of_keys() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, page()).expect("the page can be written");
    }
    let written = std::fs::read_to_string(path).expect("the page is there");
    assert_eq!(
        page(),
        written,
        "run with UPDATE_GOLDEN=1, and read the difference"
    );
}
