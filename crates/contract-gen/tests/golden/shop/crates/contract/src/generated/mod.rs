// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! DTOs, traits and adapters of the contract.

mod health;
mod names;
mod problem;
mod things;

pub mod table;
mod unserved;

pub use health::*;
pub use problem::*;
pub use table::OPERATIONS;
pub use things::*;
pub use unserved::Unserved;

use names::*;

/// The contract as it was written.
pub const OPENAPI_YAML: &str = include_str!("../../../../api/openapi.yaml");
/// The contract as JSON.
pub const OPENAPI_JSON: &str = include_str!("openapi.json");
/// The title of the contract.
pub const TITLE: &str = "Shop";
/// The version of the contract.
pub const VERSION: &str = "1.2.3";

#[derive(poem_openapi::Tags)]
pub(crate) enum ApiTag {
    #[oai(rename = "things")]
    Things,
    #[oai(rename = "health")]
    Health,
}

/// What implements the contract: one object a tag.
#[derive(Clone)]
pub struct Apis {
    /// What is sold.
    pub things: Arc<dyn ThingsApi>,
    /// Is it alive.
    pub health: Arc<dyn HealthApi>,
}

/// Everything that poem-openapi routes to.
pub(crate) type Adapters = (things::ThingsAdapter, health::HealthAdapter, ());

impl Apis {
    pub(crate) fn adapters(self) -> Adapters {
        (
            things::ThingsAdapter(self.things),
            health::HealthAdapter(self.health),
            (),
        )
    }
}
