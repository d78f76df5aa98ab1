// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! DTOs, traits and adapters of the contract.

mod allocations;
mod api_keys;
mod assignments;
mod auth;
mod events;
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

use std::sync::Arc;

use poem_openapi::Tags;

/// The contract as it was written.
pub const OPENAPI_YAML: &str = include_str!("../../../../api/openapi.yaml");
/// The contract as JSON.
pub const OPENAPI_JSON: &str = include_str!("openapi.json");
/// The title of the contract.
pub const TITLE: &str = "Quartermaster";
/// The version of the contract.
pub const VERSION: &str = "0.1.0";

#[derive(Tags)]
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
    /// The log of every change, in the order in which the changes became true. `docs/events.md`,
    /// beside this contract in the repository, lists every type of event and its data. ### The
    /// WebSocket `GET /api/v1/ws` is a WebSocket (RFC 6455) on which a client follows several
    /// parts of the log at once. Each message is a text of one JSON object with a `type`. A
    /// client comes with `Authorization`, or with `?ticket=` of `POST /api/v1/events/tickets`
    /// (for browsers, which can send no header), or says `authenticate` first. What a client
    /// says: - `authenticate` with `token` or `apiKey`: who it is. Said again before `expiresAt`,
    /// with a newer token of the same caller, it keeps the connection. - `subscribe` with an `id`
    /// of its own (1 to 64 characters), and as it likes `types` (a list of types), `resources` (a
    /// list of kinds, like `user`, or resources, like `user/{id}`), `organizationId` (another log
    /// than its own) and `after` (a cursor). Without `after` it is told what happens from now on;
    /// `"0"` is the beginning. An event has to be of one of the `types` and of one of the
    /// `resources`, where these are given. - `unsubscribe` with the `id`. - `ping`. What it is
    /// told: - `authenticated` with `expiresAt`: when the connection ends if it does not
    /// authenticate again, or null. - `subscribed` with `id` and `cursor`, `unsubscribed` with
    /// `id`. - `event` with `subscription`, `cursor` (where to go on after it) and `event`, as in
    /// the feed. - `replayed` with `subscription` and `count`, and then `live` with
    /// `subscription` and `cursor`, once for each subscription, as soon as what was there before
    /// has come. - `reset` with `subscription` and `cursor`: the log does not go on from the
    /// cursor that was given, since a backup was restored. It comes before everything else of the
    /// subscription, `replayed` and `live` follow, and then what is new: what was between is not
    /// sent, so read what you keep anew, from the start. - `pong` with `cursors`: of each
    /// subscription, by its id, the cursor to go on from. - `error` with a `problem`, and `id`
    /// where it is about a subscription. The connection goes on when it is about one message
    /// alone. - `dropped` with `subscription` and `cursor`: the client was too slow, the
    /// connection ends, and the cursor is where to come back to. A `cursor` is left out where the
    /// log is another organization's and shows the caller nothing. Limits: - 5 seconds to
    /// authenticate. - 16 subscriptions; 20 entries in `types` and in `resources`. - 16 KB for a
    /// message, and 20 messages in a second. - 10 seconds to take what it is told. - A client
    /// that is silent is asked by a WebSocket ping after 15 seconds, and given up after 30. For
    /// example (`>` says the client, `<` is told): ```text > {"type": "authenticate", "apiKey":
    /// "qm_v1_…"} < {"type": "authenticated", "expiresAt": null} > {"type": "subscribe", "id":
    /// "seats", "types": ["assignment.created"], "resources": ["assignment"], "after":
    /// "41-03ac674216f3e15c"} < {"type": "subscribed", "id": "seats", "cursor":
    /// "41-03ac674216f3e15c"} < {"type": "event", "subscription": "seats", "cursor":
    /// "42-9f86d081884c7d65", "event": {"type": "assignment.created", …}} < {"type":
    /// "replayed", "subscription": "seats", "count": 1} < {"type": "live", "subscription":
    /// "seats", "cursor": "42-9f86d081884c7d65"} > {"type": "ping"} < {"type": "pong", "cursors":
    /// {"seats": "42-9f86d081884c7d65"}} ```
    pub events: Arc<dyn EventsApi>,
    /// Endpoints elsewhere that are told of events, by \[Standard Webhooks
    /// 1.0\](https://www.standardwebhooks.com). Each message is a POST with a body of `type`,
    /// `timestamp` and `data`. `data` is the whole event as the feed shows it, and `timestamp` is
    /// when it happened: ```text POST /hooks HTTP/1.1 content-type: application/json webhook-id:
    /// 01980a4e-7c3b-7d10-9a55-0d5b7c1f2e99 webhook-timestamp: 1772445600 webhook-signature:
    /// v1,TYfAX8HGyfskaPltfVSE+T35hPq+wzUGA25vkngZ0NE=
    /// {"data":{"actor":{"apiKeyId":null,"id":"01980a4e-7c3b-7d10-9a55-0d5b7c1f2e01","kind":"USER"},"data":{"endsAt":"2026-03-02T10:00:00.000000Z"},"hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","id":"01980a4e-7c3b-7d10-9a55-0d5b7c1f2e99","occurredAt":"2026-03-02T10:00:00.000000Z","organizationId":null,"position":42,"requestId":"01980a4e-7c3b-7d10-9a55-0d5b7c1f2eaa","resource":{"id":"01980a4e-7c3b-7d10-9a55-0d5b7c1f2e77","kind":"assignment","version":2},"schemaVersion":1,"stationId":null,"type":"assignment.revoked"},"timestamp":"2026-03-02T10:00:00.000000Z","type":"assignment.revoked"}
    /// ``` A ping is `{"type": "webhook.ping", "timestamp": …, "data": {"webhookId": …}}`.
    /// `data` of the others is of the schema `Event`. - `webhook-id` is the id of the event: the
    /// same however often it is sent, so do what it asks of you once for each. -
    /// `webhook-timestamp` is when it was sent, in seconds since 1970. Libraries refuse what is
    /// older than 5 minutes. - `webhook-signature` is `v1,` and the HMAC-SHA256, in base64, of
    /// `<webhook-id>.<webhook-timestamp>.<body>` with the secret (what follows `whsec_`, from
    /// base64). While a rotation lasts there are two, with a space between. A library of Standard
    /// Webhooks checks that, here the one for Python, with the body as it came: ```python from
    /// standardwebhooks import Webhook message =
    /// Webhook("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").verify(body, headers) event
    /// = message["data"] ``` How messages are sent: - A webhook hears the log of one realm: of
    /// its organization, or of the platform. What happens in an organization is in the log of the
    /// organization and not in the platform's. `docs/events.md`, beside this contract in the
    /// repository, lists every type. - Any answer from 200 to 299 within 15 seconds takes a
    /// message. Others are tried again after 5 s, 5 min, 30 min and 2, 5, 10, 14, 20 and 24
    /// hours, each a tenth more or less: ten attempts in about three days. A longer `Retry-After`
    /// is waited for, up to 24 hours, and the endpoint is left alone for as long, up to 60
    /// seconds. - What failed and waits for its next attempt keeps nothing new waiting, unless
    /// the webhook is `ordered`. - After it was told everything a webhook rests for 250 ms, so
    /// events shortly after one another come together. - 410 disables the webhook, and so do 5
    /// days of nothing but failures. What is queued then waits, and goes on when it is enabled. -
    /// While an organization is suspended nothing is sent; within 5 seconds after it is activated
    /// again, what happened meanwhile is. With an organization that is deleted its webhooks end.
    /// - Only public addresses are called, on port 443 and over TLS unless the configuration
    /// allows more, and redirects are not followed.
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
