//! Pages, and the lists of the contract beside what resources declare.

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

/// The names of the filters and orders that a resource declares.
struct Declared {
    filters: BTreeSet<&'static str>,
    sorts: BTreeSet<&'static str>,
}

fn declared<R: Readable>() -> Declared {
    let filters = R::Filter::DECLARED.iter().map(app::Filter::name);
    Declared {
        filters: filters.collect(),
        sorts: R::SORTS.iter().map(app::Sort::name).collect(),
    }
}

/// Every list that can be sorted, and what is declared of it.
fn lists() -> Vec<(Vec<&'static str>, Declared)> {
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
    for (operations, Declared { filters, sorts }) in lists() {
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
