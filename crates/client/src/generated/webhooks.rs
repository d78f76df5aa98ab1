// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Endpoints elsewhere that are told of events, by \[Standard Webhooks
//! 1.0\](https://www.standardwebhooks.com).

use super::*;

impl Client {
    /// List webhooks
    ///
    /// A page of the webhooks that the caller may see, without their secrets.
    pub async fn list_webhooks(
        &self,
        params: &ListWebhooksParams,
        options: &Options,
    ) -> Result<Reply<PageWebhook>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/webhooks".to_owned(),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Create a webhook
    ///
    /// Events of an organization, or of the platform when no organization is named, are sent to
    /// the URL as they become true, by Standard Webhooks 1.0, at least once: `webhook-id` is the
    /// id of the event. A message is `{"type", "timestamp", "data"}`, where `data` is the whole
    /// event as the feed shows it; the tag `webhooks` shows one, and how it is checked. The
    /// `secret` that they are signed with is in this answer and nowhere else: the same request
    /// sent again answers without it. The caller needs `events.read` beside `webhooks.create`. A
    /// realm has at most 50 webhooks. Answers from 200 to 299 take an event; others, or none
    /// within 15 seconds, are tried again for about three days; 410 disables the webhook, and so
    /// do 5 days of nothing but failures. Redirects are not followed, and only public addresses
    /// are called, on port 443 unless the configuration allows more.
    pub async fn create_webhook(
        &self,
        body: &NewWebhook,
        options: &Options,
    ) -> Result<Reply<WebhookWithSecret>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            "/api/v1/webhooks".to_owned(),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Read a webhook
    ///
    /// One webhook, without its secret.
    pub async fn get_webhook(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Option<Webhook>>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/webhooks/{id}"),
            Vec::new(),
        );
        self.send_for_json_or_nothing(exchange, options).await
    }

    /// Change a webhook
    ///
    /// Replaces URL, description, event types and order. What is queued goes to the new URL. A
    /// webhook whose URL changes begins with a clean record: what the URL before failed is not
    /// counted against the new one.
    pub async fn update_webhook(
        &self,
        id: Uuid,
        body: &WebhookUpdate,
        options: &Options,
    ) -> Result<Reply<Webhook>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::PUT,
            format!("/api/v1/webhooks/{id}"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Delete a webhook
    ///
    /// Nothing is sent any more, and what became of deliveries is forgotten.
    pub async fn delete_webhook(&self, id: Uuid, options: &Options) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            format!("/api/v1/webhooks/{id}"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }

    /// Enable a webhook
    ///
    /// Sends again what happens from now on, and what was queued when it was disabled. What
    /// happened in between is sent by `recover`.
    pub async fn enable_webhook(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Webhook>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/webhooks/{id}/enable"),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Disable a webhook
    ///
    /// Sends nothing any more until it is enabled. Deliveries that are queued stay PENDING, and
    /// go on then.
    pub async fn disable_webhook(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Webhook>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/webhooks/{id}/disable"),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Rotate the secret of a webhook
    ///
    /// Messages are signed with a new secret, and for a while with the one before too. At most
    /// two sign: a second rotation ends the oldest at once. The secret is in this answer and
    /// nowhere else: the same request sent again answers without it.
    pub async fn rotate_webhook_secret(
        &self,
        id: Uuid,
        body: &WebhookRotation,
        options: &Options,
    ) -> Result<Reply<WebhookWithSecret>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/webhooks/{id}/rotate"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Ping a webhook
    ///
    /// Queues a message of the type `webhook.ping`, to see whether it arrives. It is in no log. A
    /// ping is attempted once, and never again.
    pub async fn ping_webhook(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Delivery>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/webhooks/{id}/ping"),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Send events once more
    ///
    /// Queues the events since a time, at most 30 days ago, that the webhook did not take, also
    /// those from before it was made or while it was disabled. What it took in the last 30 days
    /// is not sent again.
    pub async fn recover_webhook(
        &self,
        id: Uuid,
        body: &WebhookRecovery,
        options: &Options,
    ) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/webhooks/{id}/recover"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_nothing(exchange, options).await
    }

    /// List the deliveries of a webhook
    ///
    /// What became of each event, newest first. Pass `next` as `after` to go on to older ones.
    pub async fn list_deliveries(
        &self,
        id: Uuid,
        params: &ListDeliveriesParams,
        options: &Options,
    ) -> Result<Reply<DeliveryList>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/webhooks/{id}/deliveries"),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Read a delivery
    ///
    /// One delivery with its attempts.
    pub async fn get_delivery(
        &self,
        id: Uuid,
        delivery_id: Uuid,
        options: &Options,
    ) -> Result<Reply<DeliveryWithAttempts>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/webhooks/{id}/deliveries/{delivery_id}"),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Deliver once more
    ///
    /// Queues the delivery again, whatever became of it, with the same message id.
    pub async fn redeliver(
        &self,
        id: Uuid,
        delivery_id: Uuid,
        options: &Options,
    ) -> Result<Reply<Delivery>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/webhooks/{id}/deliveries/{delivery_id}/redeliver"),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }
}

/// Query parameters of `listWebhooks`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListWebhooksParams {
    /// Only what belongs to this organization.
    pub organization_id: Option<Uuid>,
    /// Only webhooks in this status.
    pub status: Option<WebhookStatus>,
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListWebhooksParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.organization_id {
            pairs.push(("organizationId", value.to_string()));
        }
        if let Some(value) = &self.status {
            pairs.push(("status", value.as_str().to_owned()));
        }
        if let Some(value) = &self.page {
            pairs.push(("page", value.to_string()));
        }
        if let Some(value) = &self.size {
            pairs.push(("size", value.to_string()));
        }
        for value in &self.sort {
            pairs.push(("sort", value.to_string()));
        }
        pairs
    }
}

