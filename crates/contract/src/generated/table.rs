// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Every operation of the contract.

use super::*;

operations! {
    /// `login`: Log in.
    0 LOGIN = "login" in "auth",
        POST "/api/v1/auth/login", permission None,
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 406 413 415 429 500 503],
        problems [ValidationError MalformedRequest InvalidCredentials NotAcceptable
            PayloadTooLarge UnsupportedMediaType RateLimited InternalError Unavailable],
        parameters [];

    /// `refreshTokens`: Refresh the tokens.
    1 REFRESH_TOKENS = "refreshTokens" in "auth",
        POST "/api/v1/auth/refresh", permission None,
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 406 413 415 429 500 503],
        problems [ValidationError MalformedRequest InvalidCredentials TokenExpired NotAcceptable
            PayloadTooLarge UnsupportedMediaType RateLimited InternalError Unavailable],
        parameters [];

    /// `logout`: Log out.
    2 LOGOUT = "logout" in "auth",
        POST "/api/v1/auth/logout", permission Some("sessions.deleteSelf"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 422 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            IdempotencyKeyReused RateLimited InternalError Unavailable],
        parameters [Header "Idempotency-Key" Text];

    /// `acceptInvitation`: Accept an invitation.
    3 ACCEPT_INVITATION = "acceptInvitation" in "auth",
        POST "/api/v1/auth/accept-invitation", permission None,
        body Some("application/json"), immutable [],
        content None, successes [204],
        statuses [204 400 401 413 415 429 500 503],
        problems [ValidationError MalformedRequest InvalidCredentials TokenExpired PayloadTooLarge
            UnsupportedMediaType RateLimited InternalError Unavailable],
        parameters [];

    /// `listSessions`: List the sessions of the caller.
    4 LIST_SESSIONS = "listSessions" in "auth",
        GET "/api/v1/auth/sessions", permission Some("sessions.readSelf"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 401 403 406 429 500 503],
        problems [Unauthenticated TokenExpired Forbidden PasswordChangeRequired NotAcceptable
            RateLimited InternalError Unavailable],
        parameters [];

    /// `endSessions`: End all sessions of the caller.
    5 END_SESSIONS = "endSessions" in "auth",
        DELETE "/api/v1/auth/sessions", permission Some("sessions.deleteSelf"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 401 403 429 500 503],
        problems [Unauthenticated TokenExpired Forbidden PasswordChangeRequired RateLimited
            InternalError Unavailable],
        parameters [];

    /// `endSession`: End a session of the caller.
    6 END_SESSION = "endSession" in "auth",
        DELETE "/api/v1/auth/sessions/{id}", permission Some("sessions.deleteSelf"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound RateLimited InternalError Unavailable],
        parameters [Path "id" Text required];

    /// `changePassword`: Change the password of the caller.
    7 CHANGE_PASSWORD = "changePassword" in "auth",
        PUT "/api/v1/users/me/password", permission Some("users.updateSelf"),
        body Some("application/json"), immutable [],
        content None, successes [204],
        statuses [204 400 401 403 413 415 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated InvalidCredentials TokenExpired
            Forbidden PasswordChangeRequired PayloadTooLarge UnsupportedMediaType RateLimited
            InternalError Unavailable],
        parameters [];

    /// `inviteUser`: Invite a user again.
    8 INVITE_USER = "inviteUser" in "auth",
        POST "/api/v1/users/{id}/invitation", permission Some("users.update"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 409 422 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound UserNotActive OrganizationDeleted IdempotencyKeyReused RateLimited
            InternalError Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `listUsers`: List users.
    9 LIST_USERS = "listUsers" in "users",
        GET "/api/v1/users", permission Some("users.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 406 429 500 503],
        problems [ValidationError TooMuchChanged Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotAcceptable RateLimited InternalError Unavailable],
        parameters [Query "email" Text, Query "role" Text, Query "status" Text,
            Query "organizationId" Text, Query "stationId" Text, Query "q" Text,
            Query "page" Integer, Query "size" Integer, Query "sort" Text many, Query "asOf" Text];

    /// `createUser`: Create a user.
    10 CREATE_USER = "createUser" in "users",
        POST "/api/v1/users", permission Some("users.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted StationRemoved
            DuplicateEmail PayloadTooLarge UnsupportedMediaType IdempotencyKeyReused RateLimited
            InternalError Unavailable],
        parameters [Header "Idempotency-Key" Text];

    /// `getCurrentUser`: Read the caller.
    11 GET_CURRENT_USER = "getCurrentUser" in "users",
        GET "/api/v1/users/me", permission Some("users.readSelf"),
        body None, immutable [],
        content Some("application/json"), successes [200 304],
        statuses [200 304 400 401 403 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotAcceptable RateLimited InternalError Unavailable],
        parameters [Header "If-None-Match" Text];

    /// `updateCurrentUser`: Change the caller.
    12 UPDATE_CURRENT_USER = "updateCurrentUser" in "users",
        PUT "/api/v1/users/me", permission Some("users.updateSelf"),
        body Some("application/json"), immutable ["role" "organizationId" "stationId"],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 406 409 412 413 415 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotAcceptable ImmutableRelationship DuplicateEmail
            PreconditionFailed PayloadTooLarge UnsupportedMediaType RateLimited InternalError
            Unavailable],
        parameters [Header "If-Match" Text];

    /// `getUser`: Read a user.
    13 GET_USER = "getUser" in "users",
        GET "/api/v1/users/{id}", permission Some("users.read"),
        body None, immutable [],
        content Some("application/json"), successes [200 304],
        statuses [200 304 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "asOf" Text, Header "If-None-Match" Text];

    /// `updateUser`: Change a user.
    14 UPDATE_USER = "updateUser" in "users",
        PUT "/api/v1/users/{id}", permission Some("users.update"),
        body Some("application/json"), immutable ["role" "organizationId" "stationId"],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 412 413 415 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable UserNotActive OrganizationDeleted
            ImmutableRelationship DuplicateEmail PreconditionFailed PayloadTooLarge
            UnsupportedMediaType RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `deleteUser`: Delete a user.
    15 DELETE_USER = "deleteUser" in "users",
        DELETE "/api/v1/users/{id}", permission Some("users.delete"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 409 412 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound LastSuperAdmin PreconditionFailed RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `activateUser`: Activate a user.
    16 ACTIVATE_USER = "activateUser" in "users",
        POST "/api/v1/users/{id}/activate", permission Some("users.update"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 422 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable UserNotActive OrganizationDeleted IdempotencyKeyReused
            RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `deactivateUser`: Deactivate a user.
    17 DEACTIVATE_USER = "deactivateUser" in "users",
        POST "/api/v1/users/{id}/deactivate", permission Some("users.update"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 422 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable UserNotActive LastSuperAdmin IdempotencyKeyReused RateLimited
            InternalError Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `eraseUser`: Erase who a user was.
    18 ERASE_USER = "eraseUser" in "users",
        POST "/api/v1/users/{id}/erase", permission Some("users.erase"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 422 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable UserNotDeleted IdempotencyKeyReused RateLimited InternalError
            Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `listUserAssignments`: List the seats of a user.
    19 LIST_USER_ASSIGNMENTS = "listUserAssignments" in "users",
        GET "/api/v1/users/{id}/assignments", permission Some("assignments.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 429 500 503],
        problems [ValidationError TooMuchChanged Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "activeOnly" Boolean, Query "page" Integer,
            Query "size" Integer, Query "sort" Text many, Query "asOf" Text];

    /// `listOrganizationPartners`: List the partners of an organization.
    20 LIST_ORGANIZATION_PARTNERS = "listOrganizationPartners" in "users",
        GET "/api/v1/organizations/{id}/users/partners", permission Some("users.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 429 500 503],
        problems [ValidationError TooMuchChanged Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "status" Text, Query "q" Text,
            Query "page" Integer, Query "size" Integer, Query "sort" Text many, Query "asOf" Text];

    /// `createOrganizationPartner`: Create a partner of an organization.
    21 CREATE_ORGANIZATION_PARTNER = "createOrganizationPartner" in "users",
        POST "/api/v1/organizations/{id}/users/partners", permission Some("partners.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted DuplicateEmail
            PayloadTooLarge UnsupportedMediaType IdempotencyKeyReused RateLimited InternalError
            Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `listOrganizationOperators`: List the operators of an organization.
    22 LIST_ORGANIZATION_OPERATORS = "listOrganizationOperators" in "users",
        GET "/api/v1/organizations/{id}/users/operators", permission Some("users.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 429 500 503],
        problems [ValidationError TooMuchChanged Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "status" Text, Query "q" Text,
            Query "page" Integer, Query "size" Integer, Query "sort" Text many, Query "asOf" Text];

    /// `createOrganizationOperator`: Create an operator of an organization.
    23 CREATE_ORGANIZATION_OPERATOR = "createOrganizationOperator" in "users",
        POST "/api/v1/organizations/{id}/users/operators", permission Some("users.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted StationRemoved
            DuplicateEmail PayloadTooLarge UnsupportedMediaType IdempotencyKeyReused RateLimited
            InternalError Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `listOrganizationMembers`: List the members of an organization.
    24 LIST_ORGANIZATION_MEMBERS = "listOrganizationMembers" in "users",
        GET "/api/v1/organizations/{id}/users/members", permission Some("users.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 429 500 503],
        problems [ValidationError TooMuchChanged Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "status" Text, Query "q" Text,
            Query "page" Integer, Query "size" Integer, Query "sort" Text many, Query "asOf" Text];

    /// `createOrganizationMember`: Create a member of an organization.
    25 CREATE_ORGANIZATION_MEMBER = "createOrganizationMember" in "users",
        POST "/api/v1/organizations/{id}/users/members", permission Some("users.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted DuplicateEmail
            PayloadTooLarge UnsupportedMediaType IdempotencyKeyReused RateLimited InternalError
            Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `listOrganizations`: List organizations.
    26 LIST_ORGANIZATIONS = "listOrganizations" in "organizations",
        GET "/api/v1/organizations", permission Some("organizations.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotAcceptable RateLimited InternalError Unavailable],
        parameters [Query "slug" Text, Query "status" Text, Query "q" Text, Query "page" Integer,
            Query "size" Integer, Query "sort" Text many];

    /// `createOrganization`: Create an organization.
    27 CREATE_ORGANIZATION = "createOrganization" in "organizations",
        POST "/api/v1/organizations", permission Some("organizations.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotAcceptable DuplicateKey PayloadTooLarge UnsupportedMediaType
            IdempotencyKeyReused RateLimited InternalError Unavailable],
        parameters [Header "Idempotency-Key" Text];

    /// `getOrganization`: Read an organization.
    28 GET_ORGANIZATION = "getOrganization" in "organizations",
        GET "/api/v1/organizations/{id}", permission Some("organizations.read"),
        body None, immutable [],
        content Some("application/json"), successes [200 304],
        statuses [200 304 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-None-Match" Text];

    /// `updateOrganization`: Change an organization.
    29 UPDATE_ORGANIZATION = "updateOrganization" in "organizations",
        PUT "/api/v1/organizations/{id}", permission Some("organizations.update"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 412 413 415 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted DuplicateKey
            PreconditionFailed PayloadTooLarge UnsupportedMediaType RateLimited InternalError
            Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `deleteOrganization`: Delete an organization.
    30 DELETE_ORGANIZATION = "deleteOrganization" in "organizations",
        DELETE "/api/v1/organizations/{id}", permission Some("organizations.delete"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 412 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound PreconditionFailed RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `suspendOrganization`: Suspend an organization.
    31 SUSPEND_ORGANIZATION = "suspendOrganization" in "organizations",
        POST "/api/v1/organizations/{id}/suspend", permission Some("organizations.suspend"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 422 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable OrganizationDeleted IdempotencyKeyReused RateLimited
            InternalError Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `activateOrganization`: Activate an organization.
    32 ACTIVATE_ORGANIZATION = "activateOrganization" in "organizations",
        POST "/api/v1/organizations/{id}/activate", permission Some("organizations.suspend"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 422 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable OrganizationDeleted IdempotencyKeyReused RateLimited
            InternalError Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `getLogHead`: Read the signed head of the log of an organization.
    33 GET_LOG_HEAD = "getLogHead" in "events",
        GET "/api/v1/organizations/{id}/log-head", permission Some("events.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required];

    /// `getOrganizationSettings`: Read the settings of an organization.
    34 GET_ORGANIZATION_SETTINGS = "getOrganizationSettings" in "organizations",
        GET "/api/v1/organizations/{id}/settings", permission Some("settings.read"),
        body None, immutable [],
        content Some("application/json"), successes [200 304],
        statuses [200 304 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-None-Match" Text];

    /// `updateOrganizationSettings`: Change the settings of an organization.
    35 UPDATE_ORGANIZATION_SETTINGS = "updateOrganizationSettings" in "organizations",
        PUT "/api/v1/organizations/{id}/settings", permission Some("settings.update"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 412 413 415 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted PreconditionFailed
            PayloadTooLarge UnsupportedMediaType RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `listOrganizationStations`: List the stations of an organization.
    36 LIST_ORGANIZATION_STATIONS = "listOrganizationStations" in "stations",
        GET "/api/v1/organizations/{id}/stations", permission Some("stations.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 429 500 503],
        problems [ValidationError TooMuchChanged Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "operationalStatus" Text, Query "q" Text,
            Query "page" Integer, Query "size" Integer, Query "sort" Text many, Query "asOf" Text];

    /// `createStation`: Create a station.
    37 CREATE_STATION = "createStation" in "stations",
        POST "/api/v1/organizations/{id}/stations", permission Some("stations.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted DuplicateKey
            PayloadTooLarge UnsupportedMediaType IdempotencyKeyReused RateLimited InternalError
            Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `listStations`: List stations.
    38 LIST_STATIONS = "listStations" in "stations",
        GET "/api/v1/stations", permission Some("stations.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 406 429 500 503],
        problems [ValidationError TooMuchChanged Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotAcceptable RateLimited InternalError Unavailable],
        parameters [Query "organizationId" Text, Query "code" Text,
            Query "operationalStatus" Text, Query "country" Text, Query "q" Text,
            Query "page" Integer, Query "size" Integer, Query "sort" Text many, Query "asOf" Text];

    /// `getStation`: Read a station.
    39 GET_STATION = "getStation" in "stations",
        GET "/api/v1/stations/{id}", permission Some("stations.read"),
        body None, immutable [],
        content Some("application/json"), successes [200 304],
        statuses [200 304 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "asOf" Text, Header "If-None-Match" Text];

    /// `updateStation`: Change a station.
    40 UPDATE_STATION = "updateStation" in "stations",
        PUT "/api/v1/stations/{id}", permission Some("stations.update"),
        body Some("application/json"), immutable ["organizationId" "code"],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 412 413 415 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted StationRemoved
            ImmutableRelationship PreconditionFailed PayloadTooLarge UnsupportedMediaType
            RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `deleteStation`: Remove a station.
    41 DELETE_STATION = "deleteStation" in "stations",
        DELETE "/api/v1/stations/{id}", permission Some("stations.delete"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 412 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound PreconditionFailed RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `listPermissions`: List the permissions.
    42 LIST_PERMISSIONS = "listPermissions" in "roles",
        GET "/api/v1/permissions", permission Some("permissions.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 401 403 406 429 500 503],
        problems [Unauthenticated TokenExpired Forbidden PasswordChangeRequired NotAcceptable
            RateLimited InternalError Unavailable],
        parameters [];

    /// `listRoles`: List custom roles.
    43 LIST_ROLES = "listRoles" in "roles",
        GET "/api/v1/roles", permission Some("roles.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotAcceptable RateLimited InternalError Unavailable],
        parameters [Query "organizationId" Text, Query "q" Text, Query "page" Integer,
            Query "size" Integer, Query "sort" Text many];

    /// `createRole`: Create a custom role.
    44 CREATE_ROLE = "createRole" in "roles",
        POST "/api/v1/roles", permission Some("roles.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted DuplicateKey
            PayloadTooLarge UnsupportedMediaType IdempotencyKeyReused RateLimited InternalError
            Unavailable],
        parameters [Header "Idempotency-Key" Text];

    /// `getRole`: Read a custom role.
    45 GET_ROLE = "getRole" in "roles",
        GET "/api/v1/roles/{id}", permission Some("roles.read"),
        body None, immutable [],
        content Some("application/json"), successes [200 304],
        statuses [200 304 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-None-Match" Text];

    /// `updateRole`: Change a custom role.
    46 UPDATE_ROLE = "updateRole" in "roles",
        PUT "/api/v1/roles/{id}", permission Some("roles.update"),
        body Some("application/json"), immutable ["organizationId"],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 412 413 415 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted
            ImmutableRelationship DuplicateKey PreconditionFailed PayloadTooLarge
            UnsupportedMediaType RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `deleteRole`: Delete a custom role.
    47 DELETE_ROLE = "deleteRole" in "roles",
        DELETE "/api/v1/roles/{id}", permission Some("roles.delete"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 412 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound PreconditionFailed RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `listUserRoles`: List the custom roles of a user.
    48 LIST_USER_ROLES = "listUserRoles" in "roles",
        GET "/api/v1/users/{id}/roles", permission Some("roles.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required];

    /// `grantRole`: Grant a custom role to a user.
    49 GRANT_ROLE = "grantRole" in "roles",
        POST "/api/v1/users/{id}/roles", permission Some("roles.grant"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable UserNotActive OrganizationMismatch
            OrganizationDeleted PayloadTooLarge UnsupportedMediaType IdempotencyKeyReused
            RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `revokeRole`: Take a custom role from a user.
    50 REVOKE_ROLE = "revokeRole" in "roles",
        DELETE "/api/v1/users/{id}/roles/{roleId}", permission Some("roles.grant"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Path "roleId" Text required];

    /// `listApiKeys`: List API keys.
    51 LIST_API_KEYS = "listApiKeys" in "apiKeys",
        GET "/api/v1/api-keys", permission Some("apiKeys.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotAcceptable RateLimited InternalError Unavailable],
        parameters [Query "organizationId" Text, Query "userId" Text, Query "status" Text,
            Query "page" Integer, Query "size" Integer, Query "sort" Text many];

    /// `createApiKey`: Create an API key.
    52 CREATE_API_KEY = "createApiKey" in "apiKeys",
        POST "/api/v1/api-keys", permission Some("apiKeys.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted PayloadTooLarge
            UnsupportedMediaType IdempotencyKeyReused RateLimited InternalError Unavailable],
        parameters [Header "Idempotency-Key" Text];

    /// `getApiKey`: Read an API key.
    53 GET_API_KEY = "getApiKey" in "apiKeys",
        GET "/api/v1/api-keys/{id}", permission Some("apiKeys.read"),
        body None, immutable [],
        content Some("application/json"), successes [200 304],
        statuses [200 304 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-None-Match" Text];

    /// `revokeApiKey`: Revoke an API key.
    54 REVOKE_API_KEY = "revokeApiKey" in "apiKeys",
        DELETE "/api/v1/api-keys/{id}", permission Some("apiKeys.delete"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 412 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound PreconditionFailed RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `rotateApiKey`: Rotate an API key.
    55 ROTATE_API_KEY = "rotateApiKey" in "apiKeys",
        POST "/api/v1/api-keys/{id}/rotate", permission Some("apiKeys.rotate"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted PayloadTooLarge
            UnsupportedMediaType IdempotencyKeyReused RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `listUserApiKeys`: List the API keys of a user.
    56 LIST_USER_API_KEYS = "listUserApiKeys" in "apiKeys",
        GET "/api/v1/users/{id}/api-keys", permission Some("apiKeys.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "page" Integer, Query "size" Integer,
            Query "sort" Text many];

    /// `createUserApiKey`: Create an API key of a user.
    57 CREATE_USER_API_KEY = "createUserApiKey" in "apiKeys",
        POST "/api/v1/users/{id}/api-keys", permission Some("apiKeys.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable UserNotActive OrganizationDeleted
            PayloadTooLarge UnsupportedMediaType IdempotencyKeyReused RateLimited InternalError
            Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `revokeUserApiKey`: Revoke an API key of a user.
    58 REVOKE_USER_API_KEY = "revokeUserApiKey" in "apiKeys",
        DELETE "/api/v1/users/{id}/api-keys/{keyId}", permission Some("apiKeys.delete"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 412 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound PreconditionFailed RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Path "keyId" Text required, Header "If-Match" Text];

    /// `listProducts`: List products.
    59 LIST_PRODUCTS = "listProducts" in "products",
        GET "/api/v1/products", permission Some("products.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotAcceptable RateLimited InternalError Unavailable],
        parameters [Query "key" Text, Query "organizationId" Text, Query "q" Text,
            Query "page" Integer, Query "size" Integer, Query "sort" Text many];

    /// `createProduct`: Create a product.
    60 CREATE_PRODUCT = "createProduct" in "products",
        POST "/api/v1/products", permission Some("products.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted DuplicateKey
            PayloadTooLarge UnsupportedMediaType IdempotencyKeyReused RateLimited InternalError
            Unavailable],
        parameters [Header "Idempotency-Key" Text];

    /// `getProduct`: Read a product.
    61 GET_PRODUCT = "getProduct" in "products",
        GET "/api/v1/products/{id}", permission Some("products.read"),
        body None, immutable [],
        content Some("application/json"), successes [200 304],
        statuses [200 304 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-None-Match" Text];

    /// `updateProduct`: Change a product.
    62 UPDATE_PRODUCT = "updateProduct" in "products",
        PUT "/api/v1/products/{id}", permission Some("products.update"),
        body Some("application/json"), immutable ["organizationId"],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 412 413 415 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted
            ImmutableRelationship DuplicateKey PreconditionFailed PayloadTooLarge
            UnsupportedMediaType RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `deleteProduct`: Delete a product.
    63 DELETE_PRODUCT = "deleteProduct" in "products",
        DELETE "/api/v1/products/{id}", permission Some("products.delete"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 409 412 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound HasAssignments HasAllocations PreconditionFailed RateLimited InternalError
            Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `listProductVariants`: List the variants of a product.
    64 LIST_PRODUCT_VARIANTS = "listProductVariants" in "variants",
        GET "/api/v1/products/{productId}/variants", permission Some("products.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "productId" Text required, Query "page" Integer, Query "size" Integer,
            Query "sort" Text many];

    /// `createProductVariant`: Create a variant.
    65 CREATE_PRODUCT_VARIANT = "createProductVariant" in "variants",
        POST "/api/v1/products/{productId}/variants", permission Some("products.update"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted DuplicateKey
            PayloadTooLarge UnsupportedMediaType IdempotencyKeyReused RateLimited InternalError
            Unavailable],
        parameters [Path "productId" Text required, Header "Idempotency-Key" Text];

    /// `getVariant`: Read a variant.
    66 GET_VARIANT = "getVariant" in "variants",
        GET "/api/v1/variants/{id}", permission Some("products.read"),
        body None, immutable [],
        content Some("application/json"), successes [200 304],
        statuses [200 304 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-None-Match" Text];

    /// `updateVariant`: Change a variant.
    67 UPDATE_VARIANT = "updateVariant" in "variants",
        PUT "/api/v1/variants/{id}", permission Some("products.update"),
        body Some("application/json"), immutable ["productId"],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 412 413 415 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable CapacityBelowActive
            CapacityBelowAllocated OrganizationDeleted ImmutableRelationship DuplicateKey
            PreconditionFailed PayloadTooLarge UnsupportedMediaType RateLimited InternalError
            Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `deleteVariant`: Delete a variant.
    68 DELETE_VARIANT = "deleteVariant" in "variants",
        DELETE "/api/v1/variants/{id}", permission Some("products.update"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 409 412 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound HasAssignments HasAllocations PreconditionFailed RateLimited InternalError
            Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `getVariantAvailability`: Read the free seats of a variant.
    69 GET_VARIANT_AVAILABILITY = "getVariantAvailability" in "variants",
        GET "/api/v1/variants/{id}/availability", permission Some("products.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 429 500 503],
        problems [ValidationError TooMuchChanged Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "asOf" Text];

    /// `listAllocations`: List the pools of an organization.
    70 LIST_ALLOCATIONS = "listAllocations" in "allocations",
        GET "/api/v1/organizations/{id}/allocations", permission Some("allocations.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "page" Integer, Query "size" Integer,
            Query "sort" Text many];

    /// `getAllocation`: Read a pool of an organization.
    71 GET_ALLOCATION = "getAllocation" in "allocations",
        GET "/api/v1/organizations/{id}/allocations/{variantId}", permission Some("allocations.read"),
        body None, immutable [],
        content Some("application/json"), successes [200 304],
        statuses [200 304 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Path "variantId" Text required,
            Header "If-None-Match" Text];

    /// `putAllocation`: Give an organization a pool of seats.
    72 PUT_ALLOCATION = "putAllocation" in "allocations",
        PUT "/api/v1/organizations/{id}/allocations/{variantId}", permission Some("allocations.update"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 412 413 415 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable CapacityBelowActive
            AllocationExceedsCapacity SeatsOutsidePool OrganizationMismatch OrganizationDeleted
            PreconditionFailed PayloadTooLarge UnsupportedMediaType RateLimited InternalError
            Unavailable],
        parameters [Path "id" Text required, Path "variantId" Text required,
            Header "If-Match" Text];

    /// `deleteAllocation`: Take a pool from an organization.
    73 DELETE_ALLOCATION = "deleteAllocation" in "allocations",
        DELETE "/api/v1/organizations/{id}/allocations/{variantId}", permission Some("allocations.update"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 409 412 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound CapacityBelowActive PreconditionFailed RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Path "variantId" Text required,
            Header "If-Match" Text];

    /// `listAssignments`: List assignments.
    74 LIST_ASSIGNMENTS = "listAssignments" in "assignments",
        GET "/api/v1/assignments", permission Some("assignments.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 406 429 500 503],
        problems [ValidationError TooMuchChanged Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotAcceptable RateLimited InternalError Unavailable],
        parameters [Query "userId" Text, Query "stationId" Text, Query "productId" Text,
            Query "variantId" Text, Query "status" Text, Query "organizationId" Text,
            Query "page" Integer, Query "size" Integer, Query "sort" Text many, Query "asOf" Text];

    /// `createAssignment`: Assign a seat.
    75 CREATE_ASSIGNMENT = "createAssignment" in "assignments",
        POST "/api/v1/assignments", permission Some("assignments.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable LicenseCapacityExceeded
            DuplicateActiveAssignment SeatsOutsidePool UserNotActive OrganizationMismatch
            OrganizationDeleted StationRemoved PayloadTooLarge UnsupportedMediaType
            IdempotencyKeyReused RateLimited InternalError Unavailable],
        parameters [Header "Idempotency-Key" Text];

    /// `createAssignmentBatch`: Assign many seats.
    76 CREATE_ASSIGNMENT_BATCH = "createAssignmentBatch" in "assignments",
        POST "/api/v1/assignments/batch", permission Some("assignments.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable LicenseCapacityExceeded
            DuplicateActiveAssignment SeatsOutsidePool UserNotActive OrganizationMismatch
            OrganizationDeleted StationRemoved PayloadTooLarge UnsupportedMediaType
            IdempotencyKeyReused RateLimited InternalError Unavailable],
        parameters [Header "Idempotency-Key" Text];

    /// `getAssignment`: Read an assignment.
    77 GET_ASSIGNMENT = "getAssignment" in "assignments",
        GET "/api/v1/assignments/{id}", permission Some("assignments.read"),
        body None, immutable [],
        content Some("application/json"), successes [200 304],
        statuses [200 304 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "asOf" Text, Header "If-None-Match" Text];

    /// `patchAssignment`: Change an assignment.
    78 PATCH_ASSIGNMENT = "patchAssignment" in "assignments",
        PATCH "/api/v1/assignments/{id}", permission Some("assignments.update"),
        body Some("application/merge-patch+json"), immutable ["userId" "stationId" "productVariantId" "productId" "organizationId"],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 412 413 415 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable LicenseCapacityExceeded
            DuplicateActiveAssignment SeatsOutsidePool UserNotActive OrganizationMismatch
            OrganizationDeleted StationRemoved ImmutableRelationship PreconditionFailed
            PayloadTooLarge UnsupportedMediaType RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `revokeAssignment`: Revoke an assignment.
    79 REVOKE_ASSIGNMENT = "revokeAssignment" in "assignments",
        DELETE "/api/v1/assignments/{id}", permission Some("assignments.delete"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 412 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound PreconditionFailed RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `listEvents`: Read the event log.
    80 LIST_EVENTS = "listEvents" in "events",
        GET "/api/v1/events", permission Some("events.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 406 409 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotAcceptable CursorReset RateLimited InternalError Unavailable],
        parameters [Query "after" Text, Query "limit" Integer, Query "organizationId" Text,
            Query "types" Text many, Query "resource" Text, Query "actor" Text,
            Query "stationId" Text, Query "requestId" Text, Query "from" Text, Query "to" Text];

    /// `exportEventsAsNdjson`: Export the event log as lines of JSON.
    81 EXPORT_EVENTS_AS_NDJSON = "exportEventsAsNdjson" in "events",
        GET "/api/v1/events.ndjson", permission Some("events.read"),
        body None, immutable [],
        content Some("application/x-ndjson"), successes [200],
        statuses [200 400 401 403 406 409 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotAcceptable CursorReset RateLimited InternalError Unavailable],
        parameters [Query "after" Text, Query "organizationId" Text, Query "types" Text many,
            Query "resource" Text, Query "actor" Text, Query "stationId" Text,
            Query "requestId" Text, Query "from" Text, Query "to" Text];

    /// `exportEventsAsCsv`: Export the event log as comma-separated values.
    82 EXPORT_EVENTS_AS_CSV = "exportEventsAsCsv" in "events",
        GET "/api/v1/events.csv", permission Some("events.read"),
        body None, immutable [],
        content Some("text/csv"), successes [200],
        statuses [200 400 401 403 406 409 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotAcceptable CursorReset RateLimited InternalError Unavailable],
        parameters [Query "after" Text, Query "organizationId" Text, Query "types" Text many,
            Query "resource" Text, Query "actor" Text, Query "stationId" Text,
            Query "requestId" Text, Query "from" Text, Query "to" Text];

    /// `streamEvents`: Follow the event log as it grows.
    83 STREAM_EVENTS = "streamEvents" in "events",
        GET "/api/v1/events/stream", permission Some("events.read"),
        body None, immutable [],
        content Some("text/event-stream"), successes [200],
        statuses [200 400 401 403 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotAcceptable RateLimited InternalError Unavailable],
        parameters [Query "after" Text, Query "organizationId" Text, Query "types" Text many,
            Query "resource" Text, Query "actor" Text, Query "stationId" Text,
            Header "Last-Event-ID" Text];

    /// `createEventTicket`: Make a ticket for the WebSocket.
    84 CREATE_EVENT_TICKET = "createEventTicket" in "events",
        POST "/api/v1/events/tickets", permission Some("events.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 406 422 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotAcceptable IdempotencyKeyReused RateLimited InternalError Unavailable],
        parameters [Header "Idempotency-Key" Text];

    /// `listOrganizationEvents`: Read the events of an organization.
    85 LIST_ORGANIZATION_EVENTS = "listOrganizationEvents" in "events",
        GET "/api/v1/organizations/{id}/events", permission Some("events.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable CursorReset RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "after" Text, Query "limit" Integer,
            Query "types" Text many];

    /// `listStationEvents`: Read the events of a station.
    86 LIST_STATION_EVENTS = "listStationEvents" in "events",
        GET "/api/v1/stations/{id}/events", permission Some("events.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable CursorReset RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "after" Text, Query "limit" Integer,
            Query "types" Text many];

    /// `listUserEvents`: Read the events of a user.
    87 LIST_USER_EVENTS = "listUserEvents" in "events",
        GET "/api/v1/users/{id}/events", permission Some("events.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable CursorReset RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "after" Text, Query "limit" Integer,
            Query "types" Text many];

    /// `listProductEvents`: Read the events of a product.
    88 LIST_PRODUCT_EVENTS = "listProductEvents" in "events",
        GET "/api/v1/products/{id}/events", permission Some("events.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable CursorReset RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "after" Text, Query "limit" Integer,
            Query "types" Text many];

    /// `listVariantEvents`: Read the events of a variant.
    89 LIST_VARIANT_EVENTS = "listVariantEvents" in "events",
        GET "/api/v1/variants/{id}/events", permission Some("events.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable CursorReset RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "after" Text, Query "limit" Integer,
            Query "types" Text many];

    /// `listAssignmentEvents`: Read the events of an assignment.
    90 LIST_ASSIGNMENT_EVENTS = "listAssignmentEvents" in "events",
        GET "/api/v1/assignments/{id}/events", permission Some("events.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable CursorReset RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "after" Text, Query "limit" Integer,
            Query "types" Text many];

    /// `listWebhooks`: List webhooks.
    91 LIST_WEBHOOKS = "listWebhooks" in "webhooks",
        GET "/api/v1/webhooks", permission Some("webhooks.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotAcceptable RateLimited InternalError Unavailable],
        parameters [Query "organizationId" Text, Query "status" Text, Query "page" Integer,
            Query "size" Integer, Query "sort" Text many];

    /// `createWebhook`: Create a webhook.
    92 CREATE_WEBHOOK = "createWebhook" in "webhooks",
        POST "/api/v1/webhooks", permission Some("webhooks.create"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [201],
        statuses [201 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted PayloadTooLarge
            UnsupportedMediaType IdempotencyKeyReused RateLimited InternalError Unavailable],
        parameters [Header "Idempotency-Key" Text];

    /// `getWebhook`: Read a webhook.
    93 GET_WEBHOOK = "getWebhook" in "webhooks",
        GET "/api/v1/webhooks/{id}", permission Some("webhooks.read"),
        body None, immutable [],
        content Some("application/json"), successes [200 304],
        statuses [200 304 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-None-Match" Text];

    /// `updateWebhook`: Change a webhook.
    94 UPDATE_WEBHOOK = "updateWebhook" in "webhooks",
        PUT "/api/v1/webhooks/{id}", permission Some("webhooks.update"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 412 413 415 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted PreconditionFailed
            PayloadTooLarge UnsupportedMediaType RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `deleteWebhook`: Delete a webhook.
    95 DELETE_WEBHOOK = "deleteWebhook" in "webhooks",
        DELETE "/api/v1/webhooks/{id}", permission Some("webhooks.delete"),
        body None, immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 412 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound PreconditionFailed RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "If-Match" Text];

    /// `enableWebhook`: Enable a webhook.
    96 ENABLE_WEBHOOK = "enableWebhook" in "webhooks",
        POST "/api/v1/webhooks/{id}/enable", permission Some("webhooks.update"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 422 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable OrganizationDeleted IdempotencyKeyReused RateLimited
            InternalError Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `disableWebhook`: Disable a webhook.
    97 DISABLE_WEBHOOK = "disableWebhook" in "webhooks",
        POST "/api/v1/webhooks/{id}/disable", permission Some("webhooks.update"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 422 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable IdempotencyKeyReused RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `rotateWebhookSecret`: Rotate the secret of a webhook.
    98 ROTATE_WEBHOOK_SECRET = "rotateWebhookSecret" in "webhooks",
        POST "/api/v1/webhooks/{id}/rotate", permission Some("webhooks.update"),
        body Some("application/json"), immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound NotAcceptable OrganizationDeleted PayloadTooLarge
            UnsupportedMediaType IdempotencyKeyReused RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `pingWebhook`: Ping a webhook.
    99 PING_WEBHOOK = "pingWebhook" in "webhooks",
        POST "/api/v1/webhooks/{id}/ping", permission Some("webhooks.send"),
        body None, immutable [],
        content Some("application/json"), successes [202],
        statuses [202 400 401 403 404 406 409 422 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable WebhookDisabled IdempotencyKeyReused RateLimited InternalError
            Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `recoverWebhook`: Send events once more.
    100 RECOVER_WEBHOOK = "recoverWebhook" in "webhooks",
        POST "/api/v1/webhooks/{id}/recover", permission Some("webhooks.send"),
        body Some("application/json"), immutable [],
        content None, successes [204],
        statuses [204 400 401 403 404 409 413 415 422 429 500 503],
        problems [ValidationError MalformedRequest Unauthenticated TokenExpired Forbidden
            PasswordChangeRequired NotFound WebhookDisabled PayloadTooLarge UnsupportedMediaType
            IdempotencyKeyReused RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Header "Idempotency-Key" Text];

    /// `listDeliveries`: List the deliveries of a webhook.
    101 LIST_DELIVERIES = "listDeliveries" in "webhooks",
        GET "/api/v1/webhooks/{id}/deliveries", permission Some("webhooks.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Query "after" Text, Query "limit" Integer,
            Query "status" Text];

    /// `getDelivery`: Read a delivery.
    102 GET_DELIVERY = "getDelivery" in "webhooks",
        GET "/api/v1/webhooks/{id}/deliveries/{deliveryId}", permission Some("webhooks.read"),
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 400 401 403 404 406 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable RateLimited InternalError Unavailable],
        parameters [Path "id" Text required, Path "deliveryId" Text required];

    /// `redeliver`: Deliver once more.
    103 REDELIVER = "redeliver" in "webhooks",
        POST "/api/v1/webhooks/{id}/deliveries/{deliveryId}/redeliver", permission Some("webhooks.send"),
        body None, immutable [],
        content Some("application/json"), successes [202],
        statuses [202 400 401 403 404 406 409 422 429 500 503],
        problems [ValidationError Unauthenticated TokenExpired Forbidden PasswordChangeRequired
            NotFound NotAcceptable WebhookDisabled IdempotencyKeyReused RateLimited InternalError
            Unavailable],
        parameters [Path "id" Text required, Path "deliveryId" Text required,
            Header "Idempotency-Key" Text];

    /// `getHealth`: Is the process alive.
    104 GET_HEALTH = "getHealth" in "operations",
        GET "/health", permission None,
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 406 500 503],
        problems [NotAcceptable InternalError Unavailable],
        parameters [];

    /// `getReadiness`: Can the service work.
    105 GET_READINESS = "getReadiness" in "operations",
        GET "/ready", permission None,
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 406 500 503],
        problems [NotAcceptable InternalError Unavailable],
        parameters [];

    /// `getJwks`: Read the keys that sign access tokens.
    106 GET_JWKS = "getJwks" in "operations",
        GET "/.well-known/jwks.json", permission None,
        body None, immutable [],
        content Some("application/json"), successes [200],
        statuses [200 406 500 503],
        problems [NotAcceptable InternalError Unavailable],
        parameters [];
}
