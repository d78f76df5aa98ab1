//! Handlers of webhooks.

use super::{
    Http, context, delivery,
    enums::ToDomain,
    etag,
    faults::Faults,
    page::{self, framed},
    problem::{self, answer},
    time, timestamp,
};
use app::{
    Answered, NewDelivery, WebhookFilter,
    webhook::{self as command, SendToWebhook, Sending, SwitchWebhook},
};
use async_trait::async_trait;
use contract::{
    Call, CreateWebhookReply, DeleteWebhookParams, DeleteWebhookReply, Delivery, DeliveryList,
    DisableWebhookParams, DisableWebhookReply, EnableWebhookParams, EnableWebhookReply,
    GetDeliveryParams, GetDeliveryReply, GetWebhookParams, GetWebhookReply, ListDeliveriesParams,
    ListDeliveriesReply, ListWebhooksParams, ListWebhooksReply, NewWebhook, PingWebhookParams,
    PingWebhookReply, Problem, RecoverWebhookParams, RecoverWebhookReply, RedeliverParams,
    RedeliverReply, RotateWebhookSecretParams, RotateWebhookSecretReply, UpdateWebhookParams,
    UpdateWebhookReply, Webhook, WebhookRecovery, WebhookRotation, WebhookStatus, WebhookUpdate,
    WebhookWithSecret, WebhooksApi,
};
use domain::{
    Invalid, OrganizationId, Time, WebhookId,
    text::Name,
    webhook::{self, DisabledReason, Profile},
};
use outbound::webhooks::{PING, SigningSecret};
use uuid::Uuid;

