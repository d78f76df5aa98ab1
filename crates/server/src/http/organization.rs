//! Handlers of organizations.

use super::{
    Http, context,
    enums::{ToContract, ToDomain},
    etag,
    faults::Faults,
    page::{self, framed},
    problem::answer,
    timestamp,
};
use app::{OrganizationFilter, organization as command};
use async_trait::async_trait;
use contract::{
    ActivateOrganizationParams, ActivateOrganizationReply, Call, CreateOrganizationReply,
    DeleteOrganizationParams, DeleteOrganizationReply, GetOrganizationParams, GetOrganizationReply,
    GetOrganizationSettingsParams, GetOrganizationSettingsReply, ListOrganizationsParams,
    ListOrganizationsReply, NewOrganization, Organization, OrganizationSettings,
    OrganizationSettingsUpdate, OrganizationUpdate, OrganizationsApi, Problem,
    SuspendOrganizationParams, SuspendOrganizationReply, UpdateOrganizationParams,
    UpdateOrganizationReply, UpdateOrganizationSettingsParams, UpdateOrganizationSettingsReply,
};
use domain::{
    OrganizationId, organization as domain_organization,
    settings::Settings,
    text::{Email, Name, Slug},
};

#[async_trait]
impl OrganizationsApi for Http {
    async fn list_organizations(
        &self,
        call: Call,
        params: ListOrganizationsParams,
    ) -> Result<ListOrganizationsReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let found = answer(
            self.app
                .organizations(&context(&call)?, &filter(params), &request),
        )
        .await?;
        let (body, link) = framed!(PageOrganization, &call, &request, &found, view);
        Ok(ListOrganizationsReply::ok(body, link))
    }

    async fn create_organization(
        &self,
        call: Call,
        body: NewOrganization,
    ) -> Result<CreateOrganizationReply, Problem> {
        let mut faults = Faults::default();
        let (Some(name), Some(slug)) = (
            faults.keep(Name::parse(&body.name, "/name")),
            faults.keep(Slug::parse(&body.slug, "/slug")),
        ) else {
            return Err(faults.problem());
        };
        let case = command::CreateOrganization {
            id: OrganizationId(self.app.clock().new_id()),
            new: domain_organization::Created { name, slug },
        };
        let made = self.run(&call, case).await?;
        let location = format!("/api/v1/organizations/{}", made.id);
        let tag = etag::of(made.version);
        Ok(CreateOrganizationReply::created(view(&made), location, tag))
    }

    async fn get_organization(
        &self,
        call: Call,
        params: GetOrganizationParams,
    ) -> Result<GetOrganizationReply, Problem> {
        let id = OrganizationId(params.id);
        let found = answer(self.app.organization(&context(&call)?, id)).await?;
        let tag = etag::of(found.version);
        Ok(etag::conditional(
            &call,
            tag,
            GetOrganizationReply::not_modified,
            |tag| GetOrganizationReply::ok(view(&found), tag),
        ))
    }

    async fn update_organization(
        &self,
        call: Call,
        params: UpdateOrganizationParams,
        body: OrganizationUpdate,
    ) -> Result<UpdateOrganizationReply, Problem> {
        let slug = body.slug.as_deref();
        let mut faults = Faults::default();
        let (Some(name), Some(slug)) = (
            faults.keep(Name::parse(&body.name, "/name")),
            faults.keep(slug.map(|slug| Slug::parse(slug, "/slug")).transpose()),
        ) else {
            return Err(faults.problem());
        };
        let case = command::UpdateOrganization {
            id: OrganizationId(params.id),
            expected: etag::expected(call.if_match.as_deref()),
            name,
            slug,
        };
        let made = self.run(&call, case).await?;
        let tag = etag::of(made.version);
        Ok(UpdateOrganizationReply::ok(view(&made), tag))
    }

    async fn delete_organization(
        &self,
        call: Call,
        params: DeleteOrganizationParams,
    ) -> Result<DeleteOrganizationReply, Problem> {
        let case = command::DeleteOrganization {
            id: OrganizationId(params.id),
            expected: etag::expected(call.if_match.as_deref()),
        };
        self.run(&call, case).await?;
        Ok(DeleteOrganizationReply::no_content())
    }

    async fn suspend_organization(
        &self,
        call: Call,
        params: SuspendOrganizationParams,
    ) -> Result<SuspendOrganizationReply, Problem> {
        let made = self
            .set_organization_active(&call, params.id, false)
            .await?;
        let tag = etag::of(made.version);
        Ok(SuspendOrganizationReply::ok(view(&made), tag))
    }

    async fn get_organization_settings(
        &self,
        call: Call,
        params: GetOrganizationSettingsParams,
    ) -> Result<GetOrganizationSettingsReply, Problem> {
        let id = OrganizationId(params.id);
        let found = answer(self.app.organization_settings(&context(&call)?, id)).await?;
        let tag = etag::of(found.version);
        Ok(etag::conditional(
            &call,
            tag,
            GetOrganizationSettingsReply::not_modified,
            |tag| GetOrganizationSettingsReply::ok(settings_view(&found), tag),
        ))
    }

    async fn update_organization_settings(
        &self,
        call: Call,
        params: UpdateOrganizationSettingsParams,
        body: OrganizationSettingsUpdate,
    ) -> Result<UpdateOrganizationSettingsReply, Problem> {
        let case = command::UpdateSettings {
            id: OrganizationId(params.id),
            expected: etag::expected(call.if_match.as_deref()),
            settings: settings(body)?,
        };
        let made = self.run(&call, case).await?;
        let tag = etag::of(made.version);
        Ok(UpdateOrganizationSettingsReply::ok(
            settings_view(&made),
            tag,
        ))
    }

    async fn activate_organization(
        &self,
        call: Call,
        params: ActivateOrganizationParams,
    ) -> Result<ActivateOrganizationReply, Problem> {
        let made = self.set_organization_active(&call, params.id, true).await?;
        let tag = etag::of(made.version);
        Ok(ActivateOrganizationReply::ok(view(&made), tag))
    }
}

