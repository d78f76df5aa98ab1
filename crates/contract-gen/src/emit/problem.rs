//! The methods of `Problem` and `ProblemCode`, from the catalogue.

use super::{
    rust::literal,
    types::{Held, held},
    uses::Uses,
};
use crate::{
    model::{Contract, Shape},
    names::{ident, pascal},
};

/// `Problem::new`: what the catalogue says, everything optional left out.
pub fn constructor(contract: &Contract, uses: &Uses) -> String {
    let Some(Shape::Object { properties, .. }) = contract.schema("Problem").map(|s| &s.shape)
    else {
        return String::new();
    };
    let fields: String = properties
        .iter()
        .map(|property| {
            let value = match property.name.as_str() {
                "type" => "format!(\"/problems/{}\", code.slug())",
                "title" => "code.title().to_owned()",
                "status" => "i32::from(code.status())",
                "detail" => "detail.into()",
                "code" => "code",
                _ => match held(property, "Problem", uses) {
                    Held::Plain => "Default::default()",
                    Held::Nullable | Held::Optional => "None",
                    Held::Undefined => "MaybeUndefined::Undefined",
                },
            };
            match ident(&property.name) {
                name if name == value => format!("{name},"),
                name => format!("{name}: {value},"),
            }
        })
        .collect();
    format!(
        "impl Problem {{
            /// A problem as the catalogue has it. The guard fills in `instance` and `requestId`.
            pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {{
                Self {{ {fields} }}
            }}
        }}\n\n"
    )
}

/// Status, title, slug and description of every code.
pub fn code_methods(contract: &Contract) -> String {
    let arms = |value: &dyn Fn(&crate::model::ProblemType) -> String| -> String {
        contract
            .problems
            .iter()
            .map(|problem| format!("Self::{} => {},", pascal(&problem.code), value(problem)))
            .collect()
    };
    let method = |doc: &str, name: &str, ty: &str, arms: String| {
        format!("/// {doc}\npub const fn {name}(self) -> {ty} {{ match self {{ {arms} }} }}\n\n")
    };
    let text = "&'static str";
    format!(
        "impl ProblemCode {{ {}{}{}{} }}\n",
        method(
            "The HTTP status.",
            "status",
            "u16",
            arms(&|problem| problem.status.to_string())
        ),
        method(
            "The problem in short, the same for every occurrence.",
            "title",
            text,
            arms(&|problem| literal(&problem.title))
        ),
        method(
            "What the path `/problems/<slug>` that explains it ends in.",
            "slug",
            text,
            arms(&|problem| literal(&slug(&problem.code)))
        ),
        method(
            "What it means and what a caller can do about it.",
            "description",
            text,
            arms(&|problem| literal(&one_line(&problem.description)))
        ),
    )
}

fn slug(code: &str) -> String {
    code.to_ascii_lowercase().replace('_', "-")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
