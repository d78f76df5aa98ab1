//! Handlers of variants.

use super::{
    Http, context, etag, page,
    problem::answer,
    product::{names, required_names},
    timestamp,
};
use app::variant as command;
use async_trait::async_trait;
use contract::{
    Call, CreateProductVariantParams, CreateProductVariantReply, DeleteVariantParams,
    DeleteVariantReply, FreeObject, GetVariantAvailabilityParams, GetVariantAvailabilityReply,
    GetVariantParams, GetVariantReply, ListProductVariantsParams, ListProductVariantsReply,
    NewProductVariant, PageProductVariant, Problem, ProductVariant, ProductVariantUpdate,
    UpdateVariantParams, UpdateVariantReply, VariantAvailability, VariantsApi,
};
use domain::{
    ProductId, VariantId,
    variant::{Updated, Variant},
};

#[async_trait]
impl VariantsApi for Http {
    async fn list_product_variants(
        &self,
        call: Call,
        params: ListProductVariantsParams,
    ) -> Result<ListProductVariantsReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let product = ProductId(params.product_id);
        let found = answer(self.app.variants(&context(&call)?, product, &request)).await?;
        let frame = page::frame(&call, &request, &found);
        let body = PageProductVariant {
            content: found.content.iter().map(view).collect(),
            total_elements: frame.total_elements,
            total_pages: frame.total_pages,
            size: frame.size,
            number: frame.number,
            has_next: frame.has_next,
            has_prev: frame.has_prev,
        };
        Ok(ListProductVariantsReply::ok(body, frame.link))
    }

    async fn create_product_variant(
        &self,
        call: Call,
        params: CreateProductVariantParams,
        body: NewProductVariant,
    ) -> Result<CreateProductVariantReply, Problem> {
        let new = created(body)?;
        let id = VariantId(self.app.clock().new_id());
        let product = ProductId(params.product_id);
        let case = command::CreateVariant { id, product, new };
        let variant = self.run(&call, case).await?;
        let location = format!("/api/v1/variants/{}", variant.id);
        Ok(CreateProductVariantReply::created(
            view(&variant),
            location,
            etag::of(variant.version),
        ))
    }

    async fn get_variant(
        &self,
        call: Call,
        params: GetVariantParams,
    ) -> Result<GetVariantReply, Problem> {
        let variant = answer(self.app.variant(&context(&call)?, VariantId(params.id))).await?;
        let tag = etag::of(variant.version);
        Ok(etag::conditional(
            &call,
            tag,
            GetVariantReply::not_modified,
            |tag| GetVariantReply::ok(view(&variant), tag),
        ))
    }

    async fn update_variant(
        &self,
        call: Call,
        params: UpdateVariantParams,
        body: ProductVariantUpdate,
    ) -> Result<UpdateVariantReply, Problem> {
        let case = update(&call, params, body)?;
        let variant = self.run(&call, case).await?;
        Ok(UpdateVariantReply::ok(
            view(&variant),
            etag::of(variant.version),
        ))
    }

    async fn delete_variant(
        &self,
        call: Call,
        params: DeleteVariantParams,
    ) -> Result<DeleteVariantReply, Problem> {
        let expected = etag::expected(call.if_match.as_deref());
        let case = command::DeleteVariant {
            id: VariantId(params.id),
            expected,
        };
        self.run(&call, case).await?;
        Ok(DeleteVariantReply::no_content())
    }

    async fn get_variant_availability(
        &self,
        call: Call,
        params: GetVariantAvailabilityParams,
    ) -> Result<GetVariantAvailabilityReply, Problem> {
        let (id, as_of) = (VariantId(params.id), self.as_of(params.as_of)?);
        let found = answer(self.app.availability(&context(&call)?, id, as_of)).await?;
        Ok(GetVariantAvailabilityReply::ok(VariantAvailability {
            capacity: found.capacity,
            assigned_active_count: found.active,
            available: found.available,
        }))
    }
}

fn created(body: NewProductVariant) -> Result<Updated, Problem> {
    let (key, name) = required_names(&body.key, &body.name)?;
    Ok(Updated {
        key,
        name,
        capacity: body.capacity,
        attributes: body.attributes.map(|free| free.0).unwrap_or_default(),
    })
}

fn update(
    call: &Call,
    params: UpdateVariantParams,
    body: ProductVariantUpdate,
) -> Result<command::UpdateVariant, Problem> {
    let (key, name) = names(body.key.as_deref(), &body.name)?;
    Ok(command::UpdateVariant {
        id: VariantId(params.id),
        expected: etag::expected(call.if_match.as_deref()),
        key,
        name,
        capacity: body.capacity,
        attributes: body.attributes.map(|free| free.0).unwrap_or_default(),
    })
}

fn view(variant: &Variant) -> ProductVariant {
    ProductVariant {
        id: variant.id.0,
        product_id: variant.product_id.0,
        organization_id: variant.organization_id.map(|id| id.0),
        key: variant.key.as_str().to_owned(),
        name: variant.name.as_str().to_owned(),
        capacity: variant.capacity,
        attributes: FreeObject(variant.attributes.clone()),
        created_at: timestamp(variant.created_at),
        updated_at: timestamp(variant.updated_at),
        version: variant.version,
    }
}
