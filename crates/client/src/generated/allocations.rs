// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The pools of seats that the platform gives an organization, of the variants in its
//! catalogue.

use super::*;

impl Client {
    /// List the pools of an organization
    ///
    /// A page of the pools of one organization, with the seats in use now. A seat whose end has
    /// passed counts as free.
    pub async fn list_allocations(
        &self,
        id: Uuid,
        params: &ListAllocationsParams,
        options: &Options,
    ) -> Result<Reply<PageAllocation>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/organizations/{id}/allocations"),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Read a pool of an organization
    ///
    /// The pool of one variant, with the seats in use now. A seat whose end has passed counts as
    /// free.
    pub async fn get_allocation(
        &self,
        id: Uuid,
        variant_id: Uuid,
        options: &Options,
    ) -> Result<Reply<Option<Allocation>>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/organizations/{id}/allocations/{variant_id}"),
            Vec::new(),
        );
        self.send_for_json_or_nothing(exchange, options).await
    }

    /// Give an organization a pool of seats
    ///
    /// Makes the pool or changes its size. From then on the users and stations of the
    /// organization get seats of the variant from the pool alone. Only variants of the platform's
    /// catalogue have pools.
    pub async fn put_allocation(
        &self,
        id: Uuid,
        variant_id: Uuid,
        body: &AllocationUpdate,
        options: &Options,
    ) -> Result<Reply<Allocation>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::PUT,
            format!("/api/v1/organizations/{id}/allocations/{variant_id}"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Take a pool from an organization
    ///
    /// Deletes a pool of which no seat is in use.
    pub async fn delete_allocation(
        &self,
        id: Uuid,
        variant_id: Uuid,
        options: &Options,
    ) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            format!("/api/v1/organizations/{id}/allocations/{variant_id}"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }
}

/// Query parameters of `listAllocations`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListAllocationsParams {
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListAllocationsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
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

/// The pool of seats that an organization has of a variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Allocation {
    /// The organization that has the pool.
    pub organization_id: Uuid,
    /// The variant whose seats they are.
    pub product_variant_id: Uuid,
    /// The seats of the pool.
    pub seats: i32,
    /// Seats in use, without those whose end has passed.
    pub assigned_active_count: i64,
    /// Seats left.
    pub available: i64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// What a pool becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AllocationUpdate {
    /// The seats of the pool.
    pub seats: i32,
}

/// A page of pools.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageAllocation {
    /// The elements of this page.
    pub content: Vec<Allocation>,
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
