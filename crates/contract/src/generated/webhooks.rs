// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Endpoints elsewhere that are told of events, by \[Standard Webhooks
//! 1.0\](https://www.standardwebhooks.com).

use super::*;

/// Endpoints elsewhere that are told of events, by \[Standard Webhooks
/// 1.0\](https://www.standardwebhooks.com).
#[async_trait]
pub trait WebhooksApi: Send + Sync + 'static {
    /// List webhooks
    ///
    /// A page of the webhooks that the caller may see, without their secrets.
    async fn list_webhooks(
        &self,
        call: Call,
        params: ListWebhooksParams,
    ) -> Result<ListWebhooksReply, Problem>;

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
    async fn create_webhook(
        &self,
        call: Call,
        body: NewWebhook,
    ) -> Result<CreateWebhookReply, Problem>;

    /// Read a webhook
    ///
    /// One webhook, without its secret.
    async fn get_webhook(
        &self,
        call: Call,
        params: GetWebhookParams,
    ) -> Result<GetWebhookReply, Problem>;

    /// Change a webhook
    ///
    /// Replaces URL, description, event types and order. What is queued goes to the new URL. A
    /// webhook whose URL changes begins with a clean record: what the URL before failed is not
    /// counted against the new one.
    async fn update_webhook(
        &self,
        call: Call,
        params: UpdateWebhookParams,
        body: WebhookUpdate,
    ) -> Result<UpdateWebhookReply, Problem>;

    /// Delete a webhook
    ///
    /// Nothing is sent any more, and what became of deliveries is forgotten.
    async fn delete_webhook(
        &self,
        call: Call,
        params: DeleteWebhookParams,
    ) -> Result<DeleteWebhookReply, Problem>;

    /// Enable a webhook
    ///
    /// Sends again what happens from now on, and what was queued when it was disabled. What
    /// happened in between is sent by `recover`.
    async fn enable_webhook(
        &self,
        call: Call,
        params: EnableWebhookParams,
    ) -> Result<EnableWebhookReply, Problem>;

    /// Disable a webhook
    ///
    /// Sends nothing any more until it is enabled. Deliveries that are queued stay PENDING, and
    /// go on then.
    async fn disable_webhook(
        &self,
        call: Call,
        params: DisableWebhookParams,
    ) -> Result<DisableWebhookReply, Problem>;

    /// Rotate the secret of a webhook
    ///
    /// Messages are signed with a new secret, and for a while with the one before too. At most
    /// two sign: a second rotation ends the oldest at once. The secret is in this answer and
    /// nowhere else: the same request sent again answers without it.
    async fn rotate_webhook_secret(
        &self,
        call: Call,
        params: RotateWebhookSecretParams,
        body: WebhookRotation,
    ) -> Result<RotateWebhookSecretReply, Problem>;

    /// Ping a webhook
    ///
    /// Queues a message of the type `webhook.ping`, to see whether it arrives. It is in no log. A
    /// ping is attempted once, and never again.
    async fn ping_webhook(
        &self,
        call: Call,
        params: PingWebhookParams,
    ) -> Result<PingWebhookReply, Problem>;

    /// Send events once more
    ///
    /// Queues the events since a time, at most 30 days ago, that the webhook did not take, also
    /// those from before it was made or while it was disabled. What it took in the last 30 days
    /// is not sent again.
    async fn recover_webhook(
        &self,
        call: Call,
        params: RecoverWebhookParams,
        body: WebhookRecovery,
    ) -> Result<RecoverWebhookReply, Problem>;

    /// List the deliveries of a webhook
    ///
    /// What became of each event, newest first. Pass `next` as `after` to go on to older ones.
    async fn list_deliveries(
        &self,
        call: Call,
        params: ListDeliveriesParams,
    ) -> Result<ListDeliveriesReply, Problem>;

    /// Read a delivery
    ///
    /// One delivery with its attempts.
    async fn get_delivery(
        &self,
        call: Call,
        params: GetDeliveryParams,
    ) -> Result<GetDeliveryReply, Problem>;

    /// Deliver once more
    ///
    /// Queues the delivery again, whatever became of it, with the same message id.
    async fn redeliver(
        &self,
        call: Call,
        params: RedeliverParams,
    ) -> Result<RedeliverReply, Problem>;
}

