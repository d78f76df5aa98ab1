//! Handlers of assignments.

use super::{
    Http, assignment_batch, context,
    enums::{ToContract, ToDomain},
    etag,
    page::{self, framed},
    problem::{self, answer},
    time, timestamp,
};
use app::{AssignmentFilter, Page, PageRequest, assignment as command};
use async_trait::async_trait;
use contract::{
    Assignment, AssignmentBatch, AssignmentPatch, AssignmentsApi, Call, CreateAssignmentBatchReply,
    CreateAssignmentReply, GetAssignmentParams, GetAssignmentReply, ListAssignmentsParams,
    ListAssignmentsReply, MaybeUndefined, NewAssignment, PageAssignment, PatchAssignmentParams,
    PatchAssignmentReply, Problem, RevokeAssignmentParams, RevokeAssignmentReply,
};
use domain::{
    AssignmentId, Holder, Invalid, OrganizationId, ProductId, StationId, Time, UserId, VariantId,
    assignment as domain_assignment,
};

#[async_trait]
impl AssignmentsApi for Http {
    async fn list_assignments(
        &self,
        call: Call,
        params: ListAssignmentsParams,
    ) -> Result<ListAssignmentsReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let (context, as_of) = (context(&call)?, self.as_of(params.as_of)?);
        let found = answer(
            self.app
                .assignments(&context, &filter(&params), &request, as_of),
        )
        .await?;
        let moment = as_of.unwrap_or_else(|| self.app.clock().now());
        let (body, link) = page(&call, &request, &found, moment);
        Ok(ListAssignmentsReply::ok(body, link))
    }

    async fn create_assignment(
        &self,
        call: Call,
        body: NewAssignment,
    ) -> Result<CreateAssignmentReply, Problem> {
        let id = AssignmentId(self.app.clock().new_id());
        let new = asked(body, "").map_err(|wrong| problem::invalid(vec![wrong]))?;
        let case = command::CreateAssignment { id, new };
        let made = answer(self.app.run(context(&call)?, case)).await?;
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
        let case = assignment_batch::command(body, self.app.clock()).map_err(problem::invalid)?;
        let made = answer(self.app.run(context(&call)?, case)).await?;
        let body = assignment_batch::view(mode, &made.value, made.at);
        Ok(CreateAssignmentBatchReply::ok(body))
    }

    async fn get_assignment(
        &self,
        call: Call,
        params: GetAssignmentParams,
    ) -> Result<GetAssignmentReply, Problem> {
        let (id, as_of) = (AssignmentId(params.id), self.as_of(params.as_of)?);
        let found = answer(self.app.assignment(&context(&call)?, id, as_of)).await?;
        if let Some(at) = as_of {
            return Ok(GetAssignmentReply::ok(view(&found, at), None));
        }
        let body = view(&found, self.app.clock().now());
        let tag = etag::marked(body.version, body.effective);
        Ok(etag::conditional(
            &call,
            tag,
            GetAssignmentReply::not_modified,
            |tag| GetAssignmentReply::ok(body, Some(tag)),
        ))
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
        let made = answer(self.app.run(context(&call)?, case)).await?;
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
        self.run(&call, case).await?;
        Ok(RevokeAssignmentReply::no_content())
    }
}

/// A page of assignments, and its links.
pub(super) fn page(
    call: &Call,
    request: &PageRequest<domain_assignment::Assignment>,
    found: &Page<domain_assignment::Assignment>,
    now: Time,
) -> (PageAssignment, String) {
    framed!(PageAssignment, call, request, found, |seat| view(seat, now))
}

fn filter(params: &ListAssignmentsParams) -> AssignmentFilter {
    AssignmentFilter {
        user: params.user_id.map(UserId),
        station: params.station_id.map(StationId),
        product: params.product_id.map(ProductId),
        variant: params.variant_id.map(VariantId),
        status: params.status.map(ToDomain::to_domain),
        organization: params.organization_id.map(OrganizationId),
        held_at: None,
    }
}

/// Maps a requested assignment, for either a user or a station. `place` is the JSON pointer of the item
/// in the request.
pub(super) fn asked(
    body: NewAssignment,
    place: &str,
) -> Result<domain_assignment::NewAssignment, Invalid> {
    let holder = match (body.user_id, body.station_id) {
        (Some(user), None) => Holder::User(UserId(user)),
        (None, Some(station)) => Holder::Station(StationId(station)),
        (None, None) => {
            let message = "is required where there is no stationId";
            return Err(Invalid::new(
                &format!("{place}/userId"),
                "REQUIRED",
                message,
            ));
        }
        (Some(_), Some(_)) => {
            let message = "must be absent where there is a userId";
            let pointer = format!("{place}/stationId");
            return Err(Invalid::new(&pointer, "EXCLUSIVE", message));
        }
    };
    Ok(domain_assignment::NewAssignment {
        holder,
        variant_id: VariantId(body.product_variant_id),
        starts_at: body.starts_at.map(time),
        ends_at: body.ends_at.map(time),
        note: body.note,
    })
}

fn patch(body: AssignmentPatch) -> domain_assignment::AssignmentPatch {
    domain_assignment::AssignmentPatch {
        status: body.status.value().map(|status| status.to_domain()),
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

/// An assignment as it is at the time `now`.
pub(super) fn view(seat: &domain_assignment::Assignment, now: Time) -> Assignment {
    Assignment {
        id: seat.id.0,
        user_id: seat.holder.user().map(|id| id.0),
        station_id: seat.holder.station().map(|id| id.0),
        product_id: seat.product_id.0,
        product_variant_id: seat.variant_id.0,
        organization_id: seat.organization_id.map(|id| id.0),
        status: seat.status.to_contract(),
        starts_at: seat.starts_at.map(timestamp),
        ends_at: seat.ends_at.map(timestamp),
        note: seat.note.clone(),
        effective: seat.is_effective(now),
        created_at: timestamp(seat.created_at),
        updated_at: timestamp(seat.updated_at),
        version: seat.version,
    }
}
