//! The modules of the `contract` crate.

use super::{
    adapter, module, operations, outline, problem,
    rust::{doc, literal},
    types, unserved,
    uses::{PROBLEM_HOME, Uses, uses},
};
use crate::{
    imports,
    model::{Contract, Tag},
    names::{pascal, snake},
};

/// Each module and its text.
pub fn modules(contract: &Contract) -> Vec<(String, String)> {
    let uses = uses(contract);
    let mut modules = vec![
        ("mod".to_owned(), root(contract)),
        ("names".to_owned(), imports::module(imports::CONTRACT)),
        (PROBLEM_HOME.to_owned(), problem_module(contract, &uses)),
        ("table".to_owned(), operations::text(contract)),
        ("unserved".to_owned(), unserved::text(contract)),
    ];
    for tag in &contract.tags {
        modules.push((snake(&tag.name), tag_module(contract, tag, &uses)));
    }
    modules
}

fn root(contract: &Contract) -> String {
    let (declared, exports) = outline(contract);
    format!(
        "//! DTOs, traits and adapters of the contract.

        {declared}
        pub mod table;
        mod unserved;

        {exports}pub use table::OPERATIONS;
        pub use unserved::Unserved;

        use names::*;

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
        "#[derive(poem_openapi::Tags)]
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
    module("Problems and their catalogue.", &body)
}

fn tag_module(contract: &Contract, tag: &Tag, uses: &Uses) -> String {
    let body = adapter::tag(contract, tag) + &own_schemas(contract, &tag.name, uses);
    module(&tag.description, &body)
}

fn own_schemas(contract: &Contract, home: &str, uses: &Uses) -> String {
    contract
        .schemas
        .iter()
        .filter(|schema| uses.home.get(&schema.name).is_some_and(|at| at == home))
        .map(|schema| types::schema(contract, schema, uses))
        .collect()
}