/// Path and query parameters of `listWebhooks`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListWebhooksParams {
    /// Only what belongs to this organization.
    pub organization_id: Option<Uuid>,
    /// Only webhooks in this status.
    pub status: Option<WebhookStatus>,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page. Ties are broken by id.
    pub sort: Vec<String>,
}

fn default_list_webhooks_page() -> i32 {
    0
}

fn default_list_webhooks_size() -> i32 {
    20
}

/// The successes of `listWebhooks`.
#[derive(Debug, ApiResponse)]
pub enum ListWebhooksReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageWebhook>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListWebhooksReply {
    /// The page.
    pub fn ok(body: PageWebhook, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListWebhooksReply {
    const OPERATION: &'static Operation = table::LIST_WEBHOOKS;
}

/// The successes of `createWebhook`.
#[derive(Debug, ApiResponse)]
pub enum CreateWebhookReply {
    /// The webhook was created.
    #[oai(status = 201)]
    Created(
        JsonReply<WebhookWithSecret>,
        /// The path of what was created.
        #[oai(header = "Location")]
        String,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl CreateWebhookReply {
    /// The webhook was created.
    pub fn created(
        body: WebhookWithSecret,
        location: impl Into<String>,
        etag: impl Into<String>,
    ) -> Self {
        Self::Created(JsonReply(body), location.into(), etag.into())
    }
}

impl Reply for CreateWebhookReply {
    const OPERATION: &'static Operation = table::CREATE_WEBHOOK;
}

/// Path and query parameters of `getWebhook`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetWebhookParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `getWebhook`.
#[derive(Debug, ApiResponse)]
pub enum GetWebhookReply {
    /// The webhook.
    #[oai(status = 200)]
    Ok(
        JsonReply<Webhook>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
    /// The representation that the caller has is still true.
    #[oai(status = 304)]
    NotModified(
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl GetWebhookReply {
    /// The webhook.
    pub fn ok(body: Webhook, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }

    /// The representation that the caller has is still true.
    pub fn not_modified(etag: impl Into<String>) -> Self {
        Self::NotModified(etag.into())
    }
}

impl Reply for GetWebhookReply {
    const OPERATION: &'static Operation = table::GET_WEBHOOK;
}

/// Path and query parameters of `updateWebhook`.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateWebhookParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `updateWebhook`.
#[derive(Debug, ApiResponse)]
pub enum UpdateWebhookReply {
    /// The webhook.
    #[oai(status = 200)]
    Ok(
        JsonReply<Webhook>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl UpdateWebhookReply {
    /// The webhook.
    pub fn ok(body: Webhook, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for UpdateWebhookReply {
    const OPERATION: &'static Operation = table::UPDATE_WEBHOOK;
}

/// Path and query parameters of `deleteWebhook`.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteWebhookParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `deleteWebhook`.
#[derive(Debug, ApiResponse)]
pub enum DeleteWebhookReply {
    /// The webhook is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl DeleteWebhookReply {
    /// The webhook is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for DeleteWebhookReply {
    const OPERATION: &'static Operation = table::DELETE_WEBHOOK;
}

/// Path and query parameters of `enableWebhook`.
#[derive(Debug, Clone, PartialEq)]
pub struct EnableWebhookParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `enableWebhook`.
#[derive(Debug, ApiResponse)]
pub enum EnableWebhookReply {
    /// The webhook.
    #[oai(status = 200)]
    Ok(
        JsonReply<Webhook>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl EnableWebhookReply {
    /// The webhook.
    pub fn ok(body: Webhook, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for EnableWebhookReply {
    const OPERATION: &'static Operation = table::ENABLE_WEBHOOK;
}

/// Path and query parameters of `disableWebhook`.
#[derive(Debug, Clone, PartialEq)]
pub struct DisableWebhookParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `disableWebhook`.
#[derive(Debug, ApiResponse)]
pub enum DisableWebhookReply {
    /// The webhook.
    #[oai(status = 200)]
    Ok(
        JsonReply<Webhook>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl DisableWebhookReply {
    /// The webhook.
    pub fn ok(body: Webhook, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for DisableWebhookReply {
    const OPERATION: &'static Operation = table::DISABLE_WEBHOOK;
}

/// Path and query parameters of `rotateWebhookSecret`.
#[derive(Debug, Clone, PartialEq)]
pub struct RotateWebhookSecretParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `rotateWebhookSecret`.
#[derive(Debug, ApiResponse)]
pub enum RotateWebhookSecretReply {
    /// The webhook with its new secret.
    #[oai(status = 200)]
    Ok(
        JsonReply<WebhookWithSecret>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl RotateWebhookSecretReply {
    /// The webhook with its new secret.
    pub fn ok(body: WebhookWithSecret, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for RotateWebhookSecretReply {
    const OPERATION: &'static Operation = table::ROTATE_WEBHOOK_SECRET;
}

/// Path and query parameters of `pingWebhook`.
#[derive(Debug, Clone, PartialEq)]
pub struct PingWebhookParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `pingWebhook`.
#[derive(Debug, ApiResponse)]
pub enum PingWebhookReply {
    /// The delivery.
    #[oai(status = 202)]
    Accepted(JsonReply<Delivery>),
}

impl PingWebhookReply {
    /// The delivery.
    pub fn accepted(body: Delivery) -> Self {
        Self::Accepted(JsonReply(body))
    }
}

impl Reply for PingWebhookReply {
    const OPERATION: &'static Operation = table::PING_WEBHOOK;
}

/// Path and query parameters of `recoverWebhook`.
#[derive(Debug, Clone, PartialEq)]
pub struct RecoverWebhookParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `recoverWebhook`.
#[derive(Debug, ApiResponse)]
pub enum RecoverWebhookReply {
    /// It has begun. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl RecoverWebhookReply {
    /// It has begun. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for RecoverWebhookReply {
    const OPERATION: &'static Operation = table::RECOVER_WEBHOOK;
}

/// Path and query parameters of `listDeliveries`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListDeliveriesParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The last delivery of the answer before.
    pub after: Option<Uuid>,
    /// The most deliveries to answer.
    pub limit: i32,
    /// Only deliveries in this status.
    pub status: Option<DeliveryStatus>,
}

fn default_list_deliveries_limit() -> i32 {
    50
}

/// The successes of `listDeliveries`.
#[derive(Debug, ApiResponse)]
pub enum ListDeliveriesReply {
    /// The deliveries.
    #[oai(status = 200)]
    Ok(JsonReply<DeliveryList>),
}

impl ListDeliveriesReply {
    /// The deliveries.
    pub fn ok(body: DeliveryList) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for ListDeliveriesReply {
    const OPERATION: &'static Operation = table::LIST_DELIVERIES;
}

/// Path and query parameters of `getDelivery`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetDeliveryParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The id of the delivery.
    pub delivery_id: Uuid,
}

/// The successes of `getDelivery`.
#[derive(Debug, ApiResponse)]
pub enum GetDeliveryReply {
    /// The delivery.
    #[oai(status = 200)]
    Ok(JsonReply<DeliveryWithAttempts>),
}

impl GetDeliveryReply {
    /// The delivery.
    pub fn ok(body: DeliveryWithAttempts) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for GetDeliveryReply {
    const OPERATION: &'static Operation = table::GET_DELIVERY;
}

/// Path and query parameters of `redeliver`.
#[derive(Debug, Clone, PartialEq)]
pub struct RedeliverParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The id of the delivery.
    pub delivery_id: Uuid,
}

/// The successes of `redeliver`.
#[derive(Debug, ApiResponse)]
pub enum RedeliverReply {
    /// The delivery.
    #[oai(status = 202)]
    Accepted(JsonReply<Delivery>),
}

impl RedeliverReply {
    /// The delivery.
    pub fn accepted(body: Delivery) -> Self {
        Self::Accepted(JsonReply(body))
    }
}

impl Reply for RedeliverReply {
    const OPERATION: &'static Operation = table::REDELIVER;
}

pub(crate) struct WebhooksAdapter(pub(crate) Arc<dyn WebhooksApi>);

#[OpenApi]
impl WebhooksAdapter {
    /// List webhooks
    #[oai(
        path = "/api/v1/webhooks",
        method = "get",
        operation_id = "listWebhooks",
        tag = "ApiTag::Webhooks",
        transform = "guard_list_webhooks"
    )]
    async fn list_webhooks(
        &self,
        call: Call,
        /// Only what belongs to this organization.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<Uuid>>,
        /// Only webhooks in this status.
        #[oai(name = "status")]
        status: Query<Option<WebhookStatus>>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_webhooks_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_webhooks_size")]
        size: Query<i32>,
        /// Order of the page. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
    ) -> Answer<ListWebhooksReply> {
        let params = ListWebhooksParams {
            organization_id: organization_id.0,
            status: status.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
        };

        Answer(self.0.list_webhooks(call, params).await)
    }

    /// Create a webhook
    #[oai(
        path = "/api/v1/webhooks",
        method = "post",
        operation_id = "createWebhook",
        tag = "ApiTag::Webhooks",
        transform = "guard_create_webhook"
    )]
    async fn create_webhook(
        &self,
        call: Call,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewWebhook>,
    ) -> Answer<CreateWebhookReply> {
        Answer(self.0.create_webhook(call, body.0).await)
    }

    /// Read a webhook
    #[oai(
        path = "/api/v1/webhooks/:id",
        method = "get",
        operation_id = "getWebhook",
        tag = "ApiTag::Webhooks",
        transform = "guard_get_webhook"
    )]
    async fn get_webhook(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// An ETag that the caller already has. When it is still true, the answer is 304 without a
        /// body.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Answer<GetWebhookReply> {
        let params = GetWebhookParams { id: id.0 };

        Answer(self.0.get_webhook(call, params).await)
    }

    /// Change a webhook
    #[oai(
        path = "/api/v1/webhooks/:id",
        method = "put",
        operation_id = "updateWebhook",
        tag = "ApiTag::Webhooks",
        transform = "guard_update_webhook"
    )]
    async fn update_webhook(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
        body: JsonBody<WebhookUpdate>,
    ) -> Answer<UpdateWebhookReply> {
        let params = UpdateWebhookParams { id: id.0 };

        Answer(self.0.update_webhook(call, params, body.0).await)
    }

    /// Delete a webhook
    #[oai(
        path = "/api/v1/webhooks/:id",
        method = "delete",
        operation_id = "deleteWebhook",
        tag = "ApiTag::Webhooks",
        transform = "guard_delete_webhook"
    )]
    async fn delete_webhook(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
    ) -> Answer<DeleteWebhookReply> {
        let params = DeleteWebhookParams { id: id.0 };

        Answer(self.0.delete_webhook(call, params).await)
    }

    /// Enable a webhook
    #[oai(
        path = "/api/v1/webhooks/:id/enable",
        method = "post",
        operation_id = "enableWebhook",
        tag = "ApiTag::Webhooks",
        transform = "guard_enable_webhook"
    )]
    async fn enable_webhook(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
    ) -> Answer<EnableWebhookReply> {
        let params = EnableWebhookParams { id: id.0 };

        Answer(self.0.enable_webhook(call, params).await)
    }

    /// Disable a webhook
    #[oai(
        path = "/api/v1/webhooks/:id/disable",
        method = "post",
        operation_id = "disableWebhook",
        tag = "ApiTag::Webhooks",
        transform = "guard_disable_webhook"
    )]
    async fn disable_webhook(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
    ) -> Answer<DisableWebhookReply> {
        let params = DisableWebhookParams { id: id.0 };

        Answer(self.0.disable_webhook(call, params).await)
    }

    /// Rotate the secret of a webhook
    #[oai(
        path = "/api/v1/webhooks/:id/rotate",
        method = "post",
        operation_id = "rotateWebhookSecret",
        tag = "ApiTag::Webhooks",
        transform = "guard_rotate_webhook_secret"
    )]
    async fn rotate_webhook_secret(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<WebhookRotation>,
    ) -> Answer<RotateWebhookSecretReply> {
        let params = RotateWebhookSecretParams { id: id.0 };

        Answer(self.0.rotate_webhook_secret(call, params, body.0).await)
    }

    /// Ping a webhook
    #[oai(
        path = "/api/v1/webhooks/:id/ping",
        method = "post",
        operation_id = "pingWebhook",
        tag = "ApiTag::Webhooks",
        transform = "guard_ping_webhook"
    )]
    async fn ping_webhook(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
    ) -> Answer<PingWebhookReply> {
        let params = PingWebhookParams { id: id.0 };

        Answer(self.0.ping_webhook(call, params).await)
    }

    /// Send events once more
    #[oai(
        path = "/api/v1/webhooks/:id/recover",
        method = "post",
        operation_id = "recoverWebhook",
        tag = "ApiTag::Webhooks",
        transform = "guard_recover_webhook"
    )]
    async fn recover_webhook(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<WebhookRecovery>,
    ) -> Answer<RecoverWebhookReply> {
        let params = RecoverWebhookParams { id: id.0 };

        Answer(self.0.recover_webhook(call, params, body.0).await)
    }

    /// List the deliveries of a webhook
    #[oai(
        path = "/api/v1/webhooks/:id/deliveries",
        method = "get",
        operation_id = "listDeliveries",
        tag = "ApiTag::Webhooks",
        transform = "guard_list_deliveries"
    )]
    async fn list_deliveries(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The last delivery of the answer before.
        #[oai(name = "after")]
        after: Query<Option<Uuid>>,
        /// The most deliveries to answer.
        #[oai(name = "limit", default = "default_list_deliveries_limit")]
        limit: Query<i32>,
        /// Only deliveries in this status.
        #[oai(name = "status")]
        status: Query<Option<DeliveryStatus>>,
    ) -> Answer<ListDeliveriesReply> {
        let params = ListDeliveriesParams {
            id: id.0,
            after: after.0,
            limit: limit.0,
            status: status.0,
        };

        Answer(self.0.list_deliveries(call, params).await)
    }