/// Query parameters of `listDeliveries`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListDeliveriesParams {
    /// The last delivery of the answer before.
    pub after: Option<Uuid>,
    /// The most deliveries to answer.
    pub limit: Option<i32>,
    /// Only deliveries in this status.
    pub status: Option<DeliveryStatus>,
}

impl ListDeliveriesParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.after {
            pairs.push(("after", value.to_string()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        if let Some(value) = &self.status {
            pairs.push(("status", value.as_str().to_owned()));
        }
        pairs
    }
}

/// Whether events are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WebhookStatus {
    /// `ENABLED`.
    #[serde(rename = "ENABLED")]
    Enabled,
    /// `DISABLED`.
    #[serde(rename = "DISABLED")]
    Disabled,
}

impl WebhookStatus {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::Enabled, Self::Disabled];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
        }
    }
}

/// An endpoint that is told of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// The id of the webhook.
    pub id: Uuid,
    /// The organization whose events are sent, or null for those of the platform.
    pub organization_id: Option<Uuid>,
    /// Where the events are sent.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// The types of the events that are sent; null means all.
    pub event_types: Option<Vec<String>>,
    /// Whether an event waits until the one before it was taken or given up.
    pub ordered: bool,
    /// Whether events are sent.
    pub status: WebhookStatus,
    /// Why it is disabled: REQUESTED by somebody, GONE when it answered 410, FAILING after 5 days
    /// of nothing but failures; or null.
    pub disabled_reason: Option<String>,
    /// Until when the secret before the rotation signs too, or null.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// The user who made it, or null when it was a key of an organization.
    pub created_by: Option<Uuid>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// An endpoint that is told of events, in the answer that shows its secret.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookWithSecret {
    /// The id of the webhook.
    pub id: Uuid,
    /// The organization whose events are sent, or null for those of the platform.
    pub organization_id: Option<Uuid>,
    /// Where the events are sent.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// The types of the events that are sent; null means all.
    pub event_types: Option<Vec<String>>,
    /// Whether an event waits until the one before it was taken or given up.
    pub ordered: bool,
    /// Whether events are sent.
    pub status: WebhookStatus,
    /// Why it is disabled: REQUESTED by somebody, GONE when it answered 410, FAILING after 5 days
    /// of nothing but failures; or null.
    pub disabled_reason: Option<String>,
    /// Until when the secret before the rotation signs too, or null.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// The user who made it, or null when it was a key of an organization.
    pub created_by: Option<Uuid>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes, from 1.
    pub version: i64,
    /// What messages are signed with, in the first answer alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// Without its secrets.
impl std::fmt::Debug for WebhookWithSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookWithSecret")
            .field("id", &self.id)
            .field("organization_id", &self.organization_id)
            .field("url", &self.url)
            .field("description", &self.description)
            .field("event_types", &self.event_types)
            .field("ordered", &self.ordered)
            .field("status", &self.status)
            .field("disabled_reason", &self.disabled_reason)
            .field("previous_secret_until", &self.previous_secret_until)
            .field("created_by", &self.created_by)
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// A webhook to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewWebhook {
    /// Where the events are sent; https, unless the configuration allows http too.
    pub url: String,
    /// The types of the events to send, of those in docs/events.md; null or absent means all,
    /// also those that come later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_types: Option<Vec<String>>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether an event waits until the one before it was taken or given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered: Option<bool>,
    /// The organization; null or absent means the own one of the caller, or the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
}

