//! Query parameters: pages, orders, filters, cursors.

use super::row::{Bad, get};

pub fn rows() -> Vec<Bad> {
    let mut rows = pages();
    rows.extend(orders());
    rows.extend(filters());
    rows.extend(cursors());
    rows.extend(encodings());
    rows
}

fn pages() -> Vec<Bad> {
    vec![
        get(
            "an empty page size and a negative page",
            "users?size=0&page=-1",
        )
        .names(&["size MINIMUM", "page MINIMUM"]),
        get(
            "a page size above the limit",
            "products?size=201&page=10000001",
        )
        .names(&["size MAXIMUM", "page MAXIMUM"]),
        get(
            "numbers that are words",
            "assignments?size=abc&page=hunter2",
        )
        .names(&["size TYPE", "page TYPE"]),
        get(
            "numbers that fit no integer",
            "users?size=99999999999999999999&page=-99999999999999999999",
        )
        .names(&["size MAXIMUM", "page MINIMUM", "page TYPE"]),
        get("numbers of another form", "users?size=1e1&page=1.0")
            .names(&["size TYPE", "page TYPE"]),
        get("numbers with signs and blanks", "users?size=%2B5&page=+1")
            .names(&["size TYPE", "page TYPE"]),
        get("digits of another script", "users?size=%D9%A1&page=0x1")
            .names(&["size TYPE", "page TYPE"]),
        get("numbers that are left out", "users?size=&page").names(&["size TYPE", "page TYPE"]),
        get("twice the same", "users?size=1&size=1&page=0&page=1")
            .names(&["size DUPLICATE_PARAMETER", "page DUPLICATE_PARAMETER"]),
        get(
            "a page beyond counting of a product's variants",
            "products/$product/variants?page=2147483648",
        )
        .names(&["page MAXIMUM"]),
    ]
}

fn orders() -> Vec<Bad> {
    let pattern = &["sort PATTERN"];
    vec![
        get(
            "an order by what cannot be sorted",
            "users?sort=hunter2,asc",
        )
        .names(pattern),
        get(
            "an order by another resource's field",
            "products?sort=email",
        )
        .names(pattern),
        get("a direction that is none", "users?sort=email,up").names(pattern),
        get(
            "an order with something after it",
            "users?sort=email,asc,displayName,asc",
        )
        .names(pattern),
        get("an order in SQL", "users?sort=email;DROP%20TABLE%20users").names(pattern),
        get("an empty order", "users?sort=").names(pattern),
        get(
            "too many orders",
            "users?sort=email&sort=email&sort=email&sort=email",
        )
        .names(&["sort MAX_ITEMS"]),
        get(
            "two orders where one is allowed",
            "assignments?sort=createdAt&sort=createdAt,desc",
        )
        .names(&["sort MAX_ITEMS"]),
        get("an order that ends a line", "users?sort=email,asc%0A").names(pattern),
    ]
}

fn filters() -> Vec<Bad> {
    vec![
        get(
            "every filter of users wrong",
            "users?role=BOSS&status=active&organizationId=1&stationId=&q=&colour=red",
        )
        .names(&[
            "role ENUM",
            "status ENUM",
            "organizationId FORMAT",
            "stationId FORMAT",
            "q MIN_LENGTH",
            "colour UNKNOWN_PARAMETER",
        ]),
        get(
            "every filter of assignments wrong",
            "assignments?userId=hunter2&productId=1&variantId=&status=EXPIRED&organizationId=null",
        )
        .names(&[
            "userId FORMAT",
            "productId FORMAT",
            "variantId FORMAT",
            "status ENUM",
            "organizationId FORMAT",
        ]),
        get(
            "texts that are too long",
            format!("users?q={}&email={}", "q".repeat(101), "e".repeat(255)),
        )
        .names(&["q MAX_LENGTH", "email MAX_LENGTH"]),
        get(
            "a key that is too long",
            format!("products?key={}", "k".repeat(65)),
        )
        .names(&["key MAX_LENGTH"]),
        get("names in another case, and none", "users?Page=1&SIZE=2&=3").names(&[
            "Page UNKNOWN_PARAMETER",
            "SIZE UNKNOWN_PARAMETER",
            " UNKNOWN_PARAMETER",
        ]),
        get(
            "filters that are repeated",
            "users?q=hunter2&q=b&status=ACTIVE&status=PENDING",
        )
        .names(&["q DUPLICATE_PARAMETER", "status DUPLICATE_PARAMETER"]),
        get(
            "a truth that is none",
            "users/$user/assignments?activeOnly=1",
        )
        .names(&["activeOnly TYPE"]),
        get(
            "a query where there is none",
            "variants/$variant/availability?at=hunter2",
        )
        .names(&["at UNKNOWN_PARAMETER"]),
        get(
            "a bad path and a bad query",
            "users/nobody/assignments?page=x&activeOnly=yes",
        )
        .names(&["id FORMAT", "page TYPE", "activeOnly TYPE"]),
    ]
}

