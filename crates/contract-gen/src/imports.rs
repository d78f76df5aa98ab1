//! The names that generated code takes from elsewhere.
//!
//! The generated `names.rs` of each crate imports all of them. The root of the generated modules takes
//! in `names.rs`, and every other module takes in the root, so no emitter has to know which names its
//! text holds. Whoever writes a name that is not here writes its path.
//!
//! A schema of the same name would be ambiguous: the reader refuses it, by [`taken`].

use std::collections::BTreeMap;

/// What the generated modules of the `contract` crate import.
pub const CONTRACT: &[&str] = &[
    "std::sync::Arc",
    "async_trait::async_trait",
    "poem_openapi::ApiResponse",
    "poem_openapi::Enum",
    "poem_openapi::Object",
    "poem_openapi::OpenApi",
    "poem_openapi::param::Header",
    "poem_openapi::param::Path",
    "poem_openapi::param::Query",
    "poem_openapi::types::MaybeUndefined",
    "serde::Serialize",
    "uuid::Uuid",
    "crate::answer::Answer",
    "crate::answer::Reply",
    "crate::call::Call",
    "crate::free_object::FreeObject",
    "crate::guard::Guarded",
    "crate::operation::Operation",
    "crate::operation::operations",
    "crate::payload::CsvReply",
    "crate::payload::EventsReply",
    "crate::payload::JsonBody",
    "crate::payload::JsonReply",
    "crate::payload::MergePatchBody",
    "crate::payload::NdjsonReply",
    "crate::timestamp::Timestamp",
];

/// What the generated modules of the `client` crate import.
pub const CLIENT: &[&str] = &[
    "chrono::DateTime",
    "chrono::Utc",
    "serde::Deserialize",
    "serde::Serialize",
    "uuid::Uuid",
    "crate::Client",
    "crate::Download",
    "crate::Error",
    "crate::Options",
    "crate::Reply",
    "crate::wire::Exchange",
];

/// What generated code has from the prelude of Rust.
const PRELUDE: &[&str] = &[
    "std::boxed::Box",
    "std::default::Default",
    "std::convert::Into",
    "std::marker::Send",
    "std::marker::Sync",
    "std::option::Option",
    "std::result::Result",
    "std::string::String",
    "std::vec::Vec",
];

/// What the roots of the two crates export beside the generated types, which it would hide.
const EXPORTED: &[&str] = &[
    "contract::BodyLimit",
    "contract::Gate",
    "contract::Idempotency",
    "contract::Kind",
    "contract::Parameter",
    "contract::Place",
    "contract::RequestId",
    "client::HeaderMap",
];

/// `names.rs`: one import a line of `paths`.
pub fn module(paths: &[&str]) -> String {
    let imports: String = paths
        .iter()
        .map(|path| format!("pub(super) use {path};\n"))
        .collect();
    format!(
        "//! What the generated modules use of other crates and of this one.
        #![allow(unused_imports, reason = \"not every contract needs each of them\")]

        {imports}"
    )
}

/// Every name that generated code has from elsewhere, with its path.
pub fn taken() -> BTreeMap<&'static str, String> {
    let mut taken = BTreeMap::new();
    for (home, paths) in [
        ("contract::", CONTRACT),
        ("client::", CLIENT),
        ("", PRELUDE),
        ("", EXPORTED),
    ] {
        for path in paths {
            let name = path.rsplit("::").next().unwrap_or(path);
            let path = path.replacen("crate::", home, 1);
            taken.entry(name).or_insert(path);
        }
    }
    taken
}