impl Http {
    async fn set_organization_active(
        &self,
        call: &Call,
        id: uuid::Uuid,
        active: bool,
    ) -> Result<domain_organization::Organization, Problem> {
        let id = OrganizationId(id);
        let case = command::SetOrganizationActive { id, active };
        Ok(answer(self.app.run(context(call)?, case)).await?.value)
    }
}

fn settings(body: OrganizationSettingsUpdate) -> Result<Settings, Problem> {
    let sender = body.mail_sender_name.as_deref();
    let reply_to = body.mail_reply_to.as_deref();
    let sender = sender.map(|name| Name::parse(name, "/mailSenderName"));
    let reply_to = reply_to.map(|email| Email::parse(email, "/mailReplyTo"));
    let mut faults = Faults::default();
    let (Some(mail_sender_name), Some(mail_reply_to)) = (
        faults.keep(sender.transpose()),
        faults.keep(reply_to.transpose()),
    ) else {
        return Err(faults.problem());
    };
    Ok(Settings {
        access_token_seconds: body.access_token_seconds,
        refresh_idle_seconds: body.refresh_idle_seconds,
        refresh_absolute_seconds: body.refresh_absolute_seconds,
        requests_per_minute: body.requests_per_minute,
        api_key_requests_per_minute: body.api_key_requests_per_minute,
        allowed_origins: body.allowed_origins.unwrap_or_default(),
        mail_sender_name,
        mail_reply_to,
        password_min_length: body.password_min_length,
        lockout_max_seconds: body.lockout_max_seconds,
    })
}

fn settings_view(organization: &domain_organization::Organization) -> OrganizationSettings {
    let set = &organization.settings;
    let sender = set.mail_sender_name.as_ref();
    let reply_to = set.mail_reply_to.as_ref();
    OrganizationSettings {
        access_token_seconds: set.access_token_seconds,
        refresh_idle_seconds: set.refresh_idle_seconds,
        refresh_absolute_seconds: set.refresh_absolute_seconds,
        requests_per_minute: set.requests_per_minute,
        api_key_requests_per_minute: set.api_key_requests_per_minute,
        allowed_origins: set.allowed_origins.clone(),
        mail_sender_name: sender.map(|name| name.as_str().to_owned()),
        mail_reply_to: reply_to.map(|email| email.as_str().to_owned()),
        password_min_length: set.password_min_length,
        lockout_max_seconds: set.lockout_max_seconds,
        updated_at: timestamp(organization.updated_at),
        version: organization.version,
    }
}

fn filter(params: ListOrganizationsParams) -> OrganizationFilter {
    OrganizationFilter {
        slug: params.slug,
        status: params.status.map(ToDomain::to_domain),
        text: params.q,
    }
}

fn view(organization: &domain_organization::Organization) -> Organization {
    Organization {
        id: organization.id.0,
        name: organization.name.as_str().to_owned(),
        slug: organization.slug.as_str().to_owned(),
        status: organization.status.to_contract(),
        created_at: timestamp(organization.created_at),
        updated_at: timestamp(organization.updated_at),
        version: organization.version,
    }
}
