//! Pages of rows, with a total that is kept or bounded, never counted without end.

use crate::StoreResult;
use sea_orm::{
    ConnectionTrait, EntityTrait, IntoSimpleExpr, Iterable, Order, PrimaryKeyToColumn, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, LikeExpr, Query},
};

/// Where counting stops when no total is kept for a filter.
pub const COUNT_LIMIT: i64 = 10_000;

/// What a list can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortField {
    /// When it was made.
    CreatedAt,
    /// The email.
    Email,
    /// The name of a user.
    DisplayName,
    /// The key of a product or variant.
    Key,
    /// The name of anything but a user.
    Name,
    /// The slug of an organization.
    Slug,
    /// The code of a station.
    Code,
}

/// Which page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Its number, from 0.
    pub number: u32,
    /// Elements on it.
    pub size: u32,
    /// The order, most significant first; `true` is descending.
    pub sort: Vec<(SortField, bool)>,
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

/// Of the query, no row: for a scope in which there is none of the kind.
pub(crate) fn nothing<E: EntityTrait>(query: Select<E>) -> Select<E> {
    query.filter(Expr::cust("1 = 0"))
}

/// A LIKE pattern for text that is contained, its case ignored when the other side is lower case.
pub(crate) fn contains(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('!')
}

/// Reads a page. One row more than asked for tells whether a page follows.
pub(crate) async fn fetch<E, T>(
    connection: &impl ConnectionTrait,
    query: Select<E>,
    request: &PageRequest,
    column: fn(SortField) -> E::Column,
    kept_total: Option<i64>,
    state: fn(E::Model) -> StoreResult<T>,
) -> StoreResult<Page<T>>
where
    E: EntityTrait,
{
    let counted = match kept_total {
        Some(total) => total,
        None => bounded_count(connection, &query).await?,
    };
    let offset = u64::from(request.number) * u64::from(request.size);
    let ordered = order(query, &request.sort, |field| {
        column(field).into_simple_expr()
    });
    let rows = ordered
        .offset(offset)
        .limit(u64::from(request.size) + 1)
        .all(connection)
        .await?;
    let has_next = rows.len() > request.size as usize;
    let rows = rows.into_iter().take(request.size as usize);
    let content: Vec<T> = rows.map(state).collect::<StoreResult<_>>()?;
    Ok(Page {
        total: total(counted, offset as i64, content.len() as i64, has_next),
        content,
        has_next,
    })
}

/// The total that fits the page. It was counted a moment before the rows were read, and maybe only up
/// to a limit, so what the page shows is the better witness.
pub(crate) fn total(counted: i64, offset: i64, on_page: i64, has_next: bool) -> i64 {
    let seen = offset + on_page;
    match (has_next, on_page) {
        (true, _) => counted.max(seen + 1),
        (false, 0) => counted.min(offset),
        (false, _) => seen,
    }
}

/// What a page is ordered by when nothing is asked for.
const DEFAULT_ORDER: &[(SortField, bool)] = &[(SortField::CreatedAt, false)];

/// What a page is ordered by.
pub(crate) fn sorted_by(asked: &[(SortField, bool)]) -> &[(SortField, bool)] {
    match asked.is_empty() {
        true => DEFAULT_ORDER,
        false => asked,
    }
}

pub(crate) fn order<E: EntityTrait>(
    query: Select<E>,
    sort: &[(SortField, bool)],
    column: impl Fn(SortField) -> Expr,
) -> Select<E> {
    let direction = |descending: bool| if descending { Order::Desc } else { Order::Asc };
    let sort = sorted_by(sort);
    let mut ordered = query;
    for (field, descending) in sort {
        ordered = ordered.order_by(column(*field), direction(*descending));
    }
    let last = sort.last().is_some_and(|(_, descending)| *descending);
    for key in E::PrimaryKey::iter() {
        ordered = ordered.order_by(key.into_column(), direction(last));
    }
    ordered
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
            // Rows went or came between the count and the page.
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
