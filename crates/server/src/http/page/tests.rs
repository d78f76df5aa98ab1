//! Pages, and a comparison of the lists of the contract with what resources declare.

use super::*;
use app::Filters;
use contract::OPENAPI_JSON;
use domain::user::User;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn links_keep_the_filters_and_point_to_first_and_last_page() {
    let request = request::<User>(1, 2, &[]).expect("a page");
    let links = links("/x?page=1&status=ACTIVE&size=2", &request, 3, true);
    let page = |n: i32, rel: &str| format!("</x?status=ACTIVE&page={n}&size=2>; rel=\"{rel}\"");
    let expected = [
        page(0, "first"),
        page(0, "prev"),
        page(2, "next"),
        page(2, "last"),
    ];
    assert_eq!(links, expected.join(", "));
}

#[test]
fn sorting_by_an_unknown_field_is_refused() {
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

/// The names of the filters and orders that a resource declares.
struct Declared {
    filters: BTreeSet<&'static str>,
    sorts: BTreeSet<&'static str>,
    /// The filters that some operation uses.
    asked: BTreeSet<String>,
}

fn declared<R: Readable>() -> Declared {
    let filters = R::Filter::DECLARED.iter().map(app::Filter::name);
    Declared {
        filters: filters.collect(),
        sorts: R::SORTS.iter().map(app::Sort::name).collect(),
        asked: BTreeSet::new(),
    }
}

macro_rules! lists {
    (() $(
        $(#[$_doc:meta])* $Kind:ident = $_name:literal, $_Id:ident: $module:ident::$Type:ident
        [$($_Question:ident),*] {$($_events:tt)*},
    )*) => {
        [$((stringify!($Kind), list_of!($Kind, domain::$module::$Type))),*]
    };
}

macro_rules! list_of {
    // Sessions are listed in one order and without a filter.
    (Session, $Type:ty) => {
        None
    };
    // Allocations are listed as pools.
    (Allocation, $Type:ty) => {
        None
    };
    ($Kind:ident, $Type:ty) => {
        Some(declared::<$Type>())
    };
}

/// The declarations of each kind of resource that has lists.
fn by_kind() -> BTreeMap<&'static str, Declared> {
    let all = domain::each_resource!(lists!());
    let listed = all
        .into_iter()
        .filter_map(|(kind, list)| Some((kind, list?)));
    listed.collect()
}

/// A list of the contract that can be sorted.
struct List {
    operation: String,
    /// The kind of its resources.
    kind: String,
    /// The names of its query parameters, without those that every list has.
    asked: BTreeSet<String>,
    /// The names of the fields that it can be sorted by.
    sorts: BTreeSet<String>,
}

fn in_contract() -> Vec<List> {
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
    let lists = gets.filter_map(|operation| {
        let all = operation["parameters"].as_array()?.iter();
        let all: Vec<Value> = all.map(resolved).collect();
        let sort = all.iter().find(|one| one["name"] == "sort")?;
        let items = resolved(&resolved(&sort["schema"])["items"]);
        let pattern = items["pattern"].as_str().expect("a pattern");
        let names = pattern.trim_start_matches('^').split("(,").next();
        let sorts = names.expect("names").trim_matches(['(', ')']).split('|');
        let of_every_list = ["page", "size", "sort", "asOf"];
        let queries = all.iter().filter(|one| one["in"] == "query");
        let queries = queries.map(|one| one["name"].as_str().expect("a name").to_owned());
        let page = &operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
        let page = page.as_str().and_then(|at| at.rsplit('/').next());
        Some(List {
            operation: operation["operationId"].as_str()?.to_owned(),
            kind: match page.expect("a page").trim_start_matches("Page") {
                "ProductVariant" => "Variant".to_owned(),
                "Allocation" => "Pool".to_owned(),
                kind => kind.to_owned(),
            },
            asked: queries
                .filter(|name| !of_every_list.contains(&name.as_str()))
                .collect(),
            sorts: sorts.map(str::to_owned).collect(),
        })
    });
    lists.collect()
}

#[test]
fn every_filter_and_order_of_the_contract_is_declared_and_used() {
    let mut unasked = by_kind();
    for List {
        operation,
        kind,
        asked,
        sorts,
    } in in_contract()
    {
        let of_kind = unasked.get_mut(kind.as_str()).expect("a kind of the list");
        let declared: BTreeSet<_> = of_kind.sorts.iter().copied().map(str::to_owned).collect();
        assert_eq!(
            declared, sorts,
            "{operation} is sorted by what its resource declares"
        );
        for name in asked {
            let is_declared = of_kind.filters.contains(name.as_str());
            assert!(is_declared, "{operation}: {name} is not declared");
            of_kind.asked.insert(name);
        }
    }
    for (kind, Declared { filters, asked, .. }) in unasked {
        // Lists of pools and variants have these in the path.
        let in_path = ["organizationId", "productId"];
        let unasked = filters
            .iter()
            .find(|name| !asked.contains(**name) && !in_path.contains(name));
        assert_eq!(
            unasked, None,
            "a filter of {kind} is declared that nobody can ask for"
        );
    }
}
