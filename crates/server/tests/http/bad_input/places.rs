//! Stations.

use super::row::{Bad, NOT_FOUND, bare, get, post, put};
use serde_json::{Map, Value, json};

const METHOD: (u16, &str) = (405, "METHOD_NOT_ALLOWED");
const IMMUTABLE: (u16, &str) = (409, "IMMUTABLE_RELATIONSHIP");
const STALE: (u16, &str) = (412, "PRECONDITION_FAILED");

const STATIONS: &str = "organizations/$organization/stations";

/// A valid station with one field changed.
fn station(name: &'static str, field: &str, value: &Value) -> Bad {
    let mut body =
        json!({"code": "new", "name": "A", "timeZone": "Europe/Berlin", "country": "DE"});
    body[field] = value.clone();
    post(name, STATIONS, body.to_string())
}

fn point(name: &'static str, point: &str) -> Bad {
    let body = format!(
        r#"{{"code": "p", "name": "A", "timeZone": "UTC", "country": "DE", "coordinates": {point}}}"#
    );
    post(name, STATIONS, body)
}

pub fn rows() -> Vec<Bad> {
    let mut rows = stations();
    rows.extend(values());
    rows.extend(points());
    rows.extend(updates());
    rows.extend(paths());
    rows.extend(queries());
    rows
}

fn stations() -> Vec<Bad> {
    vec![
        post("a station of nothing", STATIONS, "{}").names(&[
            "/code REQUIRED",
            "/name REQUIRED",
            "/timeZone REQUIRED",
            "/country REQUIRED",
        ]),
        post(
            "a station with every field of another type",
            STATIONS,
            r#"{"code": 1, "name": false, "address": 7, "coordinates": "hunter2", "timeZone": ["UTC"],
                "country": 49, "operationalStatus": "OPEN", "attributes": "hunter2"}"#,
        )
        .names(&[
            "/code TYPE",
            "/name TYPE",
            "/address TYPE",
            "/coordinates TYPE",
            "/timeZone TYPE",
            "/country TYPE",
            "/operationalStatus ENUM",
            "/attributes TYPE",
        ]),
        post(
            "a station of nulls",
            STATIONS,
            r#"{"code": null, "name": null, "address": null, "coordinates": null, "timeZone": null,
                "country": null, "operationalStatus": null, "attributes": null}"#,
        )
        .names(&[
            "/code TYPE",
            "/name TYPE",
            "/coordinates TYPE",
            "/timeZone TYPE",
            "/country TYPE",
            "/operationalStatus ENUM",
            "/attributes TYPE",
        ]),
        station("a station with an organization", "organizationId", &json!("$organization"))
            .names(&["/organizationId UNKNOWN_FIELD"]),
        station("a station with an id", "id", &json!("hunter2")).names(&["/id UNKNOWN_FIELD"]),
        station("a station that is removed", "operationalStatus", &json!("REMOVED"))
            .names(&["/operationalStatus REMOVED"]),
    ]
}

fn values() -> Vec<Bad> {
    let many: Map<String, Value> = (0..101).map(|n| (n.to_string(), json!(n))).collect();
    let (code, country, zone) = (
        &["/code PATTERN"],
        &["/country PATTERN"],
        &["/timeZone TIME_ZONE"],
    );
    vec![
        station("an empty code", "code", &json!("")).names(code),
        station("a code of 65", "code", &json!("c".repeat(65))).names(code),
        station("a code with a slash", "code", &json!("a/b")).names(code),
        station("a code that begins with a dot", "code", &json!(".a")).names(code),
        station("a code with other letters", "code", &json!("zürich")).names(code),
        station("a blank name", "name", &json!(" ")).names(&["/name PATTERN"]),
        station("an address of 501", "address", &json!("a".repeat(501)))
            .names(&["/address MAX_LENGTH"]),
        station("U+0000 in an address", "address", &json!("hunter2\0"))
            .names(&["/address INVALID_CHARACTER"]),
        station("a country in small letters", "country", &json!("de")).names(country),
        station("a country of three letters", "country", &json!("DEU")).names(country),
        station("a country with a digit", "country", &json!("D1")).names(country),
        station("a country that is none", "country", &json!("XX")).names(&["/country COUNTRY"]),
        station("no time zone", "timeZone", &json!("")).names(&["/timeZone MIN_LENGTH"]),
        station("a time zone of 65", "timeZone", &json!("z".repeat(65)))
            .names(&["/timeZone MAX_LENGTH"]),
        station(
            "a time zone that is none",
            "timeZone",
            &json!("Mars/hunter2"),
        )
        .names(zone),
        station(
            "a time zone in small letters",
            "timeZone",
            &json!("europe/berlin"),
        )
        .names(zone),
        station("an offset", "timeZone", &json!("+01:00")).names(zone),
        station("a time zone with a blank", "timeZone", &json!("UTC ")).names(zone),
        post(
            "a place that is none in two ways",
            STATIONS,
            r#"{"code": "a", "name": "A", "timeZone": "hunter2", "country": "ZZ"}"#,
        )
        .names(&["/timeZone TIME_ZONE", "/country COUNTRY"]),
        station("101 attributes", "attributes", &Value::Object(many))
            .names(&["/attributes MAX_PROPERTIES"]),
        station(
            "U+0000 deep in the attributes",
            "attributes",
            &json!({"a": [{"b": "\0"}]}),
        )
        .names(&["/attributes/a/0/b INVALID_CHARACTER"]),
    ]
}

