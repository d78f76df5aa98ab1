//! Pages on the wire.

use super::problem;
use app::{Order, Page, PageRequest, Readable, UnknownSort};
use contract::{Call, Problem};
use domain::Invalid;

/// The page that was asked for, of a list of these. The guard has checked the ranges.
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
mod tests {
    use super::*;
    use app::Filters;
    use contract::OPENAPI_JSON;
    use domain::{
        api_key::ApiKey, assignment::Assignment, organization::Organization, pool::Pool,
        product::Product, role::CustomRole, station::Station, user::User, variant::Variant,
        webhook::Webhook,
    };
    use serde_json::Value;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn links_keep_the_filters_and_know_the_ends() {
        let request = request::<User>(1, 2, &[]).expect("a page");
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
    fn what_a_list_cannot_be_sorted_by_is_refused() {
        let asked = |sort: &[&str]| {
            let sort: Vec<String> = sort.iter().map(|&field| field.to_owned()).collect();
            request::<User>(0, 20, &sort)
        };
        for good in [&[][..], &["email,desc"], &["displayName,asc", "createdAt"]] {
            asked(good).expect("can be sorted by");
        }
        assert_ne!(asked(&["email,desc"]), asked(&["email"]));
        assert_eq!(asked(&[]), asked(&["createdAt,asc"]));
        for bad in ["name", "emai", "", ",desc"] {
            let problem = asked(&[bad]).expect_err(bad);
            assert_eq!(problem.status, 400, "{bad}");
        }
    }

    /// The filters and orders that a resource declares.
    fn declared<R: Readable>() -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
        let filters = R::Filter::DECLARED.iter().map(app::Filter::name);
        (
            filters.collect(),
            R::SORTS.iter().map(app::Sort::name).collect(),
        )
    }

    /// Every list that can be sorted, and what is declared of it.
    fn lists() -> Vec<(
        Vec<&'static str>,
        (BTreeSet<&'static str>, BTreeSet<&'static str>),
    )> {
        let people = [
            "listUsers",
            "listOrganizationPartners",
            "listOrganizationOperators",
            "listOrganizationMembers",
        ];
        vec![
            (people.to_vec(), declared::<User>()),
            (
                vec!["listStations", "listOrganizationStations"],
                declared::<Station>(),
            ),
            (
                vec!["listAssignments", "listUserAssignments"],
                declared::<Assignment>(),
            ),
            (vec!["listApiKeys", "listUserApiKeys"], declared::<ApiKey>()),
            (vec!["listOrganizations"], declared::<Organization>()),
            (vec!["listRoles"], declared::<CustomRole>()),
            (vec!["listWebhooks"], declared::<Webhook>()),
            (vec!["listProducts"], declared::<Product>()),
            (vec!["listProductVariants"], declared::<Variant>()),
            (vec!["listAllocations"], declared::<Pool>()),
        ]
    }

    /// The names of the query parameters of each operation, and the pattern of what it can be sorted by.
    fn in_contract() -> BTreeMap<String, (BTreeSet<String>, Option<String>)> {
        let document: Value = serde_json::from_str(OPENAPI_JSON).expect("JSON");
        let resolved = |value: &Value| match value["$ref"].as_str() {
            Some(at) => document
                .pointer(&at[1..])
                .expect("what is named is there")
                .clone(),
            None => value.clone(),
        };
        let paths = document["paths"].as_object().expect("paths").values();
        let gets = paths.filter_map(|path| path.get("get"));
        let read = gets.map(|operation| {
            let none = Vec::new();
            let all = operation["parameters"].as_array().unwrap_or(&none).iter();
            let all: Vec<Value> = all.map(resolved).collect();
            let queries = all.iter().filter(|one| one["in"] == "query");
            let name = |one: &Value| one["name"].as_str().expect("a name").to_owned();
            let sort = all.iter().find(|one| one["name"] == "sort");
            let pattern = sort.map(|sort| {
                let items = resolved(&resolved(&sort["schema"])["items"]);
                items["pattern"].as_str().expect("a pattern").to_owned()
            });
            let id = operation["operationId"].as_str().expect("an id").to_owned();
            (id, (queries.map(name).collect(), pattern))
        });
        read.collect()
    }

    #[test]
    fn lists_declare_what_the_contract_lets_ask_for() {
        let contract = in_contract();
        let mut sorted: BTreeSet<&str> = BTreeSet::new();
        for (operations, (filters, sorts)) in lists() {
            let mut asked: BTreeSet<&str> = BTreeSet::new();
            for operation in operations {
                let (parameters, pattern) = &contract[operation];
                let pattern = pattern.as_deref().expect(operation);
                let names = pattern
                    .trim_start_matches('^')
                    .split("(,")
                    .next()
                    .expect(operation);
                let names = names.trim_matches(['(', ')']).split('|').collect();
                assert_eq!(
                    sorts, names,
                    "{operation} is sorted by what its resource declares"
                );
                let of_page = ["page", "size", "sort", "asOf"];
                let parameters = parameters.iter().map(String::as_str);
                let parameters = parameters.filter(|name| !of_page.contains(name));
                for name in parameters {
                    assert!(
                        filters.contains(name),
                        "{operation}: {name} is not declared"
                    );
                    asked.insert(name);
                }
                sorted.insert(operation);
            }
            // Those of pools and variants are in the path.
            let in_path = ["organizationId", "productId"];
            let mut unasked = filters
                .difference(&asked)
                .filter(|name| !in_path.contains(name));
            assert_eq!(
                unasked.next(),
                None,
                "a filter is declared that nobody can ask for"
            );
        }
        let all = contract.iter().filter(|(_, (_, sort))| sort.is_some());
        let all: BTreeSet<&str> = all.map(|(id, _)| id.as_str()).collect();
        assert_eq!(sorted, all, "a list is not named here");
    }
}
