//! Handlers of allocations.

use super::{
    Http, context, etag,
    page::{self, framed},
    problem::answer,
    timestamp,
};
use app::allocation as command;
use async_trait::async_trait;
use contract::{
    Allocation, AllocationUpdate, AllocationsApi, Call, DeleteAllocationParams,
    DeleteAllocationReply, GetAllocationParams, GetAllocationReply, ListAllocationsParams,
    ListAllocationsReply, Problem, PutAllocationParams, PutAllocationReply,
};
use domain::{AllocationId, OrganizationId, PoolId, VariantId, allocation::NewIds, pool::Pool};

#[async_trait]
impl AllocationsApi for Http {
    async fn list_allocations(
        &self,
        call: Call,
        params: ListAllocationsParams,
    ) -> Result<ListAllocationsReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let of = OrganizationId(params.id);
        let found = answer(self.app.allocations(&context(&call)?, of, &request)).await?;
        let (body, link) = framed!(PageAllocation, &call, &request, &found, view);
        Ok(ListAllocationsReply::ok(body, link))
    }

    async fn get_allocation(
        &self,
        call: Call,
        params: GetAllocationParams,
    ) -> Result<GetAllocationReply, Problem> {
        let (of, variant) = (OrganizationId(params.id), VariantId(params.variant_id));
        let found = answer(self.app.allocation(&context(&call)?, of, variant)).await?;
        // Assigning a seat does not change the version of the pool.
        let tag = etag::marked(found.version, found.active_count);
        Ok(etag::conditional(
            &call,
            tag,
            GetAllocationReply::not_modified,
            |tag| GetAllocationReply::ok(view(&found), tag),
        ))
    }

    async fn put_allocation(
        &self,
        call: Call,
        params: PutAllocationParams,
        body: AllocationUpdate,
    ) -> Result<PutAllocationReply, Problem> {
        let case = command::PutAllocation {
            organization: OrganizationId(params.id),
            variant: VariantId(params.variant_id),
            expected: etag::expected(call.if_match.as_deref()),
            seats: body.seats,
            new: NewIds {
                allocation: AllocationId(self.app.clock().new_id()),
                pool: PoolId(self.app.clock().new_id()),
            },
        };
        let made = self.run(&call, case).await?;
        let tag = etag::marked(made.version, made.active_count);
        Ok(PutAllocationReply::ok(view(&made), tag))
    }

    async fn delete_allocation(
        &self,
        call: Call,
        params: DeleteAllocationParams,
    ) -> Result<DeleteAllocationReply, Problem> {
        let case = command::DeleteAllocation {
            organization: OrganizationId(params.id),
            variant: VariantId(params.variant_id),
            expected: etag::expected(call.if_match.as_deref()),
        };
        self.run(&call, case).await?;
        Ok(DeleteAllocationReply::no_content())
    }
}

fn view(pool: &Pool) -> Allocation {
    Allocation {
        organization_id: pool.organization_id.0,
        product_variant_id: pool.variant_id.0,
        seats: pool.seats,
        assigned_active_count: pool.active_count,
        available: i64::from(pool.seats) - pool.active_count,
        created_at: timestamp(pool.created_at),
        updated_at: timestamp(pool.updated_at),
        version: pool.version,
    }
}
