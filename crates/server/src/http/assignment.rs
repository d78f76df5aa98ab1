//! Handlers of assignments.

use super::{Http, assignment_batch, context, etag, page, problem, time, timestamp};
use app::{AssignmentFilter, Page, PageRequest, assignment as command};
use async_trait::async_trait;
use contract::{
    Assignment, AssignmentBatch, AssignmentPatch, AssignmentStatus, AssignmentsApi, Call,
    CreateAssignmentBatchReply, CreateAssignmentReply, GetAssignmentParams, GetAssignmentReply,
    ListAssignmentsParams, ListAssignmentsReply, MaybeUndefined, NewAssignment, PageAssignment,
    PatchAssignmentParams, PatchAssignmentReply, Problem, RevokeAssignmentParams,
    RevokeAssignmentReply,
};
use domain::{
    AssignmentId, OrganizationId, ProductId, Time, UserId, VariantId,
    assignment as domain_assignment,
};

#[async_trait]
impl AssignmentsApi for Http {
    async fn list_assignments(
        &self,
        call: Call,
        params: ListAssignmentsParams,
    ) -> Result<ListAssignmentsReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort);
        let found = self
            .app
            .assignments(&context(&call)?, &filter(&params), &request)
            .await;
        let found = found.map_err(problem::of)?;
        let (body, link) = page(&call, &request, &found, self.app.clock().now());
        Ok(ListAssignmentsReply::ok(body, link))
    }

    async fn create_assignment(
        &self,
        call: Call,
        body: NewAssignment,
    ) -> Result<CreateAssignmentReply, Problem> {
        let id = AssignmentId(self.app.clock().new_id());
        let case = command::CreateAssignment {
            id,
            new: asked(body),
        };
        let made = self
            .app
            .run(context(&call)?, case)
            .await
            .map_err(problem::of)?;
        let body = view(&made.value, made.at);
        let location = format!("/api/v1/assignments/{}", body.id);
        let tag = etag::marked(body.version, body.effective);
        Ok(CreateAssignmentReply::created(body, location, tag))
    }

    async fn create_assignment_batch(
        &self,
        call: Call,
        body: AssignmentBatch,
    ) -> Result<CreateAssignmentBatchReply, Problem> {
        let mode = body.mode;
        let case = assignment_batch::command(body, self.app.clock());
        let made = self
            .app
            .run(context(&call)?, case)
            .await
            .map_err(problem::of)?;
        let body = assignment_batch::view(mode, &made.value, made.at);
        Ok(CreateAssignmentBatchReply::ok(body))
    }

    async fn get_assignment(
        &self,
        call: Call,
        params: GetAssignmentParams,
    ) -> Result<GetAssignmentReply, Problem> {
        let found = self
            .app
            .assignment(&context(&call)?, AssignmentId(params.id))
            .await;
        let body = view(&found.map_err(problem::of)?, self.app.clock().now());
        let tag = etag::marked(body.version, body.effective);
        Ok(match etag::is_known(call.if_none_match.as_deref(), &tag) {
            true => GetAssignmentReply::not_modified(tag),
            false => GetAssignmentReply::ok(body, tag),
        })
    }

    async fn patch_assignment(
        &self,
        call: Call,
        params: PatchAssignmentParams,
        body: AssignmentPatch,
    ) -> Result<PatchAssignmentReply, Problem> {
        let case = command::PatchAssignment {
            id: AssignmentId(params.id),
            expected: etag::expected(call.if_match.as_deref()),
            patch: patch(body),
        };
        let made = self
            .app
            .run(context(&call)?, case)
            .await
            .map_err(problem::of)?;
        let body = view(&made.value, made.at);
        let tag = etag::marked(body.version, body.effective);
        Ok(PatchAssignmentReply::ok(body, tag))
    }

    async fn revoke_assignment(
        &self,
        call: Call,
        params: RevokeAssignmentParams,
    ) -> Result<RevokeAssignmentReply, Problem> {
        let expected = etag::expected(call.if_match.as_deref());
        let case = command::RevokeAssignment {
            id: AssignmentId(params.id),
            expected,
        };
        self.app
            .run(context(&call)?, case)
            .await
            .map_err(problem::of)?;
        Ok(RevokeAssignmentReply::no_content())
    }
}

/// A page of assignments, and its links.
pub(super) fn page(
    call: &Call,
    request: &PageRequest,
    found: &Page<domain_assignment::Assignment>,
    now: Time,
) -> (PageAssignment, String) {
    let frame = page::frame(call, request, found);
    let body = PageAssignment {
        content: found.content.iter().map(|seat| view(seat, now)).collect(),
        total_elements: frame.total_elements,
        total_pages: frame.total_pages,
        size: frame.size,
        number: frame.number,
        has_next: frame.has_next,
        has_prev: frame.has_prev,
    };
    (body, frame.link)
}

fn filter(params: &ListAssignmentsParams) -> AssignmentFilter {
    let status = params.status.map(AssignmentStatus::as_str);
    AssignmentFilter {
        user: params.user_id.map(UserId),
        product: params.product_id.map(ProductId),
        variant: params.variant_id.map(VariantId),
        status: status.and_then(domain_assignment::AssignmentStatus::parse),
        organization: params.organization_id.map(OrganizationId),
        held_at: None,
    }
}

/// What is asked for.
pub(super) fn asked(body: NewAssignment) -> domain_assignment::NewAssignment {
    domain_assignment::NewAssignment {
        user_id: UserId(body.user_id),
        variant_id: VariantId(body.product_variant_id),
        starts_at: body.starts_at.map(time),
        ends_at: body.ends_at.map(time),
        note: body.note,
    }
}

fn patch(body: AssignmentPatch) -> domain_assignment::AssignmentPatch {
    let status = body.status.value().map(|status| status.as_str());
    domain_assignment::AssignmentPatch {
        status: status.and_then(domain_assignment::AssignmentStatus::parse),
        starts_at: given(body.starts_at).map(|value| value.map(time)),
        ends_at: given(body.ends_at).map(|value| value.map(time)),
        note: given(body.note),
    }
}

/// Absent, null or a value.
fn given<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

/// An assignment as it is at a time.
pub(super) fn view(seat: &domain_assignment::Assignment, now: Time) -> Assignment {
    Assignment {
        id: seat.id.0,
        user_id: seat.user_id.0,
        product_id: seat.product_id.0,
        product_variant_id: seat.variant_id.0,
        organization_id: seat.organization_id.map(|id| id.0),
        status: match seat.status {
            domain_assignment::AssignmentStatus::Active => AssignmentStatus::Active,
            domain_assignment::AssignmentStatus::Revoked => AssignmentStatus::Revoked,
        },
        starts_at: seat.starts_at.map(timestamp),
        ends_at: seat.ends_at.map(timestamp),
        note: seat.note.clone(),
        effective: seat.is_effective(now),
        created_at: timestamp(seat.created_at),
        updated_at: timestamp(seat.updated_at),
        version: seat.version,
    }
}
