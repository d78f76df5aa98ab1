//! The modules of the `contract` crate.

use super::{
    adapter, operations, problem,
    rust::{doc, imports, literal, module_doc, used},
    tag_modules, types, unserved,
    uses::{PROBLEM_HOME, Uses, uses},
};
use crate::{
    model::{Contract, Tag},
    names::{pascal, snake},
};

/// Where the names that DTOs and adapters use come from.
const IMPORTS: [(&str, &str); 26] = [
    ("Arc", "std::sync::Arc"),
    ("async_trait", "async_trait::async_trait"),
    ("Body", "poem::Body"),
    ("Endpoint", "poem::Endpoint"),
    ("Header", "poem_openapi::param::Header"),
    ("Path", "poem_openapi::param::Path"),
    ("Query", "poem_openapi::param::Query"),
    ("MaybeUndefined", "poem_openapi::types::MaybeUndefined"),
    ("ApiResponse", "poem_openapi::ApiResponse"),
    ("Enum", "poem_openapi::Enum"),
    ("Object", "poem_openapi::Object"),
    ("OpenApi", "poem_openapi::OpenApi"),
    ("Serialize", "serde::Serialize"),
    ("Uuid", "uuid::Uuid"),
    ("Answer", "crate::answer::Answer"),
    ("Reply", "crate::answer::Reply"),
    ("Call", "crate::call::Call"),
    ("FreeObject", "crate::free_object::FreeObject"),
    ("Guarded", "crate::guard::Guarded"),
    ("CsvReply", "crate::payload::CsvReply"),
    ("EventsReply", "crate::payload::EventsReply"),
    ("JsonBody", "crate::payload::JsonBody"),
    ("JsonReply", "crate::payload::JsonReply"),
    ("MergePatchBody", "crate::payload::MergePatchBody"),
    ("NdjsonReply", "crate::payload::NdjsonReply"),
    ("Timestamp", "crate::timestamp::Timestamp"),
];

/// Each module and its text.
pub fn modules(contract: &Contract) -> Vec<(String, String)> {
    let uses = uses(contract);
    let mut modules = vec![
        ("mod".to_owned(), root(contract)),
        (PROBLEM_HOME.to_owned(), problem_module(contract, &uses)),
        ("table".to_owned(), operations::module(contract)),
        ("unserved".to_owned(), unserved::module(contract)),
    ];
    for tag in &contract.tags {
        modules.push((snake(&tag.name), tag_module(contract, tag, &uses)));
    }
    modules
}

fn root(contract: &Contract) -> String {
    let mut names: Vec<String> = tag_modules(contract).collect();
    names.push(PROBLEM_HOME.into());
    names.sort();
    let modules: String = names.iter().map(|name| format!("mod {name};\n")).collect();
    let exports: String = names
        .iter()
        .map(|name| format!("pub use {name}::*;\n"))
        .collect();
    format!(
        "//! DTOs, traits and adapters of the contract.

        {modules}
        pub mod table;
        mod unserved;

        {exports}pub use table::OPERATIONS;
        pub use unserved::Unserved;

        use std::sync::Arc;

        use poem_openapi::Tags;

        /// The contract as it was written.
        pub const OPENAPI_YAML: &str = include_str!(\"../../../../api/openapi.yaml\");
        /// The contract as JSON.
        pub const OPENAPI_JSON: &str = include_str!(\"openapi.json\");
        /// The title of the contract.
        pub const TITLE: &str = {};
        /// The version of the contract.
        pub const VERSION: &str = {};

        {}",
        literal(&contract.title),
        literal(&contract.version),
        apis(contract),
    )
}

/// What a server puts together, a part for each tag.
fn apis(contract: &Contract) -> String {
    let each =
        |part: &dyn Fn(&Tag) -> String| -> String { contract.tags.iter().map(part).collect() };
    let variants = each(&|tag| {
        let (wire, variant) = (literal(&tag.name), pascal(&tag.name));
        format!("#[oai(rename = {wire})]\n{variant},\n")
    });
    let fields = each(&|tag| {
        let (about, name) = (doc(&[&tag.description]), snake(&tag.name));
        format!("{about}pub {name}: Arc<dyn {}Api>,\n", pascal(&tag.name))
    });
    let adapter = |tag: &Tag| format!("{}::{}Adapter", snake(&tag.name), pascal(&tag.name));
    let adapters = each(&|tag| adapter(tag) + ",");
    let made = each(&|tag| format!("{}(self.{}),", adapter(tag), snake(&tag.name)));
    // poem-openapi takes a tuple of two and more: the unit makes one tag enough.
    format!(
        "#[derive(Tags)]
        pub(crate) enum ApiTag {{ {variants} }}

        /// What implements the contract: one object a tag.
        #[derive(Clone)]
        pub struct Apis {{ {fields} }}

        /// Everything that poem-openapi routes to.
        pub(crate) type Adapters = ({adapters} ());

        impl Apis {{
            pub(crate) fn adapters(self) -> Adapters {{ ({made} ()) }}
        }}\n"
    )
}

fn problem_module(contract: &Contract, uses: &Uses) -> String {
    let body = own_schemas(contract, PROBLEM_HOME, uses)
        + &problem::constructor(contract, uses)
        + &problem::code_methods(contract);
    assemble(
        contract,
        PROBLEM_HOME,
        uses,
        "Problems and their catalogue.",
        &body,
    )
}

fn tag_module(contract: &Contract, tag: &Tag, uses: &Uses) -> String {
    let body = adapter::tag(contract, tag) + &own_schemas(contract, &tag.name, uses);
    assemble(contract, &tag.name, uses, &tag.description, &body)
}

fn own_schemas(contract: &Contract, home: &str, uses: &Uses) -> String {
    contract
        .schemas
        .iter()
        .filter(|schema| uses.home.get(&schema.name).is_some_and(|at| at == home))
        .map(|schema| types::schema(contract, schema, uses))
        .collect()
}

fn assemble(contract: &Contract, home: &str, uses: &Uses, about: &str, body: &str) -> String {
    let others: Vec<(String, String)> = contract
        .schemas
        .iter()
        .filter(|schema| uses.home.get(&schema.name).is_some_and(|at| at != home))
        .map(|schema| (schema.name.clone(), format!("super::{}", schema.name)))
        .chain([
            ("ApiTag".to_owned(), "super::ApiTag".to_owned()),
            ("table".to_owned(), "super::table".to_owned()),
        ])
        .collect();
    let code: Vec<&str> = body
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//"))
        .collect();
    // A variant of an enum stands alone on its line and may be called like a schema.
    let variant = |line: &str| {
        let name = line.strip_suffix(',').unwrap_or_default();
        !name.is_empty() && name.chars().all(char::is_alphanumeric)
    };
    let without_variants: Vec<&str> = code.iter().copied().filter(|line| !variant(line)).collect();
    let others = others
        .iter()
        .map(|(name, path)| (name.as_str(), path.as_str()));
    let others = used(&without_variants.join("\n"), others);
    let mut known = used(&code.join("\n"), IMPORTS);
    known.extend(others);
    format!("{}\n{}\n{body}", module_doc(&[about]), imports(&known))
}