impl NewWebhook {
    /// With what is required, and nothing else.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            event_types: None,
            description: None,
            ordered: None,
            organization_id: None,
        }
    }
}

/// What a webhook becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookUpdate {
    /// Where the events are sent; https, unless the configuration allows http too.
    pub url: String,
    /// The types of the events to send, of those in docs/events.md; null means all, also those
    /// that come later. It is to be named, so that a change of something else does not widen what
    /// is sent.
    pub event_types: Option<Vec<String>>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether an event waits until the one before it was taken or given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered: Option<bool>,
}

impl WebhookUpdate {
    /// With what is required, and nothing else.
    pub fn new(url: impl Into<String>, event_types: Option<Vec<String>>) -> Self {
        Self {
            url: url.into(),
            event_types,
            description: None,
            ordered: None,
        }
    }
}

/// How to rotate the secret of a webhook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct WebhookRotation {
    /// How long the former secret signs too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap_seconds: Option<i32>,
}

/// What to send once more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookRecovery {
    /// Events from this time on; at most 30 days ago.
    pub since: DateTime<Utc>,
}

/// A page of webhooks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageWebhook {
    /// The elements of this page.
    pub content: Vec<Webhook>,
    /// Elements on all pages.
    pub total_elements: i64,
    /// The number of pages.
    pub total_pages: i64,
    /// Elements on a full page.
    pub size: i32,
    /// The number of this page, from 0.
    pub number: i32,
    /// Whether a page follows.
    pub has_next: bool,
    /// Whether a page goes before.
    pub has_prev: bool,
}

/// PENDING is to be attempted, and stays so while the webhook is disabled or its organization
/// is suspended: it goes on when that is over. FAILED is not attempted again unless it is
/// asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeliveryStatus {
    /// `PENDING`.
    #[serde(rename = "PENDING")]
    Pending,
    /// `DELIVERED`.
    #[serde(rename = "DELIVERED")]
    Delivered,
    /// `FAILED`.
    #[serde(rename = "FAILED")]
    Failed,
}

impl DeliveryStatus {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::Pending, Self::Delivered, Self::Failed];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Delivered => "DELIVERED",
            Self::Failed => "FAILED",
        }
    }
}

/// An event on its way to a webhook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// The id of the delivery.
    pub id: Uuid,
    /// The webhook.
    pub webhook_id: Uuid,
    /// The event, or the ping: the `webhook-id` of the message.
    pub event_id: Uuid,
    /// What happened.
    pub event_type: String,
    /// The place of the event in its log, or null for a ping.
    pub position: Option<i64>,
    /// PENDING is to be attempted, and stays so while the webhook is disabled or its organization
    /// is suspended: it goes on when that is over. FAILED is not attempted again unless it is
    /// asked for.
    pub status: DeliveryStatus,
    /// How often it was attempted.
    pub attempts: i32,
    /// When it is attempted next, or null.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it was delivered or given up, or null.
    pub done_at: Option<DateTime<Utc>>,
}

/// An event on its way to a webhook, and what came of each attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryWithAttempts {
    /// The id of the delivery.
    pub id: Uuid,
    /// The webhook.
    pub webhook_id: Uuid,
    /// The event, or the ping: the `webhook-id` of the message.
    pub event_id: Uuid,
    /// What happened.
    pub event_type: String,
    /// The place of the event in its log, or null for a ping.
    pub position: Option<i64>,
    /// PENDING is to be attempted, and stays so while the webhook is disabled or its organization
    /// is suspended: it goes on when that is over. FAILED is not attempted again unless it is
    /// asked for.
    pub status: DeliveryStatus,
    /// The attempts, in their order.
    pub attempts: Vec<DeliveryAttempt>,
    /// When it is attempted next, or null.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it was delivered or given up, or null.
    pub done_at: Option<DateTime<Utc>>,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryAttempt {
    /// Which attempt it was, from 1.
    pub number: i32,
    /// When it began.
    pub at: DateTime<Utc>,
    /// Milliseconds that it took.
    pub duration_ms: i64,
    /// The status of the answer, or null when there was none.
    pub status: Option<i32>,
    /// A word for why it failed, or null.
    pub reason: Option<String>,
    /// Why it failed, for people, or null.
    pub detail: Option<String>,
    /// The first kilobyte of the answer.
    pub answer: String,
}

/// Deliveries and where to go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryList {
    /// The deliveries, newest first.
    pub content: Vec<Delivery>,
    /// What to pass as after to go on, or null when there is nothing.
    pub next: Option<Uuid>,
    /// Whether there are older ones.
    pub has_more: bool,
}
