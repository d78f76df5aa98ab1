//! Pages on the wire.

use super::problem;
use app::{Order, Page, PageRequest, Readable, UnknownSort};
use contract::{Call, Problem};
use domain::Invalid;

/// The request for a page of a list. The guard has checked the ranges.
///
/// # Errors
/// When the list cannot be sorted by a field.
pub fn request<R: Readable>(
    page: i32,
    size: i32,
    sort: &[String],
) -> Result<PageRequest<R>, Problem> {
    let order = Order::parse(sort).map_err(|UnknownSort(_)| {
        let message = "must name a field that the list can be sorted by";
        problem::invalid(vec![Invalid::new("/sort", "PATTERN", message)])
    })?;
    Ok(PageRequest {
        number: u32::try_from(page).unwrap_or(0),
        size: u32::try_from(size).unwrap_or(1).max(1),
        order,
    })
}

/// The members that every page has, beside its content.
pub struct Frame {
    /// Elements on all pages.
    pub total_elements: i64,
    /// The number of pages.
    pub total_pages: i64,
    /// Elements on a full page.
    pub size: i32,
    /// The number of this page.
    pub number: i32,
    /// Whether a page follows.
    pub has_next: bool,
    /// Whether there is a page before.
    pub has_prev: bool,
    /// Links to other pages (RFC 8288).
    pub link: String,
}

/// The frame of a page.
pub fn frame<R: Readable, T>(call: &Call, request: &PageRequest<R>, page: &Page<T>) -> Frame {
    let size = i64::from(request.size);
    let total_pages = page.total.max(0).div_euclid(size) + i64::from(page.total % size > 0);
    Frame {
        total_elements: page.total,
        total_pages,
        size: i32::try_from(request.size).unwrap_or(i32::MAX),
        number: i32::try_from(request.number).unwrap_or(i32::MAX),
        has_next: page.has_next,
        has_prev: request.number > 0,
        link: links(&call.path_and_query, request, total_pages, page.has_next),
    }
}

fn links<R: Readable>(
    path_and_query: &str,
    request: &PageRequest<R>,
    pages: i64,
    has_next: bool,
) -> String {
    let (path, query) = path_and_query
        .split_once('?')
        .unwrap_or((path_and_query, ""));
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .filter(|pair| !pair.starts_with("page=") && !pair.starts_with("size="))
        .collect();
    let link = |page: i64, relation: &str| {
        let mut query = kept.join("&");
        if !query.is_empty() {
            query.push('&');
        }
        format!(
            "<{path}?{query}page={page}&size={}>; rel=\"{relation}\"",
            request.size
        )
    };
    let number = i64::from(request.number);
    let mut links = vec![link(0, "first")];
    if number > 0 {
        links.push(link(number - 1, "prev"));
    }
    if has_next {
        links.push(link(number + 1, "next"));
    }
    if pages > 0 {
        links.push(link(pages - 1, "last"));
    }
    links.join(", ")
}

/// The body of a page and its links: `framed!(PageUser, &call, &request, &found, view)`.
macro_rules! framed {
    ($body:ident, $call:expr, $request:expr, $found:expr, $view:expr) => {{
        let frame = $crate::http::page::frame($call, $request, $found);
        let body = contract::$body {
            content: $found.content.iter().map($view).collect(),
            total_elements: frame.total_elements,
            total_pages: frame.total_pages,
            size: frame.size,
            number: frame.number,
            has_next: frame.has_next,
            has_prev: frame.has_prev,
        };
        (body, frame.link)
    }};
}
pub(super) use framed;

#[cfg(test)]
mod tests;
