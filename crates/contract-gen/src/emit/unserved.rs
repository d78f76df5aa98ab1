//! What stands in for the parts of a server that a test does not need.

use super::{adapter::has_params, module};
use crate::{
    model::{Contract, Operation, Tag},
    names::{pascal, snake},
};

/// An implementation of every trait that only says so.
pub fn text(contract: &Contract) -> String {
    let fields: String = contract
        .tags
        .iter()
        .map(|tag| format!("{}: Arc::new(Unserved),", snake(&tag.name)))
        .collect();
    let traits: String = contract
        .tags
        .iter()
        .map(|tag| unserved_trait(contract, tag))
        .collect();
    let body = format!(
        "/// Answers every operation with `UNAVAILABLE`.
        #[derive(Debug, Clone, Copy)]
        pub struct Unserved;

        impl Apis {{
            /// Serves nothing. A test puts in the parts that it needs.
            pub fn unserved() -> Self {{ Self {{ {fields} }} }}
        }}

        fn unserved<T>() -> Result<T, Problem> {{
            Err(Problem::new(ProblemCode::Unavailable, \"Nothing serves this operation.\"))
        }}

        {traits}"
    );
    module("Stands in for what a test does not serve.", &body)
}

fn unserved_trait(contract: &Contract, tag: &Tag) -> String {
    let own = contract.operations.iter().filter(|o| o.tag == tag.name);
    let methods: String = own.map(unserved_method).collect();
    format!(
        "#[async_trait]\nimpl {}Api for Unserved {{\n{methods}}}\n\n",
        pascal(&tag.name)
    )
}

fn unserved_method(operation: &Operation) -> String {
    let name = pascal(&operation.id);
    let params = match has_params(operation) {
        true => format!(", _: {name}Params"),
        false => String::new(),
    };
    let body = operation.body.as_ref();
    let body = body.map_or(String::new(), |body| format!(", _: {}", body.schema));
    format!(
        "async fn {}(&self, _: Call{params}{body}) -> Result<{name}Reply, Problem> {{ unserved() }}\n",
        snake(&operation.id)
    )
}