fn points() -> Vec<Bad> {
    vec![
        point("a point of nothing", "{}").names(&[
            "/coordinates/latitude REQUIRED",
            "/coordinates/longitude REQUIRED",
        ]),
        point("half a point", r#"{"latitude": 1}"#).names(&["/coordinates/longitude REQUIRED"]),
        point("a list of numbers", "[1, 2]").names(&["/coordinates TYPE"]),
        point(
            "a point of other types, and a height",
            r#"{"latitude": "52.5", "longitude": null, "altitude": 7}"#,
        )
        .names(&[
            "/coordinates/latitude TYPE",
            "/coordinates/longitude TYPE",
            "/coordinates/altitude UNKNOWN_FIELD",
        ]),
        point(
            "a point north and east of the earth",
            r#"{"latitude": 90.000001, "longitude": 180.1}"#,
        )
        .names(&[
            "/coordinates/latitude MAXIMUM",
            "/coordinates/longitude MAXIMUM",
        ]),
        point(
            "a point south and west of the earth",
            r#"{"latitude": -91, "longitude": -1e300}"#,
        )
        .names(&[
            "/coordinates/latitude MINIMUM",
            "/coordinates/longitude MINIMUM",
        ]),
        point(
            "a point that is there twice",
            r#"{"latitude": 1, "longitude": 2, "latitude": 3}"#,
        )
        .names(&["/coordinates/latitude DUPLICATE_FIELD"]),
    ]
}

fn updates() -> Vec<Bad> {
    vec![
        put("a station changed to nothing", "stations/$station", "{}")
            .names(&["/name REQUIRED", "/operationalStatus REQUIRED"]),
        put(
            "a station changed to other types",
            "stations/$station",
            r#"{"name": 1, "operationalStatus": null, "coordinates": null, "country": "de",
                "timeZone": 7, "version": 2}"#,
        )
        .names(&[
            "/name TYPE",
            "/operationalStatus ENUM",
            "/coordinates TYPE",
            "/country PATTERN",
            "/timeZone TYPE",
            "/version UNKNOWN_FIELD",
        ]),
        put(
            "a station changed to a place that is none",
            "stations/$station",
            r#"{"name": "A", "operationalStatus": "PLANNED", "country": "AA", "timeZone": "hunter2"}"#,
        )
        .names(&["/timeZone TIME_ZONE", "/country COUNTRY"]),
        put(
            "a station removed by a change",
            "stations/$station",
            r#"{"name": "A", "operationalStatus": "REMOVED"}"#,
        )
        .names(&["/operationalStatus REMOVED"]),
        put(
            "a station moved to another organization",
            "stations/$station",
            r#"{"organizationId": "hunter2", "code": null}"#,
        )
        .is(IMMUTABLE)
        .names(&["/organizationId IMMUTABLE", "/code IMMUTABLE"]),
        put(
            "a stale change",
            "stations/$station",
            r#"{"name": "A", "operationalStatus": "PLANNED"}"#,
        )
        .header("If-Match", "\"2\"")
        .is(STALE),
        bare("a stale removal", "DELETE", "stations/$station")
            .header("If-Match", "\"2.1\", \"x\"")
            .is(STALE),
    ]
}