    /// Read a delivery
    #[oai(
        path = "/api/v1/webhooks/:id/deliveries/:deliveryId",
        method = "get",
        operation_id = "getDelivery",
        tag = "ApiTag::Webhooks",
        transform = "guard_get_delivery"
    )]
    async fn get_delivery(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The id of the delivery.
        #[oai(name = "deliveryId")]
        delivery_id: Path<Uuid>,
    ) -> Answer<GetDeliveryReply> {
        let params = GetDeliveryParams {
            id: id.0,
            delivery_id: delivery_id.0,
        };

        Answer(self.0.get_delivery(call, params).await)
    }

    /// Deliver once more
    #[oai(
        path = "/api/v1/webhooks/:id/deliveries/:deliveryId/redeliver",
        method = "post",
        operation_id = "redeliver",
        tag = "ApiTag::Webhooks",
        transform = "guard_redeliver"
    )]
    async fn redeliver(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The id of the delivery.
        #[oai(name = "deliveryId")]
        delivery_id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
    ) -> Answer<RedeliverReply> {
        let params = RedeliverParams {
            id: id.0,
            delivery_id: delivery_id.0,
        };

        Answer(self.0.redeliver(call, params).await)
    }
}

fn guard_list_webhooks<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_WEBHOOKS, endpoint)
}

