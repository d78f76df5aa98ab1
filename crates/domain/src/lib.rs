//! The rules of Quartermaster, pure: no clock, no randomness, no input or output.
//!
//! A resource has one file with its state, its questions, its facts and its decisions, and a place in
//! the list of [`each_resource`]. [`WorkingSet`] holds the states that a decision reads and applies
//! the facts that it makes; folding the whole log into an empty working set gives every row of the
//! database again.

/// Gives the list of all kinds of resources to a macro: kind, name in event types, type of the id,
/// type of the state, the questions that a decision may ask about the kind, and the events that may
/// happen to it: each with its payload, the name of its type, and whether it `changes_access` of
/// somebody who is known already or `is_an_end`. What it means and what is in its data are in
/// `docs/events.md` too.
///
/// Every kind in the list has rows and answers in every [`WorkingSet`], a table in the database, and
/// a place in every walk over all kinds. The order is that in which rows are written.
#[macro_export]
macro_rules! each_resource {
    ($then:ident!($($argument:tt)*)) => {
        $then! { ($($argument)*)
            /// A tenant.
            Organization = "organization", OrganizationId: organization::Organization
                [OrganizationBySlug] {
                /// The organization was made.
                /// Data: `name`, `slug`
                OrganizationCreated (organization::Created) = "organization.created";
                /// Its name or slug changed.
                /// Data: `name`, `slug`
                OrganizationUpdated (organization::Updated) = "organization.updated";
                /// Its people and keys are refused from now on.
                OrganizationSuspended {} = "organization.suspended": changes_access;
                /// They are not refused any more.
                OrganizationActivated {} = "organization.activated": changes_access;
                /// It is gone for good, and kept for history.
                OrganizationDeleted {} = "organization.deleted": changes_access, is_an_end;
                /// It set something for itself. Null means as the platform has it.
                /// Data: `accessTokenSeconds`, `refreshIdleSeconds`, `refreshAbsoluteSeconds`,
                /// `requestsPerMinute`, `apiKeyRequestsPerMinute`, `allowedOrigins` (a list of origins),
                /// `mailSenderName`, `mailReplyTo`, `passwordMinLength` (characters), `lockoutMaxSeconds`
                OrganizationSettingsChanged (settings::Settings) = "organization.settingsChanged": changes_access;
            },
            /// A site of an organization.
            Station = "station", StationId: station::Station
                [StationByCode] {
                /// The station was made.
                /// Data: `organizationId`, `code`, `name`, `address`, `coordinates` (null, or `latitude` and
                /// `longitude` as integers in millionths of a degree, 52520008 is 52.520008°; the API has
                /// degrees), `timeZone` (IANA), `country` (ISO 3166-1, two letters), `operationalStatus`
                /// (AVAILABLE, OUT_OF_SERVICE, PLANNED), `attributes` (free JSON)
                StationCreated (station::Created) = "station.created";
                /// Something about it changed, its operational status perhaps.
                /// Data: `name`, `address`, `coordinates`, `timeZone`, `country`, `operationalStatus`,
                /// `attributes`, as above
                StationUpdated (station::Profile) = "station.updated";
                /// It is gone for good, and kept for history.
                StationRemoved {} = "station.removed": is_an_end;
            },
            /// A person. `email` and `displayName` are `erased-<id>@erased.invalid` and `Erased` once the
            /// user was erased.
            User = "user", UserId: user::User
                [UserByEmail, SuperAdmins] {
                /// The user was made.
                /// Data: `email`, `displayName`, `role` (SUPER_ADMIN, PARTNER, OPERATOR, MEMBER), `status`
                /// (PENDING or ACTIVE), `organizationId`, `stationId` (of an operator), `password` (left out,
                /// or `mustChange`, when the user was made with one)
                UserCreated (user::Created) = "user.created";
                /// Email or name changed.
                /// Data: `email`, `displayName`
                UserUpdated (user::Updated) = "user.updated";
                /// The user may sign in: accepted the invitation, or was activated again.
                UserActivated {} = "user.activated": changes_access;
                /// The user is locked out, and keeps its seats.
                UserDeactivated {} = "user.deactivated": changes_access, is_an_end;
                /// The user is gone for good, and kept for history.
                UserDeleted {} = "user.deleted": changes_access, is_an_end;
                /// Who the deleted user was is forgotten, also in earlier events.
                UserErased {} = "user.erased": is_an_end;
                /// The user has a new password.
                /// Data: `mustChange`: whether nothing else may be done before it is changed
                UserPasswordSet (user::PasswordSet) = "user.passwordSet": changes_access;
                /// The user was given a custom role.
                /// Data: `roleId`
                UserRoleGranted (role::Granted) = "user.roleGranted": changes_access;
                /// The custom role was taken from the user.
                /// Data: `roleId`
                UserRoleRevoked (role::Granted) = "user.roleRevoked": changes_access, is_an_end;
            },
            /// A custom role of an organization.
            Role = "role", RoleId: role::CustomRole
                [RoleByName] {
                /// The role was made.
                /// Data: `organizationId`, `name`, `description`, `permissions` (a list)
                RoleCreated (role::Created) = "role.created";
                /// It is another one now, for everybody who has it.
                /// Data: `name`, `description`, `permissions`
                RoleUpdated (role::Profile) = "role.updated": changes_access;
                /// It is gone, and gives nothing any more.
                RoleDeleted {} = "role.deleted": changes_access, is_an_end;
            },
            /// A sign-in of a user.
            Session = "session", SessionId: session::Session
                [SessionsOf] {
                /// The user signed in.
                /// Data: `userId`, `realm` (the organization of the user), `expiresAt` (when it ends at the
                /// latest)
                SessionStarted (session::Started) = "session.started";
                /// It ended before its time.
                /// Data: `reason` (SIGNED_OUT, PASSWORD_CHANGED, TOKEN_REUSED, USER_LOCKED_OUT, TOO_MANY,
                /// RESTORED)
                SessionEnded (session::Ended) = "session.ended": changes_access, is_an_end;
            },
            /// A key of a user or of an organization. Its hash is in no event that is shown.
            ApiKey = "apiKey", ApiKeyId: api_key::ApiKey
                [] {
                /// The key was made.
                /// Data: `userId` (left out for the key of an organization), `realm`, `name`, `permissions`
                /// (a list; left out, all that its owner may), `expiresAt` (left out, never), `bootstrap`
                /// (left out, or true for the key of the first start)
                ApiKeyCreated (api_key::Created) = "apiKey.created";
                /// It has a new secret.
                /// Data: `previousUntil` (until when the former one works)
                ApiKeyRotated (api_key::Rotated) = "apiKey.rotated": changes_access;
                /// It works no more.
                ApiKeyRevoked {} = "apiKey.revoked": changes_access, is_an_end;
            },
            /// An endpoint that receives events.
            Webhook = "webhook", WebhookId: webhook::Webhook
                [WebhooksOf] {
                /// The webhook was made.
                /// Data: `realm`, `url`, `description`, `eventTypes` (a list; left out, all), `ordered` (left
                /// out, or true), `createdBy` (the user; left out for the key of an organization)
                WebhookCreated (webhook::Created) = "webhook.created";
                /// It is another one now.
                /// Data: `url`, `description`, `eventTypes`, `ordered`
                WebhookUpdated (webhook::Profile) = "webhook.updated";
                /// It has a new secret.
                /// Data: `previousUntil` (until when the former one signs too)
                WebhookSecretRotated (webhook::SecretRotated) = "webhook.secretRotated";
                /// It receives events again.
                WebhookEnabled {} = "webhook.enabled";
                /// It receives nothing.
                /// Data: `reason` (REQUESTED, GONE, FAILING)
                WebhookDisabled (webhook::Disabled) = "webhook.disabled": is_an_end;
                /// It is gone.
                WebhookDeleted {} = "webhook.deleted": is_an_end;
            },
            /// Something that is licensed.
            Product = "product", ProductId: product::Product
                [ProductByKey] {
                /// The product was made.
                /// Data: `organizationId`, `key`, `name`, `description`
                ProductCreated (product::Created) = "product.created";
                /// Key, name or description changed.
                /// Data: `key`, `name`, `description`
                ProductUpdated (product::Updated) = "product.updated";
                /// It is gone.
                ProductDeleted {} = "product.deleted": is_an_end;
            },
            /// What of a product is licensed: it has the seats.
            Variant = "variant", VariantId: variant::Variant
                [VariantByKey, VariantsOf] {
                /// The variant was made.
                /// Data: `productId`, `organizationId`, `key`, `name`, `capacity` (seats; null is unlimited),
                /// `attributes` (free JSON)
                VariantCreated (variant::Created) = "variant.created";
                /// Something about it changed, its capacity perhaps.
                /// Data: `key`, `name`, `capacity`, `attributes`
                VariantUpdated (variant::Updated) = "variant.updated";
                /// It is gone.
                VariantDeleted {} = "variant.deleted": is_an_end;
                /// At least 80 % of its seats are taken, and were not before.
                /// Data: `variantId`, `capacity` (seats there are), `active` (seats that are held or in
                /// pools)
                VariantCapacityWarning (limit::Reached) = "variant.capacityWarning";
                /// Its last seat is taken.
                /// Data: `variantId`, `capacity`, `active`, as above
                VariantCapacityExhausted (limit::Reached) = "variant.capacityExhausted";
            },
            /// What the platform gave an organization of a variant, as the platform sees it.
            Allocation = "allocation", AllocationId: allocation::Allocation
                [AllocationTo] {
                /// The organization was given seats.
                /// Data: `organizationId`, `variantId`, `seats`
                AllocationCreated (allocation::Created) = "allocation.created";
                /// It has more or fewer of them.
                /// Data: `seats` (from now on)
                AllocationChanged (allocation::Changed) = "allocation.changed";
                /// They were taken back.
                /// Data: `assignments` (how many there ever were)
                AllocationClosed (allocation::Closed) = "allocation.closed": is_an_end;
            },
            /// The same, as the organization sees it.
            Pool = "pool", PoolId: pool::Pool
                [PoolOf, PoolsOf] {
                /// The organization was given seats to give out.
                /// Data: `organizationId`, `variantId`, `seats`
                PoolCreated (pool::Created) = "pool.created";
                /// It has more or fewer of them.
                /// Data: `seats` (from now on)
                PoolChanged (pool::Changed) = "pool.changed";
                /// They were taken back.
                PoolClosed {} = "pool.closed": is_an_end;
                /// At least 80 % of its seats are taken, and were not before.
                /// Data: `variantId`, `capacity` (seats there are), `active` (seats that are held)
                PoolCapacityWarning (limit::Reached) = "pool.capacityWarning";
                /// Its last seat is taken.
                /// Data: `variantId`, `capacity`, `active`, as above
                PoolCapacityExhausted (limit::Reached) = "pool.capacityExhausted";
            },
            /// A seat that a user or a station holds.
            Assignment = "assignment", AssignmentId: assignment::Assignment
                [SeatOf, SeatsOf, SeatsOfOrganization, DueSeats, NextEnd, SeatsOutsidePool] {
                /// Somebody got the seat.
                /// Data: `userId` or `stationId`, `realm` (the organization that gives it out), `productId`,
                /// `variantId`, `organizationId` (of the holder), `startsAt` (null is at once), `endsAt`
                /// (when it frees itself; null is never), `note`
                AssignmentCreated (assignment::Created) = "assignment.created";
                /// Its times or its note changed.
                /// Data: `startsAt`, `endsAt`, `note`
                AssignmentUpdated (assignment::Updated) = "assignment.updated";
                /// Somebody freed the seat, or its holder is gone.
                /// Data: `endsAt` (when)
                AssignmentRevoked (assignment::Revoked) = "assignment.revoked": is_an_end;
                /// Its end had come, and it is free.
                AssignmentExpired {} = "assignment.expired": is_an_end;
                /// The holder has it again.
                /// Data: `startsAt`, `endsAt`, `note`
                AssignmentReactivated (assignment::Updated) = "assignment.reactivated";
            },
        }
    };
}