#[async_trait]
impl WebhooksApi for Http {
    async fn list_webhooks(
        &self,
        call: Call,
        params: ListWebhooksParams,
    ) -> Result<ListWebhooksReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let filter = WebhookFilter {
            organization: params.organization_id.map(OrganizationId),
            enabled: params.status.map(|status| status == WebhookStatus::Enabled),
        };
        let found = answer(self.app.webhooks(&context(&call)?, &filter, &request)).await?;
        let now = self.app.clock().now();
        let view = |webhook: &webhook::Webhook| view(webhook, now);
        let (body, link) = framed!(PageWebhook, &call, &request, &found, view);
        Ok(ListWebhooksReply::ok(body, link))
    }

    async fn create_webhook(
        &self,
        call: Call,
        body: NewWebhook,
    ) -> Result<CreateWebhookReply, Problem> {
        let context = context(&call)?;
        let realm = body.organization_id.map(OrganizationId);
        let profile = self.profile(body.url, body.description, body.event_types, body.ordered)?;
        let id = WebhookId(self.app.clock().new_id());
        let (secret, sealed) = self.new_secret(id)?;
        let case = command::CreateWebhook {
            id,
            realm: realm.or(context.actor.organization()),
            profile,
            sealed,
        };
        let made = answer(self.app.run(context, case)).await?;
        // A kept answer, which has another id, is returned without a secret.
        let secret = (made.value.id == id).then_some(secret);
        let location = format!("/api/v1/webhooks/{}", made.value.id);
        let (body, tag) = with_secret(&made, secret);
        Ok(CreateWebhookReply::created(body, location, tag))
    }

    async fn get_webhook(
        &self,
        call: Call,
        params: GetWebhookParams,
    ) -> Result<GetWebhookReply, Problem> {
        let id = WebhookId(params.id);
        let body = view(
            &answer(self.app.webhook(&context(&call)?, id)).await?,
            self.app.clock().now(),
        );
        let tag = tag(&body);
        Ok(etag::conditional(
            &call,
            tag,
            GetWebhookReply::not_modified,
            |tag| GetWebhookReply::ok(body, tag),
        ))
    }

    async fn update_webhook(
        &self,
        call: Call,
        params: UpdateWebhookParams,
        body: WebhookUpdate,
    ) -> Result<UpdateWebhookReply, Problem> {
        let profile = self.profile(body.url, body.description, body.event_types, body.ordered)?;
        let case = command::UpdateWebhook {
            id: WebhookId(params.id),
            profile,
            expected: etag::expected(call.if_match.as_deref()),
        };
        let (body, tag) = view_and_tag(&answer(self.app.run(context(&call)?, case)).await?);
        Ok(UpdateWebhookReply::ok(body, tag))
    }

    async fn delete_webhook(
        &self,
        call: Call,
        params: DeleteWebhookParams,
    ) -> Result<DeleteWebhookReply, Problem> {
        let case = command::DeleteWebhook {
            id: WebhookId(params.id),
            expected: etag::expected(call.if_match.as_deref()),
        };
        self.run(&call, case).await?;
        Ok(DeleteWebhookReply::no_content())
    }

    async fn enable_webhook(
        &self,
        call: Call,
        params: EnableWebhookParams,
    ) -> Result<EnableWebhookReply, Problem> {
        let (body, tag) = self.switch(&call, params.id, None).await?;
        Ok(EnableWebhookReply::ok(body, tag))
    }

    async fn disable_webhook(
        &self,
        call: Call,
        params: DisableWebhookParams,
    ) -> Result<DisableWebhookReply, Problem> {
        let reason = Some(DisabledReason::Requested);
        let (body, tag) = self.switch(&call, params.id, reason).await?;
        Ok(DisableWebhookReply::ok(body, tag))
    }

    async fn rotate_webhook_secret(
        &self,
        call: Call,
        params: RotateWebhookSecretParams,
        body: WebhookRotation,
    ) -> Result<RotateWebhookSecretReply, Problem> {
        let id = WebhookId(params.id);
        let (secret, sealed) = self.new_secret(id)?;
        let case = command::RotateWebhookSecret {
            id,
            sealed: sealed.clone(),
            overlap_seconds: i64::from(body.overlap_seconds),
        };
        let made = answer(self.app.run(context(&call)?, case)).await?;
        let present = self.webhooks.is_present(id, &sealed).await;
        let present = present.map_err(problem::of_store)?;
        let (body, tag) = with_secret(&made, present.then_some(secret));
        Ok(RotateWebhookSecretReply::ok(body, tag))
    }

    async fn ping_webhook(
        &self,
        call: Call,
        params: PingWebhookParams,
    ) -> Result<PingWebhookReply, Problem> {
        let ping = NewDelivery {
            id: self.app.clock().new_id(),
            event: self.app.clock().new_id(),
            event_type: PING.to_owned(),
            position: None,
        };
        let queued = self.send(&call, params.id, Sending::Ping(ping)).await?;
        Ok(PingWebhookReply::accepted(queued))
    }

    async fn recover_webhook(
        &self,
        call: Call,
        params: RecoverWebhookParams,
        body: WebhookRecovery,
    ) -> Result<RecoverWebhookReply, Problem> {
        let (context, id) = (context(&call)?, WebhookId(params.id));
        let what = answer(self.app.events_since(&context, id, time(body.since))).await?;
        answer(self.app.run(context, SendToWebhook { id, what })).await?;
        self.webhooks.wake();
        Ok(RecoverWebhookReply::no_content())
    }

    async fn list_deliveries(
        &self,
        call: Call,
        params: ListDeliveriesParams,
    ) -> Result<ListDeliveriesReply, Problem> {
        let (context, id) = (context(&call)?, WebhookId(params.id));
        let limit = u32::try_from(params.limit).unwrap_or(1);
        let status = params.status.map(ToDomain::to_domain);
        let found = self
            .app
            .deliveries(&context, id, params.after, limit, status);
        let (found, has_more) = answer(found).await?;
        Ok(ListDeliveriesReply::ok(DeliveryList {
            next: found.last().map(|last| last.id),
            content: found.iter().map(delivery::view).collect(),
            has_more,
        }))
    }

    async fn get_delivery(
        &self,
        call: Call,
        params: GetDeliveryParams,
    ) -> Result<GetDeliveryReply, Problem> {
        let (context, id) = (context(&call)?, WebhookId(params.id));
        let (found, attempts) = answer(self.app.delivery(&context, id, params.delivery_id)).await?;
        let body = delivery::with_attempts(&found, attempts);
        Ok(GetDeliveryReply::ok(body))
    }

    async fn redeliver(
        &self,
        call: Call,
        params: RedeliverParams,
    ) -> Result<RedeliverReply, Problem> {
        // The command decides whether the caller may see the delivery.
        let (of, id) = (WebhookId(params.id), params.delivery_id);
        let found = self.app.store().delivery(of, id).await;
        let is_there = found.map_err(problem::of_store)?.is_some();
        let again = Sending::Again(id, is_there);
        let queued = self.send(&call, params.id, again).await?;
        Ok(RedeliverReply::accepted(queued))
    }
}

