//! Pages on the wire.

use app::{Page, PageRequest, SortField};
use contract::Call;

/// The page that was asked for. The guard has checked the ranges and the fields.
pub fn request(page: i32, size: i32, sort: &[String]) -> PageRequest {
    PageRequest {
        number: u32::try_from(page).unwrap_or(0),
        size: u32::try_from(size).unwrap_or(1).max(1),
        sort: sort.iter().map(|field| order(field)).collect(),
    }
}

fn order(text: &str) -> (SortField, bool) {
    let (name, direction) = text.split_once(',').unwrap_or((text, "asc"));
    let field = match name {
        "email" => SortField::Email,
        "displayName" => SortField::DisplayName,
        "key" => SortField::Key,
        "name" => SortField::Name,
        "slug" => SortField::Slug,
        "code" => SortField::Code,
        _ => SortField::CreatedAt,
    };
    (field, direction == "desc")
}

/// What every page says about itself.
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
    /// Whether a page goes before.
    pub has_prev: bool,
    /// Links to other pages (RFC 8288).
    pub link: String,
}

/// The frame of a page that was read.
pub fn frame<T>(call: &Call, request: &PageRequest, page: &Page<T>) -> Frame {
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

fn links(path_and_query: &str, request: &PageRequest, pages: i64, has_next: bool) -> String {
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
mod tests {
    use super::*;

    #[test]
    fn links_keep_the_filters_and_know_the_ends() {
        let request = PageRequest {
            number: 1,
            size: 2,
            sort: Vec::new(),
        };
        let links = links("/x?page=1&status=ACTIVE&size=2", &request, 3, true);
        let page = |n: i32, rel: &str| format!("</x?status=ACTIVE&page={n}&size=2>; rel=\"{rel}\"");
        let due = [
            page(0, "first"),
            page(0, "prev"),
            page(2, "next"),
            page(2, "last"),
        ];
        assert_eq!(links, due.join(", "));
    }

    #[test]
    fn sort_fields_are_read() {
        let sort = ["email,desc".to_owned(), "createdAt".to_owned()];
        let sort = request(0, 20, &sort).sort;
        assert_eq!(
            sort,
            [(SortField::Email, true), (SortField::CreatedAt, false)]
        );
    }
}