/// Gives the list of all permissions to a macro: each with its name in the contract and the fixed
/// roles that have it. A super admin has all.
macro_rules! each_permission {
    ($then:ident!()) => {
        $then! {
            UsersRead = "users.read" [Partner],
            UsersReadSelf = "users.readSelf" [Partner, Operator, Member],
            UsersCreate = "users.create" [Partner],
            UsersUpdate = "users.update" [Partner],
            UsersUpdateSelf = "users.updateSelf" [Partner, Operator, Member],
            UsersDelete = "users.delete" [Partner],
            UsersErase = "users.erase" [Partner],
            SessionsReadSelf = "sessions.readSelf" [Partner, Operator, Member],
            SessionsDeleteSelf = "sessions.deleteSelf" [Partner, Operator, Member],
            PartnersCreate = "partners.create" [],
            OrganizationsRead = "organizations.read" [Partner],
            OrganizationsCreate = "organizations.create" [],
            OrganizationsUpdate = "organizations.update" [],
            OrganizationsSuspend = "organizations.suspend" [],
            OrganizationsDelete = "organizations.delete" [],
            StationsRead = "stations.read" [Partner, Operator],
            StationsCreate = "stations.create" [Partner],
            StationsUpdate = "stations.update" [Partner, Operator],
            StationsDelete = "stations.delete" [Partner],
            RolesRead = "roles.read" [Partner],
            RolesCreate = "roles.create" [Partner],
            RolesUpdate = "roles.update" [Partner],
            RolesDelete = "roles.delete" [Partner],
            RolesGrant = "roles.grant" [Partner],
            PermissionsRead = "permissions.read" [Partner],
            ApiKeysRead = "apiKeys.read" [Partner],
            ApiKeysCreate = "apiKeys.create" [Partner],
            ApiKeysRotate = "apiKeys.rotate" [Partner],
            ApiKeysDelete = "apiKeys.delete" [Partner],
            SettingsRead = "settings.read" [Partner],
            SettingsUpdate = "settings.update" [Partner],
            ProductsRead = "products.read" [Partner, Member],
            ProductsCreate = "products.create" [Partner],
            ProductsUpdate = "products.update" [Partner],
            ProductsDelete = "products.delete" [Partner],
            AllocationsRead = "allocations.read" [Partner],
            AllocationsUpdate = "allocations.update" [],
            AssignmentsRead = "assignments.read" [Partner, Member],
            AssignmentsCreate = "assignments.create" [Partner],
            AssignmentsUpdate = "assignments.update" [Partner],
            AssignmentsDelete = "assignments.delete" [Partner],
            EventsRead = "events.read" [Partner, Operator],
            WebhooksRead = "webhooks.read" [Partner],
            WebhooksCreate = "webhooks.create" [Partner],
            WebhooksUpdate = "webhooks.update" [Partner],
            WebhooksDelete = "webhooks.delete" [Partner],
            WebhooksSend = "webhooks.send" [Partner],
        }
    };
}

pub mod allocation;
pub mod api_key;
pub mod assignment;
pub mod attributes;
pub mod event;
pub mod kernel;
pub mod limit;
mod named;
pub mod organization;
pub mod permission;
pub mod place;
pub mod policy;
pub mod pool;
pub mod product;
pub mod refusal;
pub mod resources;
pub mod role;
pub mod seat;
pub mod session;
pub mod settings;
pub mod station;
pub mod tally;
pub mod text;
pub mod time;
pub mod user;
pub mod variant;
pub mod webhook;

pub use event::{Event, Fact};
pub use kernel::{WorkingSet, not_found};
pub use organization::Realm;
pub use permission::{Permission, Permissions};
pub use policy::{Actor, Caller, Catalogues, Permit, Scope, Target};
pub use refusal::{Invalid, Refusal};
pub use resources::{
    AllocationId, ApiKeyId, AssignmentId, Need, OrganizationId, PoolId, ProductId, ResourceId,
    ResourceKind, RoleId, SessionId, StationId, UserId, VariantId, WebhookId,
};
pub use seat::{Holder, SeatPool};
pub use time::Time;