fn guard_create_webhook<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_WEBHOOK, endpoint)
}

fn guard_get_webhook<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_WEBHOOK, endpoint)
}

fn guard_update_webhook<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::UPDATE_WEBHOOK, endpoint)
}

fn guard_delete_webhook<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::DELETE_WEBHOOK, endpoint)
}

fn guard_enable_webhook<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::ENABLE_WEBHOOK, endpoint)
}

fn guard_disable_webhook<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::DISABLE_WEBHOOK, endpoint)
}

fn guard_rotate_webhook_secret<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::ROTATE_WEBHOOK_SECRET, endpoint)
}

fn guard_ping_webhook<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::PING_WEBHOOK, endpoint)
}

fn guard_recover_webhook<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::RECOVER_WEBHOOK, endpoint)
}

fn guard_list_deliveries<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_DELIVERIES, endpoint)
}

fn guard_get_delivery<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_DELIVERY, endpoint)
}

fn guard_redeliver<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::REDELIVER, endpoint)
}

/// Whether events are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum WebhookStatus {
    /// `ENABLED`.
    #[oai(rename = "ENABLED")]
    #[serde(rename = "ENABLED")]
    Enabled,
    /// `DISABLED`.
    #[oai(rename = "DISABLED")]
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
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
    pub previous_secret_until: Option<Timestamp>,
    /// The user who made it, or null when it was a key of an organization.
    pub created_by: Option<Uuid>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// An endpoint that is told of events, in the answer that shows its secret.
