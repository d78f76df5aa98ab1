// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Every operation of the contract.

use super::*;

operations! {
    /// `listThings`: List things.
    0 LIST_THINGS = "listThings" in "things",
        GET "/things", permission Some("things.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 406 500 503],
        problems [ValidationError Unauthenticated Forbidden NotAcceptable InternalError
            Unavailable],
        parameters [Query "kind" Text, Query "since" Text, Query "cheap" Boolean,
            Query "size" Integer, Query "type" Text required, Query "sort" Text many];

    /// `createThing`: Create a thing.
    1 CREATE_THING = "createThing" in "things",
        POST "/things", permission Some("things.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 406 413 415 500 503],
        problems [ValidationError MalformedRequest Unauthenticated Forbidden NotAcceptable
            PayloadTooLarge UnsupportedMediaType InternalError Unavailable],
        parameters [Header "Idempotency-Key" Text];

    /// `getThing`: Read a thing.
    2 GET_THING = "getThing" in "things",
        GET "/shelves/{shelf}/things/{id}", permission Some("things.read"),
        body None, immutable [],
        content Some("application/json"), successes [200 304],
        statuses [200 304 400 401 403 404 406 500 503],
        problems [ValidationError Unauthenticated Forbidden NotFound NotAcceptable InternalError
            Unavailable],
        parameters [Path "shelf" Text required, Path "id" Text required,
            Header "If-None-Match" Text];

    /// `patchThing`: Change a thing.
    3 PATCH_THING = "patchThing" in "things",
        PATCH "/shelves/{shelf}/things/{id}", permission Some("things.update"),
        body Some("application/merge-patch+json"), immutable ["owner"],
        content None, successes [204],
        statuses [204 400 401 403 404 409 413 415 500 503],
        problems [ValidationError MalformedRequest Unauthenticated Forbidden NotFound
            ImmutableRelationship PayloadTooLarge UnsupportedMediaType InternalError Unavailable],
        parameters [Path "shelf" Text required, Path "id" Text required];

    /// `getHealth`: Is it alive.
    4 GET_HEALTH = "getHealth" in "health",
        GET "/health", permission None,
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 406 500 503],
        problems [NotAcceptable InternalError Unavailable],
        parameters [];

    /// `exportThings`: Export things.
    5 EXPORT_THINGS = "exportThings" in "things",
        GET "/things.csv", permission Some("things.read"),
        body None, immutable [],
        content Some("text/csv"), successes [200],
        statuses [200 401 403 406 500 503],
        problems [Unauthenticated Forbidden NotAcceptable InternalError Unavailable],
        parameters [];
}
