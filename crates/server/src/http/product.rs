//! Handlers of products.

use super::{Http, context, etag, faults::Faults, page, problem::answer, timestamp};
use app::{ProductFilter, product as command};
use async_trait::async_trait;
use contract::{
    Call, CreateProductReply, DeleteProductParams, DeleteProductReply, GetProductParams,
    GetProductReply, ListProductsParams, ListProductsReply, NewProduct, PageProduct, Problem,
    Product, ProductUpdate, ProductsApi, UpdateProductParams, UpdateProductReply,
};
use domain::{
    OrganizationId, ProductId, Realm, product as domain_product,
    text::{Key, Name},
};

#[async_trait]
impl ProductsApi for Http {
    async fn list_products(
        &self,
        call: Call,
        params: ListProductsParams,
    ) -> Result<ListProductsReply, Problem> {
        let request = page::request(params.page, params.size, &params.sort)?;
        let filter = ProductFilter {
            key: params.key,
            organization: params.organization_id.map(OrganizationId),
            text: params.q,
        };
        let found = answer(self.app.products(&context(&call)?, &filter, &request)).await?;
        let frame = page::frame(&call, &request, &found);
        let body = PageProduct {
            content: found.content.iter().map(view).collect(),
            total_elements: frame.total_elements,
            total_pages: frame.total_pages,
            size: frame.size,
            number: frame.number,
            has_next: frame.has_next,
            has_prev: frame.has_prev,
        };
        Ok(ListProductsReply::ok(body, frame.link))
    }

    async fn create_product(
        &self,
        call: Call,
        body: NewProduct,
    ) -> Result<CreateProductReply, Problem> {
        let context = context(&call)?;
        let owner = body.organization_id.map(OrganizationId);
        let owner = owner.or(context.actor.organization());
        let new = created(body, owner)?;
        let id = ProductId(self.app.clock().new_id());
        let case = command::CreateProduct { id, new };
        let product = answer(self.app.run(context, case)).await?.value;
        let location = format!("/api/v1/products/{}", product.id);
        Ok(CreateProductReply::created(
            view(&product),
            location,
            etag::of(product.version),
        ))
    }

    async fn get_product(
        &self,
        call: Call,
        params: GetProductParams,
    ) -> Result<GetProductReply, Problem> {
        let product = answer(self.app.product(&context(&call)?, ProductId(params.id))).await?;
        let tag = etag::of(product.version);
        Ok(etag::conditional(
            &call,
            tag,
            GetProductReply::not_modified,
            |tag| GetProductReply::ok(view(&product), tag),
        ))
    }

    async fn update_product(
        &self,
        call: Call,
        params: UpdateProductParams,
        body: ProductUpdate,
    ) -> Result<UpdateProductReply, Problem> {
        let case = update(&call, params, body)?;
        let product = self.run(&call, case).await?;
        Ok(UpdateProductReply::ok(
            view(&product),
            etag::of(product.version),
        ))
    }

    async fn delete_product(
        &self,
        call: Call,
        params: DeleteProductParams,
    ) -> Result<DeleteProductReply, Problem> {
        let expected = etag::expected(call.if_match.as_deref());
        let case = command::DeleteProduct {
            id: ProductId(params.id),
            expected,
        };
        self.run(&call, case).await?;
        Ok(DeleteProductReply::no_content())
    }
}

fn created(body: NewProduct, owner: Realm) -> Result<domain_product::Created, Problem> {
    let (key, name) = required_names(&body.key, &body.name)?;
    Ok(domain_product::Created {
        organization_id: owner,
        key,
        name,
        description: body.description,
    })
}

fn update(
    call: &Call,
    params: UpdateProductParams,
    body: ProductUpdate,
) -> Result<command::UpdateProduct, Problem> {
    let (key, name) = names(body.key.as_deref(), &body.name)?;
    Ok(command::UpdateProduct {
        id: ProductId(params.id),
        expected: etag::expected(call.if_match.as_deref()),
        key,
        name,
        description: body.description,
    })
}

/// A key and a name; reports every fault at once.
pub(super) fn required_names(key: &str, name: &str) -> Result<(Key, Name), Problem> {
    let mut faults = Faults::default();
    let key = faults.keep(Key::parse(key, "/key"));
    let name = faults.keep(Name::parse(name, "/name"));
    key.zip(name).ok_or_else(|| faults.problem())
}

/// A name and an optional key; reports every fault at once.
pub(super) fn names(key: Option<&str>, name: &str) -> Result<(Option<Key>, Name), Problem> {
    let mut faults = Faults::default();
    let key = faults.keep(key.map(|key| Key::parse(key, "/key")).transpose());
    let name = faults.keep(Name::parse(name, "/name"));
    key.zip(name).ok_or_else(|| faults.problem())
}

fn view(product: &domain_product::Product) -> Product {
    Product {
        id: product.id.0,
        organization_id: product.organization_id.map(|id| id.0),
        key: product.key.as_str().to_owned(),
        name: product.name.as_str().to_owned(),
        description: product.description.clone(),
        created_at: timestamp(product.created_at),
        updated_at: timestamp(product.updated_at),
        version: product.version,
    }
}