#[derive(Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
    pub previous_secret_until: Option<Timestamp>,
    /// The user who made it, or null when it was a key of an organization.
    pub created_by: Option<Uuid>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
    /// What messages are signed with, in the first answer alone.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
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
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct NewWebhook {
    /// Where the events are sent; https, unless the configuration allows http too.
    pub url: String,
    /// The types of the events to send, of those in docs/events.md; null or absent means all,
    /// also those that come later.
    pub event_types: Option<Vec<String>>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether an event waits until the one before it was taken or given up.
    #[oai(default = "default_new_webhook_ordered")]
    pub ordered: bool,
    /// The organization; null or absent means the own one of the caller, or the platform.
    pub organization_id: Option<Uuid>,
}

fn default_new_webhook_ordered() -> bool {
    false
}

/// What a webhook becomes.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct WebhookUpdate {
    /// Where the events are sent; https, unless the configuration allows http too.
    pub url: String,
    /// The types of the events to send, of those in docs/events.md; null means all, also those
    /// that come later. It is to be named, so that a change of something else does not widen what
    /// is sent.
    pub event_types: Option<Vec<String>>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether an event waits until the one before it was taken or given up.
    #[oai(default = "default_webhook_update_ordered")]
    pub ordered: bool,
}

fn default_webhook_update_ordered() -> bool {
    false
}

