//! A schema or tag that is called like something that generated code has already.
#![allow(clippy::unwrap_used)]

use contract_gen::Fault;

const SHOP: &str = include_str!("golden/shop.yaml");

/// The contract with another name for `Grade`, whose line says `# here`.
fn with_schema(name: &str) -> String {
    let text = SHOP.replace("schemas/Grade'", &format!("schemas/{name}'"));
    text.replacen("    Grade:", &format!("    {name}: # here"), 1)
}

/// The contract with another name for the tag `health`, whose line says `# here`.
fn with_tag(name: &str) -> String {
    let text = SHOP.replacen("- name: health", &format!("- name: {name} # here"), 1);
    text.replacen("tags: [health]", &format!("tags: [{name}]"), 1)
}

fn refuses(text: &str, message: &str) {
    let line = text.lines().position(|line| line.contains("# here"));
    let expected = Fault {
        line: line.unwrap() + 1,
        message: message.to_owned(),
    };
    assert_eq!(contract_gen::read(text).unwrap_err(), [expected]);
}

#[test]
fn a_schema_is_not_called_like_what_generated_code_uses() {
    for (name, path) in [
        ("Path", "poem_openapi::param::Path"),
        ("Reply", "contract::answer::Reply"),
        ("Options", "client::Options"),
        ("String", "std::string::String"),
        ("Kind", "contract::Kind"),
    ] {
        let message =
            format!("schema `{name}` has the name of `{path}`, which generated code uses");
        refuses(&with_schema(name), &message);
    }
}

#[test]
fn a_schema_is_not_called_like_a_generated_type() {
    for (name, source) in [
        ("Apis", "every contract"),
        ("ThingsApi", "tag `things`"),
        ("GetThingReply", "operation `getThing`"),
        ("ListThingsParams", "operation `listThings`"),
    ] {
        let message = format!("schema `{name}` has the name of the type generated for {source}");
        refuses(&with_schema(name), &message);
    }
}

#[test]
fn a_tag_is_not_called_like_a_generated_module() {
    for name in ["table", "Problem", "names", "std"] {
        let message = format!("tag `{name}` is the name of a generated module or of a crate");
        refuses(&with_tag(name), &message);
    }
}

#[test]
fn what_generated_code_writes_with_its_path_is_free() {
    for name in ["Body", "Endpoint", "Map", "Method", "Tags", "Value", "Tag"] {
        let read = contract_gen::read(&with_schema(name));
        assert!(read.is_ok(), "{:?}", read.err());
    }
}