impl Http {
    /// The profile of a webhook, or every fault of it.
    fn profile(
        &self,
        url: String,
        description: Option<String>,
        event_types: Option<Vec<String>>,
        ordered: bool,
    ) -> Result<Profile, Problem> {
        let types = event_types.unwrap_or_default();
        let may_call = self.webhooks.may_call(&url);
        let may_call =
            may_call.map_err(|error| Invalid::new("/url", "NOT_ALLOWED", &error.to_string()));
        let description = description.map(|text| Name::parse(&text, "/description"));
        let mut faults = Faults::default();
        let (Some(_), Some(description), Some(())) = (
            faults.keep(may_call),
            faults.keep(description.transpose()),
            faults.keep_all(webhook::must_be_event_types(&types)),
        ) else {
            return Err(faults.problem());
        };
        Ok(Profile {
            url,
            description,
            event_types: (!types.is_empty()).then(|| types.into_iter().collect()),
            ordered,
        })
    }

    fn new_secret(&self, id: WebhookId) -> Result<(SigningSecret, String), Problem> {
        let made = self.webhooks.new_secret(id);
        made.map_err(|error| problem::internal(&*error))
    }

    async fn switch(
        &self,
        call: &Call,
        id: Uuid,
        disabled: Option<DisabledReason>,
    ) -> Result<(Webhook, String), Problem> {
        let case = SwitchWebhook {
            id: WebhookId(id),
            disabled,
            judged: None,
            side_records: Vec::new(),
        };
        let made = answer(self.app.run(context(call)?, case)).await;
        self.webhooks.wake();
        Ok(view_and_tag(&made?))
    }

    /// Queues a delivery for the webhook; returns it as it is now.
    async fn send(&self, call: &Call, id: Uuid, what: Sending) -> Result<Delivery, Problem> {
        let id = WebhookId(id);
        let sent = answer(self.app.run(context(call)?, SendToWebhook { id, what }))
            .await?
            .value
            .unwrap_or_default();
        let queued = self.app.store().delivery(id, sent).await;
        let queued = queued.map_err(problem::of_store)?;
        let queued = queued.ok_or_else(|| problem::refused(&webhook::delivery_not_found(sent)))?;
        let queued = delivery::view(&queued);
        self.webhooks.wake();
        Ok(queued)
    }
}

fn view_and_tag(made: &Answered<webhook::Webhook>) -> (Webhook, String) {
    let body = view(&made.value, made.at);
    let tag = tag(&body);
    (body, tag)
}

fn with_secret(
    made: &Answered<webhook::Webhook>,
    secret: Option<SigningSecret>,
) -> (WebhookWithSecret, String) {
    let (plain, tag) = view_and_tag(made);
    let body = WebhookWithSecret {
        id: plain.id,
        organization_id: plain.organization_id,
        url: plain.url,
        description: plain.description,
        event_types: plain.event_types,
        ordered: plain.ordered,
        status: plain.status,
        disabled_reason: plain.disabled_reason,
        previous_secret_until: plain.previous_secret_until,
        created_by: plain.created_by,
        created_at: plain.created_at,
        updated_at: plain.updated_at,
        version: plain.version,
        secret: secret.map(|secret| secret.reveal().to_string()),
    };
    (body, tag)
}

/// The mark changes at the end of a rotation overlap, which does not change the version.
fn tag(body: &Webhook) -> String {
    let overlaps = body.previous_secret_until.is_some();
    etag::marked(body.version, i64::from(overlaps))
}

fn view(webhook: &webhook::Webhook, now: Time) -> Webhook {
    let profile = &webhook.profile;
    let previous = webhook.previous_secret_until.filter(|until| now < *until);
    let types = profile.event_types.as_ref();
    Webhook {
        id: webhook.id.0,
        organization_id: webhook.realm.map(|id| id.0),
        url: profile.url.clone(),
        description: profile
            .description
            .as_ref()
            .map(|text| text.as_str().to_owned()),
        event_types: types.map(|types| types.iter().cloned().collect()),
        ordered: profile.ordered,
        status: match webhook.disabled {
            None => WebhookStatus::Enabled,
            Some(_) => WebhookStatus::Disabled,
        },
        disabled_reason: webhook.disabled.map(|why| why.as_str().to_owned()),
        previous_secret_until: previous.map(timestamp),
        created_by: webhook.created_by.map(|id| id.0),
        created_at: timestamp(webhook.created_at),
        updated_at: timestamp(webhook.updated_at),
        version: webhook.version,
    }
}