/// How to rotate the secret of a webhook.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct WebhookRotation {
    /// How long the former secret signs too.
    #[oai(default = "default_webhook_rotation_overlap_seconds")]
    pub overlap_seconds: i32,
}

fn default_webhook_rotation_overlap_seconds() -> i32 {
    86400
}

/// What to send once more.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct WebhookRecovery {
    /// Events from this time on; at most 30 days ago.
    pub since: Timestamp,
}

/// A page of webhooks.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum DeliveryStatus {
    /// `PENDING`.
    #[oai(rename = "PENDING")]
    #[serde(rename = "PENDING")]
    Pending,
    /// `DELIVERED`.
    #[oai(rename = "DELIVERED")]
    #[serde(rename = "DELIVERED")]
    Delivered,
    /// `FAILED`.
    #[oai(rename = "FAILED")]
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
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
    pub next_attempt_at: Option<Timestamp>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it was delivered or given up, or null.
    pub done_at: Option<Timestamp>,
}

/// An event on its way to a webhook, and what came of each attempt.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
    pub next_attempt_at: Option<Timestamp>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it was delivered or given up, or null.
    pub done_at: Option<Timestamp>,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct DeliveryAttempt {
    /// Which attempt it was, from 1.
    pub number: i32,
    /// When it began.
    pub at: Timestamp,
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
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct DeliveryList {
    /// The deliveries, newest first.
    pub content: Vec<Delivery>,
    /// What to pass as after to go on, or null when there is nothing.
    pub next: Option<Uuid>,
    /// Whether there are older ones.
    pub has_more: bool,
}