fn paths() -> Vec<Bad> {
    let none = [
        get("an organization as a station", "stations/$organization"),
        get("what a station does not have", "stations/$station/seats"),
        get("pools of a station", "organizations/$station/allocations"),
        get("stations of a user", "organizations/$user/stations"),
        bare("a user removed as a station", "DELETE", "stations/$user"),
        put(
            "a pool of a product",
            "organizations/$organization/allocations/$product",
            r#"{"seats": 1}"#,
        ),
        put(
            "a pool for a user",
            "organizations/$user/allocations/$variant",
            r#"{"seats": 1}"#,
        ),
    ];
    let mut rows: Vec<_> = none.into_iter().map(|row| row.is(NOT_FOUND)).collect();
    let methods = [
        post(
            "a station made outside of an organization",
            "stations",
            "{}",
        ),
        bare("a station that is patched", "PATCH", "stations/$station")
            .of("application/json", "{}"),
        bare(
            "all pools deleted",
            "DELETE",
            "organizations/$organization/allocations",
        ),
    ];
    rows.extend(methods.into_iter().map(|row| row.is(METHOD)));
    rows.extend([
        get("a code for an id", "stations/one").names(&["id FORMAT"]),
        bare("a removal of a word", "DELETE", "stations/all").names(&["id FORMAT"]),
        put("a bad station and a bad body", "stations/1", "{}").names(&[
            "id FORMAT",
            "/name REQUIRED",
            "/operationalStatus REQUIRED",
        ]),
        get("a pool of words", "organizations/ours/allocations/pro")
            .names(&["id FORMAT", "variantId FORMAT"]),
        put(
            "a pool of words and no seats",
            "organizations/ours/allocations/pro",
            "{}",
        )
        .names(&["id FORMAT", "variantId FORMAT", "/seats REQUIRED"]),
        post(
            "a station of a word",
            "organizations/ours/stations",
            r#"{"name": "A", "code": "a", "timeZone": "UTC", "country": "DE"}"#,
        )
        .names(&["id FORMAT"]),
    ]);
    rows
}

fn queries() -> Vec<Bad> {
    vec![
        get(
            "every filter of stations wrong",
            format!(
                "stations?organizationId=1&operationalStatus=OPEN&country=de&q=&sort=country&code={}&page=-1&size=0&status=x",
                "c".repeat(65)
            ),
        )
        .names(&[
            "organizationId FORMAT",
            "operationalStatus ENUM",
            "country PATTERN",
            "q MIN_LENGTH",
            "sort PATTERN",
            "code MAX_LENGTH",
            "page MINIMUM",
            "size MINIMUM",
            "status UNKNOWN_PARAMETER",
        ]),
        get(
            "every filter of an organization's stations wrong",
            "organizations/$organization/stations?operationalStatus=&q=%00&sort=&country=DE&size=201",
        )
        .names(&[
            "operationalStatus ENUM",
            "q INVALID_CHARACTER",
            "sort PATTERN",
            "country UNKNOWN_PARAMETER",
            "size MAXIMUM",
        ]),
        get(
            "every filter of pools wrong",
            "organizations/$organization/allocations?sort=seats&page=1e1&size=x&q=a",
        )
        .names(&[
            "sort PATTERN",
            "page TYPE",
            "size TYPE",
            "q UNKNOWN_PARAMETER",
        ]),
        get("a query at one pool", "organizations/$organization/allocations/$variant?at=now")
            .names(&["at UNKNOWN_PARAMETER"]),
        get("seats of a station that is none", "assignments?stationId=hunter2&userId=1")
            .names(&["stationId FORMAT", "userId FORMAT"]),
    ]
}

/// Unusual input that is valid.
pub fn odd() -> Vec<Bad> {
    let made = (201, "");
    let at = |name, code: &str, point: &str| {
        let body = format!(
            r#"{{"code": "{code}", "name": "A", "timeZone": "UTC", "country": "DE", "coordinates": {point}}}"#
        );
        post(name, STATIONS, body).is(made)
    };
    vec![
        at(
            "whole numbers",
            "odd-1",
            r#"{"latitude": 52, "longitude": -180}"#,
        ),
        at(
            "minus nothing",
            "odd-2",
            r#"{"latitude": -0.0, "longitude": 1e1}"#,
        ),
        at(
            "more digits than count",
            "odd-3",
            r#"{"latitude": 89.99999999999, "longitude": 1e-300}"#,
        ),
        station("an empty address", "address", &json!("")).is(made),
        post(
            "a time zone with signs",
            STATIONS,
            r#"{"code": "odd-4", "name": "🔌", "timeZone": "Etc/GMT+12", "country": "AQ",
                "address": "a\r\nb; DROP TABLE stations", "attributes": {}}"#,
        )
        .is(made),
        get("a code with wildcards", "stations?code=%25&q=%25_").is((200, "")),
    ]
}
