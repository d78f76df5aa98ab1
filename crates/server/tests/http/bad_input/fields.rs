//! Fields that are missing, unknown, null, or of another type.

use super::row::{Bad, patch, post, put};

pub fn rows() -> Vec<Bad> {
    let mut rows = users();
    rows.extend(user_updates());
    rows.extend(catalogue());
    rows.extend(seats());
    rows
}

fn users() -> Vec<Bad> {
    vec![
        post("a user without any field", "users", "{}")
            .names(&["/email REQUIRED", "/displayName REQUIRED"]),
        post(
            "a user with every field of another type",
            "users",
            r#"{"email": 7, "displayName": ["hunter2"], "role": {"hunter2": true}}"#,
        )
        .names(&["/email TYPE", "/displayName TYPE", "/role ENUM"]),
        post(
            "a user of nulls",
            "users",
            r#"{"email": null, "displayName": null, "role": null}"#,
        )
        .names(&["/email TYPE", "/displayName TYPE", "/role ENUM"]),
        post(
            "a user with fields of the server and names to escape",
            "users",
            r#"{"email": "a@example.com", "displayName": "A", "id": "hunter2", "status": "ACTIVE",
                "organisationId": null, "a/b~c": 1, "": 2}"#,
        )
        .names(&[
            "/id UNKNOWN_FIELD",
            "/status UNKNOWN_FIELD",
            "/organisationId UNKNOWN_FIELD",
            "/a~1b~0c UNKNOWN_FIELD",
            "/ UNKNOWN_FIELD",
        ]),
        post(
            "a user with a role whose ties are missing",
            "users",
            r#"{"email": "a@example.com", "displayName": "A", "role": "PARTNER"}"#,
        )
        .names(&["/role TIES"]),
        post(
            "names in another case",
            "users",
            r#"{"Email": "hunter2", "displayname": "hunter2"}"#,
        )
        .names(&[
            "/email REQUIRED",
            "/displayName REQUIRED",
            "/Email UNKNOWN_FIELD",
            "/displayname UNKNOWN_FIELD",
        ]),
        post(
            "fields that are there twice",
            "users",
            r#"{"email": "a@example.com", "email": "hunter2", "displayName": "", "displayNam\u0065": "A",
                "role": "MEMBER"}"#,
        )
        .names(&["/email DUPLICATE_FIELD", "/email FORMAT", "/displayName DUPLICATE_FIELD"]),
    ]
}

fn user_updates() -> Vec<Bad> {
    vec![
        put(
            "an update of a user that lacks, adds and mistypes",
            "users/$user",
            r#"{"email": true, "status": "DELETED"}"#,
        )
        .names(&[
            "/email TYPE",
            "/displayName REQUIRED",
            "/status UNKNOWN_FIELD",
        ]),
        put(
            "a user moved elsewhere",
            "users/$user",
            r#"{"role": "SUPER_ADMIN", "organizationId": "hunter2", "stationId": null}"#,
        )
        .is((409, "IMMUTABLE_RELATIONSHIP"))
        .names(&[
            "/role IMMUTABLE",
            "/organizationId IMMUTABLE",
            "/stationId IMMUTABLE",
        ]),
        put(
            "the caller promoted by itself",
            "users/me",
            r#"{"email": "a@example.com", "displayName": "A", "role": "SUPER_ADMIN"}"#,
        )
        .is((409, "IMMUTABLE_RELATIONSHIP"))
        .names(&["/role IMMUTABLE"]),
    ]
}