fn cursors() -> Vec<Bad> {
    vec![
        get(
            "every parameter of events wrong",
            "events?after=-1&limit=0&types=hunter2&resource=user/1&actor=me",
        )
        .names(&[
            "after PATTERN",
            "limit MINIMUM",
            "types PATTERN",
            "resource PATTERN",
            "actor FORMAT",
        ]),
        get("a cursor of words", "events?after=abc&limit=1001")
            .names(&["after PATTERN", "limit MAXIMUM"]),
        get(
            "a cursor that fits no number",
            "events?after=9999999999999999999&limit=ten",
        )
        .names(&["after PATTERN", "limit TYPE"]),
        get("a resource of another kind", "events?resource=licence").names(&["resource PATTERN"]),
        get(
            "a resource with an id in capitals",
            "events?resource=user/01980A4E-7C3B-7D10-9A55-0D5B7C1F2E77",
        )
        .names(&["resource PATTERN"]),
        get(
            "21 types",
            format!("events?{}", ["types=user.created"; 21].join("&")),
        )
        .names(&["types MAX_ITEMS"]),
        get("two cursors", "events?after=1&after=2").names(&["after DUPLICATE_PARAMETER"]),
    ]
}

fn encodings() -> Vec<Bad> {
    let unreadable = &["q INVALID_CHARACTER"];
    vec![
        get("NUL in a filter", "users?q=a%00b").names(unreadable),
        get("bytes that are no UTF-8 in a filter", "users?q=%ff%fe").names(unreadable),
        get("half a character in a filter", "users?q=%C3").names(unreadable),
        get("an escape without digits", "users?q=%zz").names(unreadable),
        get("an escape that breaks off", "users?q=a%4").names(unreadable),
        get(
            "a filter that is unreadable, and one beside it",
            "users?q=%00&email=%ff&size=x",
        )
        .names(&[
            "q INVALID_CHARACTER",
            "email INVALID_CHARACTER",
            "size TYPE",
        ]),
        get("a name that is unreadable", "users?%ff=1").names(&["\u{fffd} UNKNOWN_PARAMETER"]),
    ]
}

/// Unusual input that is valid.
pub fn odd() -> Vec<Bad> {
    let rows = [
        get("a page beyond the end", "users?page=10000000&size=200"),
        get(
            "a page beyond the end of an empty list",
            "products/$product/variants?page=7",
        ),
        get("numbers with zeros before them", "users?size=007&page=-0"),
        get("separators without parameters", "users?&&size=1&"),
        get("an empty query", "users?"),
        get("a filter of an escape character", "users?q=%5C"),
        get("a filter of wildcards", "users?q=%25_%5C%25"),
        get("a filter of quotes", "users?q='%20OR%20''%3D'%22"),
        get(
            "a filter that grows in lower case",
            format!("users?q={}", "%C4%B0".repeat(100)),
        ),
        get("an empty email", "users?email="),
        get("an email that is none", "users?email=%C4%B0@@"),
        get(
            "the same order twice",
            "users?sort=email,asc&sort=email,desc",
        ),
    ];
    rows.into_iter().map(|row| row.is((200, ""))).collect()
}
