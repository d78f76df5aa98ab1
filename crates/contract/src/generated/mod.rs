// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! DTOs, traits and adapters of the contract.

mod allocations;
mod api_keys;
mod assignments;
mod auth;
mod events;
mod names;
mod operations;
mod organizations;
mod problem;
mod products;
mod roles;
mod stations;
mod users;
mod variants;
mod webhooks;

pub mod table;
mod unserved;

pub use allocations::*;
pub use api_keys::*;
pub use assignments::*;
pub use auth::*;
pub use events::*;
pub use operations::*;
pub use organizations::*;
pub use problem::*;
pub use products::*;
pub use roles::*;
pub use stations::*;
pub use table::OPERATIONS;
pub use unserved::Unserved;
pub use users::*;
pub use variants::*;
pub use webhooks::*;

use names::*;

/// The contract as it was written.
pub const OPENAPI_YAML: &str = include_str!("../../../../api/openapi.yaml");
/// The contract as JSON.
pub const OPENAPI_JSON: &str = include_str!("openapi.json");
/// The title of the contract.
pub const TITLE: &str = "Quartermaster";
/// The version of the contract.
pub const VERSION: &str = "0.1.0";

#[derive(poem_openapi::Tags)]
pub(crate) enum ApiTag {
    #[oai(rename = "auth")]
    Auth,
    #[oai(rename = "users")]
    Users,
    #[oai(rename = "organizations")]
    Organizations,
    #[oai(rename = "stations")]
    Stations,
    #[oai(rename = "roles")]
    Roles,
    #[oai(rename = "apiKeys")]
    ApiKeys,
    #[oai(rename = "products")]
    Products,
    #[oai(rename = "variants")]
    Variants,
    #[oai(rename = "allocations")]
    Allocations,
    #[oai(rename = "assignments")]
    Assignments,
    #[oai(rename = "events")]
    Events,
    #[oai(rename = "webhooks")]
    Webhooks,
    #[oai(rename = "operations")]
    Operations,
}

/// What implements the contract: one object a tag.
#[derive(Clone)]
pub struct Apis {
    /// Login, sessions and passwords.
    pub auth: Arc<dyn AuthApi>,
    /// The people who hold seats and who run the platform.
    pub users: Arc<dyn UsersApi>,
    /// The tenants. Everything that is not platform-wide belongs to exactly one.
    pub organizations: Arc<dyn OrganizationsApi>,
    /// The sites that an organization owns. A station belongs to one organization for ever.
    pub stations: Arc<dyn StationsApi>,
    /// Permissions, and the custom roles that grant them on top of the fixed role of a user.
    pub roles: Arc<dyn RolesApi>,
    /// The API keys with which programs call.
    pub api_keys: Arc<dyn ApiKeysApi>,
    /// What is licensed. A product groups its variants.
    pub products: Arc<dyn ProductsApi>,
    /// The licence SKUs of a product. A variant holds the seats.
    pub variants: Arc<dyn VariantsApi>,
    /// The pools of seats that the platform gives an organization, of the variants in its
    /// catalogue.
    pub allocations: Arc<dyn AllocationsApi>,
    /// The seats that people and stations hold.
    pub assignments: Arc<dyn AssignmentsApi>,
    /// The log of every change, in the order in which the changes became true.
    pub events: Arc<dyn EventsApi>,
    /// Endpoints elsewhere that are told of events, by \[Standard Webhooks
    /// 1.0\](https://www.standardwebhooks.com).
    pub webhooks: Arc<dyn WebhooksApi>,
    /// Liveness and readiness, for those who run the service.
    pub operations: Arc<dyn OperationsApi>,
}

/// Everything that poem-openapi routes to.
pub(crate) type Adapters = (
    auth::AuthAdapter,
    users::UsersAdapter,
    organizations::OrganizationsAdapter,
    stations::StationsAdapter,
    roles::RolesAdapter,
    api_keys::ApiKeysAdapter,
    products::ProductsAdapter,
    variants::VariantsAdapter,
    allocations::AllocationsAdapter,
    assignments::AssignmentsAdapter,
    events::EventsAdapter,
    webhooks::WebhooksAdapter,
    operations::OperationsAdapter,
    (),
);

impl Apis {
    pub(crate) fn adapters(self) -> Adapters {
        (
            auth::AuthAdapter(self.auth),
            users::UsersAdapter(self.users),
            organizations::OrganizationsAdapter(self.organizations),
            stations::StationsAdapter(self.stations),
            roles::RolesAdapter(self.roles),
            api_keys::ApiKeysAdapter(self.api_keys),
            products::ProductsAdapter(self.products),
            variants::VariantsAdapter(self.variants),
            allocations::AllocationsAdapter(self.allocations),
            assignments::AssignmentsAdapter(self.assignments),
            events::EventsAdapter(self.events),
            webhooks::WebhooksAdapter(self.webhooks),
            operations::OperationsAdapter(self.operations),
            (),
        )
    }
}