fn catalogue() -> Vec<Bad> {
    vec![
        post(
            "a product of other types",
            "products",
            r#"{"key": 1, "name": false, "description": ["hunter2"], "organizationId": 7}"#,
        )
        .names(&[
            "/key TYPE",
            "/name TYPE",
            "/description TYPE",
            "/organizationId TYPE",
        ]),
        put(
            "a product without a name",
            "products/$product",
            r#"{"key": null}"#,
        )
        .names(&["/name REQUIRED", "/key TYPE"]),
        post(
            "a variant whose capacity and attributes are texts",
            "products/$product/variants",
            r#"{"key": "a", "name": "A", "capacity": "5", "attributes": "hunter2"}"#,
        )
        .names(&["/capacity TYPE", "/attributes TYPE"]),
        post(
            "a variant whose attributes are a list",
            "products/$product/variants",
            r#"{"key": "a", "name": "A", "capacity": true, "attributes": [{"a": 1}]}"#,
        )
        .names(&["/capacity TYPE", "/attributes TYPE"]),
        post(
            "attributes that are there twice, deep down",
            "products/$product/variants",
            r#"{"key": "a", "name": "A", "attributes": {"a": [{}, {"b": 1, "c": 2, "b": 1}]}}"#,
        )
        .names(&["/attributes/a/1/b DUPLICATE_FIELD"]),
        put(
            "a variant without a capacity",
            "variants/$variant",
            r#"{"name": "A", "attributes": null}"#,
        )
        .names(&["/capacity REQUIRED", "/attributes TYPE"]),
        put(
            "a variant moved to another product",
            "variants/$variant",
            r#"{"name": "A", "capacity": 1, "productId": "$product"}"#,
        )
        .is((409, "IMMUTABLE_RELATIONSHIP"))
        .names(&["/productId IMMUTABLE"]),
    ]
}

fn seats() -> Vec<Bad> {
    vec![
        post("a seat of nothing", "assignments", "{}")
            .names(&["/productVariantId REQUIRED"]),
        post(
            "a seat for nobody",
            "assignments",
            r#"{"productVariantId": "01980a4e-7c3b-7d10-9a55-0d5b7c1f2e11"}"#,
        )
        .names(&["/userId REQUIRED"]),
        post(
            "a seat for a user and a station",
            "assignments",
            r#"{"productVariantId": "01980a4e-7c3b-7d10-9a55-0d5b7c1f2e11", "userId": "01980a4e-7c3b-7d10-9a55-0d5b7c1f2e11", "stationId": "01980a4e-7c3b-7d10-9a55-0d5b7c1f2e11"}"#,
        )
        .names(&["/stationId EXCLUSIVE"]),
        post(
            "a seat with everything wrong",
            "assignments",
            r#"{"userId": "hunter2", "productVariantId": 7, "startsAt": 1772357400,
                "endsAt": "hunter2", "note": {}, "status": "ACTIVE", "seats": 2}"#,
        )
        .names(&[
            "/userId FORMAT",
            "/productVariantId TYPE",
            "/startsAt TYPE",
            "/endsAt FORMAT",
            "/note TYPE",
            "/status UNKNOWN_FIELD",
            "/seats UNKNOWN_FIELD",
        ]),
        post(
            "ids in other forms",
            "assignments",
            r#"{"userId": "01980a4e7c3b7d109a550d5b7c1f2e3a",
                "productVariantId": "{01980a4e-7c3b-7d10-9a55-0d5b7c1f2e11}"}"#,
        )
        .names(&["/userId FORMAT", "/productVariantId FORMAT"]),
        post(
            "ids that are null or hold other letters",
            "assignments",
            r#"{"userId": null, "productVariantId": "01980a4e-7c3b-7d10-9a55-0d5b7c1f2eÿ"}"#,
        )
        .names(&["/userId TYPE", "/productVariantId FORMAT"]),
        patch(
            "a patch of other types",
            r#"{"status": "EXPIRED", "startsAt": 0, "endsAt": "soon", "note": 1, "id": 2}"#,
        )
        .names(&[
            "/status ENUM",
            "/startsAt TYPE",
            "/endsAt FORMAT",
            "/note TYPE",
            "/id UNKNOWN_FIELD",
        ]),
        patch("a status that is cleared", r#"{"status": null}"#).names(&["/status ENUM"]),
        patch(
            "a seat given to someone else",
            r#"{"userId": null, "productVariantId": 1, "productId": 2, "organizationId": 3}"#,
        )
        .is((409, "IMMUTABLE_RELATIONSHIP"))
        .names(&[
            "/userId IMMUTABLE",
            "/productVariantId IMMUTABLE",
            "/productId IMMUTABLE",
            "/organizationId IMMUTABLE",
        ]),
        patch("a JSON Patch", r#"[{"op": "remove", "path": "/note"}]"#).names(&[" TYPE"]),
    ]
}
