//! Pages of rows, with a total that is kept or bounded, never counted without end.

use super::{Order, Readable, Terms};
use crate::StoreResult;
use sea_orm::{
    ConnectionTrait, EntityTrait, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, Query},
};

/// Where counting stops when no total is kept for a filter.
pub const COUNT_LIMIT: i64 = 10_000;

/// Which page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest<R: Readable> {
    /// Its number, from 0.
    pub number: u32,
    /// Elements on it.
    pub size: u32,
    /// The order.
    pub order: Order<R>,
}

impl<R: Readable> PageRequest<R> {
    /// The first page, in the order in which the list is when nobody asks for another.
    pub fn first(size: u32) -> Self {
        Self {
            number: 0,
            size,
            order: Order::default(),
        }
    }

    /// Rows before the page.
    pub(crate) fn offset(&self) -> u64 {
        u64::from(self.number) * u64::from(self.size)
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The elements.
    pub content: Vec<T>,
    /// Elements on all pages.
    pub total: i64,
    /// Whether a page follows.
    pub has_next: bool,
}

/// Reads a page. One row more than asked for shows whether a page follows.
pub(crate) async fn fetch<R: Readable>(
    connection: &impl ConnectionTrait,
    terms: &Terms<R>,
    request: &PageRequest<R>,
    kept_total: Option<i64>,
) -> StoreResult<Page<R>> {
    let backend = connection.get_database_backend();
    let query = terms.select(R::Entity::find(), backend);
    let counted = match kept_total {
        Some(total) => total,
        None => bounded_count(connection, &query).await?,
    };
    let rows = request
        .order
        .select(query, backend)
        .offset(request.offset())
        .limit(u64::from(request.size) + 1)
        .all(connection)
        .await?;
    let has_next = rows.len() > request.size as usize;
    let rows = rows.into_iter().take(request.size as usize);
    let content: Vec<R> = rows.map(R::state).collect::<StoreResult<_>>()?;
    let on_page = content.len() as i64;
    Ok(Page {
        total: total(counted, request.offset() as i64, on_page, has_next),
        content,
        has_next,
    })
}

/// The total that fits the page. It was counted a moment before the rows were read, and maybe only up
/// to a limit, so the rows of the page take precedence.
pub(crate) fn total(counted: i64, offset: i64, on_page: i64, has_next: bool) -> i64 {
    let seen = offset + on_page;
    match (has_next, on_page) {
        (true, _) => counted.max(seen + 1),
        (false, 0) => counted.min(offset),
        (false, _) => seen,
    }
}

pub(crate) async fn bounded_count<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    query: &Select<E>,
) -> StoreResult<i64> {
    let some = query
        .clone()
        .select_only()
        .expr(Expr::val(1_i32))
        .limit(COUNT_LIMIT as u64)
        .into_query();
    let count = Query::select()
        .expr_as(Expr::cust("COUNT(*)"), "total")
        .from_subquery(some, "some")
        .to_owned();
    let row = connection.query_one(&count).await?;
    Ok(row
        .map(|row| row.try_get("", "total"))
        .transpose()?
        .unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_what_the_page_shows() {
        // Counted, offset, elements on the page, whether one follows, and the total.
        for (counted, offset, on_page, has_next, due) in [
            (45, 20, 20, true, 45),
            (45, 40, 5, false, 45),
            (45, 60, 0, false, 45),
            (0, 0, 0, false, 0),
            // Rows were removed or added between the count and the page.
            (3, 0, 0, false, 0),
            (3, 0, 2, false, 2),
            (20, 0, 20, true, 21),
            (45, 40, 0, false, 40),
            // Counting stopped at its limit.
            (COUNT_LIMIT, COUNT_LIMIT, 20, true, COUNT_LIMIT + 21),
            (COUNT_LIMIT, COUNT_LIMIT, 7, false, COUNT_LIMIT + 7),
        ] {
            let seen = total(counted, offset, on_page, has_next);
            assert_eq!(seen, due, "{counted} {offset} {on_page} {has_next}");
        }
    }
}
