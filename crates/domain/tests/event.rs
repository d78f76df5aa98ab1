//! The shapes in which the log keeps facts. They stay readable for ever.
#![allow(clippy::unwrap_used)]

mod given;

use domain::{
    Event, Holder, OrganizationId, Permission, Permissions, ProductId, ResourceKind, RoleId,
    StationId, UserId, VariantId, allocation, api_key, assignment, limit, organization,
    place::{Country, TimeZone},
    pool, product, role,
    session::{self, EndReason},
    settings::Settings,
    station::{self, OperationalStatus, Profile},
    user::{self, Role, UserStatus},
    variant, webhook,
};
use given::{
    START, after, email, key, name,
    tenant::{site, slug},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

fn attributes() -> serde_json::Map<String, Value> {
    let Value::Object(map) = json!({"limits": {"hours": 9007199254740993_i64}, "tier": "gold"})
    else {
        unreachable!("the literal above is an object")
    };
    map
}

fn of_users() -> Vec<Event> {
    vec![
        Event::UserCreated(user::Created {
            email: email("Olga@example.com"),
            display_name: name("Olga"),
            role: Role::Operator,
            status: UserStatus::Pending,
            organization_id: Some(OrganizationId(Uuid::from_u128(1))),
            station_id: Some(StationId(Uuid::from_u128(2))),
            password: None,
        }),
        Event::UserCreated(user::Created {
            email: email("root@example.com"),
            display_name: name("Root"),
            role: Role::SuperAdmin,
            status: UserStatus::Active,
            organization_id: None,
            station_id: None,
            password: None,
        }),
        Event::UserUpdated(user::Updated {
            email: email("olga@example.com"),
            display_name: name("Ольга"),
        }),
        Event::UserActivated {},
        Event::UserDeactivated {},
        Event::UserDeleted {},
        Event::UserErased {},
        Event::ApiKeyCreated(api_key::Created {
            user_id: Some(UserId(Uuid::from_u128(3))),
            realm: None,
            name: name("bootstrap"),
            digest: "00ff".to_owned(),
            permissions: None,
            expires_at: None,
            bootstrap: false,
        }),
    ]
}

fn of_the_catalogue() -> Vec<Event> {
    vec![
        Event::ProductCreated(product::Created {
            organization_id: Some(OrganizationId(Uuid::from_u128(1))),
            key: key("school"),
            name: name("Flight school"),
            description: Some("Theory and practice".to_owned()),
        }),
        Event::ProductUpdated(product::Updated {
            key: key("club"),
            name: name("Flight club"),
            description: None,
        }),
        Event::ProductDeleted {},
        Event::VariantCreated(variant::Created {
            product_id: ProductId(Uuid::from_u128(4)),
            organization_id: Some(OrganizationId(Uuid::from_u128(1))),
            key: key("pro"),
            name: name("Pro"),
            capacity: Some(10),
            attributes: attributes(),
        }),
        Event::VariantUpdated(variant::Updated {
            key: key("pro"),
            name: name("Pro"),
            capacity: None,
            attributes: serde_json::Map::new(),
        }),
        Event::VariantDeleted {},
    ]
}

fn of_seats() -> Vec<Event> {
    let terms = assignment::Updated {
        starts_at: None,
        ends_at: Some(after(60)),
        note: Some("on trial".to_owned()),
    };
    vec![
        Event::AssignmentCreated(assignment::Created {
            holder: Holder::User(UserId(Uuid::from_u128(3))),
            realm: None,
            product_id: ProductId(Uuid::from_u128(4)),
            variant_id: VariantId(Uuid::from_u128(5)),
            organization_id: Some(OrganizationId(Uuid::from_u128(1))),
            starts_at: Some(START),
            ends_at: None,
            note: None,
        }),
        Event::AssignmentUpdated(terms.clone()),
        Event::AssignmentRevoked(assignment::Revoked {
            ends_at: domain::Time::from_micros(START.micros() + 1),
        }),
        Event::AssignmentExpired {},
        Event::AssignmentReactivated(terms),
    ]
}

fn of_tenants() -> Vec<Event> {
    vec![
        Event::OrganizationCreated(organization::Created {
            name: name("Volt"),
            slug: slug("volt"),
        }),
        Event::OrganizationUpdated(organization::Updated {
            name: name("Volt & Söhne"),
            slug: slug("volt-24-7"),
        }),
        Event::OrganizationSuspended {},
        Event::OrganizationActivated {},
        Event::OrganizationDeleted {},
        Event::StationCreated(station::Created {
            organization_id: OrganizationId(Uuid::from_u128(1)),
            code: key("HAM-1"),
            profile: Profile {
                attributes: attributes(),
                ..site(OperationalStatus::Planned)
            },
        }),
        Event::StationUpdated(Profile {
            name: name("Airport"),
            address: None,
            coordinates: None,
            time_zone: TimeZone::parse("America/Argentina/Ushuaia", "/timeZone").unwrap(),
            country: Country::parse("AR", "/country").unwrap(),
            operational_status: OperationalStatus::OutOfService,
            attributes: serde_json::Map::new(),
        }),
        Event::StationRemoved {},
        Event::ApiKeyCreated(api_key::Created {
            user_id: Some(UserId(Uuid::from_u128(3))),
            realm: Some(OrganizationId(Uuid::from_u128(1))),
            name: name("till"),
            digest: "ff00".to_owned(),
            permissions: None,
            expires_at: None,
            bootstrap: false,
        }),
    ]
}

fn of_pools() -> Vec<Event> {
    let organization_id = OrganizationId(Uuid::from_u128(1));
    let variant_id = VariantId(Uuid::from_u128(5));
    let seat_of_a_station = assignment::Created {
        holder: Holder::Station(StationId(Uuid::from_u128(2))),
        realm: Some(organization_id),
        product_id: ProductId(Uuid::from_u128(4)),
        variant_id,
        organization_id: Some(organization_id),
        starts_at: None,
        ends_at: Some(after(60)),
        note: Some("till the fair is over".to_owned()),
    };
    vec![
        Event::AllocationCreated(allocation::Created {
            organization_id,
            variant_id,
            seats: 10,
        }),
        Event::AllocationChanged(allocation::Changed { seats: 7 }),
        Event::AllocationClosed(allocation::Closed { assignments: 12 }),
        Event::PoolCreated(pool::Created {
            organization_id,
            variant_id,
            seats: 10,
        }),
        Event::PoolChanged(pool::Changed { seats: 7 }),
        Event::PoolClosed {},
        Event::AssignmentCreated(seat_of_a_station),
    ]
}

fn of_sessions() -> Vec<Event> {
    vec![
        Event::UserPasswordSet(user::PasswordSet { must_change: true }),
        Event::SessionStarted(session::Started {
            user_id: UserId(Uuid::from_u128(3)),
            realm: Some(OrganizationId(Uuid::from_u128(1))),
            expires_at: after(60),
        }),
        Event::SessionEnded(session::Ended {
            reason: EndReason::SignedOut,
        }),
    ]
}

fn of_access() -> Vec<Event> {
    let organization_id = OrganizationId(Uuid::from_u128(1));
    let role_id = RoleId(Uuid::from_u128(40));
    let profile = role::Profile {
        name: name("Fleet desk"),
        description: Some("Who hands out seats".to_owned()),
        permissions: Permissions::of(&[Permission::AssignmentsCreate, Permission::UsersRead]),
    };
    vec![
        Event::OrganizationSettingsChanged(Settings {
            access_token_seconds: Some(300),
            allowed_origins: vec!["https://volt.example".to_owned()],
            mail_sender_name: Some(name("Volt")),
            mail_reply_to: Some(email("help@volt.example")),
            ..Settings::default()
        }),
        Event::RoleCreated(role::Created {
            organization_id,
            profile: profile.clone(),
        }),
        Event::RoleUpdated(profile),
        Event::RoleDeleted {},
        Event::UserRoleGranted(role::Granted { role_id }),
        Event::UserRoleRevoked(role::Granted { role_id }),
        Event::ApiKeyCreated(api_key::Created {
            user_id: None,
            realm: Some(organization_id),
            name: name("till"),
            digest: "ff00".to_owned(),
            permissions: Some(Permissions::of(&[Permission::UsersRead])),
            expires_at: Some(after(60)),
            bootstrap: true,
        }),
        Event::ApiKeyRotated(api_key::Rotated {
            digest: "0ff0".to_owned(),
            previous_until: after(30),
        }),
        Event::ApiKeyRevoked {},
    ]
}

fn of_limits() -> Vec<Event> {
    let (capacity, active) = (10, 8);
    let variant_id = VariantId(Uuid::from_u128(5));
    let warned = limit::Reached {
        variant_id,
        capacity,
        active,
    };
    let full = limit::Reached {
        variant_id,
        capacity,
        active: 10,
    };
    vec![
        Event::VariantCapacityWarning(warned),
        Event::VariantCapacityExhausted(full),
        Event::PoolCapacityWarning(warned),
        Event::PoolCapacityExhausted(full),
    ]
}

fn of_webhooks() -> Vec<Event> {
    let all = webhook::Profile {
        url: "https://billing.example/hooks".to_owned(),
        description: None,
        event_types: None,
        ordered: false,
    };
    let some = webhook::Profile {
        description: Some(name("Billing")),
        event_types: Some(BTreeSet::from(["user.created".to_owned()])),
        ordered: true,
        ..all.clone()
    };
    let reasons = [
        webhook::DisabledReason::Requested,
        webhook::DisabledReason::Gone,
        webhook::DisabledReason::Failing,
    ];
    let mut events = vec![
        Event::WebhookCreated(webhook::Created {
            realm: None,
            profile: all.clone(),
            created_by: None,
        }),
        Event::WebhookCreated(webhook::Created {
            realm: Some(OrganizationId(Uuid::from_u128(1))),
            profile: some.clone(),
            created_by: Some(UserId(Uuid::from_u128(3))),
        }),
        Event::WebhookUpdated(some),
        Event::WebhookSecretRotated(webhook::SecretRotated {
            previous_until: after(60),
        }),
        Event::WebhookEnabled {},
        Event::WebhookDeleted {},
    ];
    let disabled = reasons.map(|reason| Event::WebhookDisabled(webhook::Disabled { reason }));
    events.extend(disabled);
    events
}

/// Whoever chooses among the types chooses among these.
#[test]
fn every_type_is_listed() {
    let types = all().into_iter();
    let types = types.map(|event| serde_json::to_value(event).unwrap()["type"].clone());
    let types: BTreeSet<String> = types
        .map(|text| text.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        types,
        Event::TYPES
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    );
}

/// Whoever looks for what changes access in the logs looks for these types.
#[test]
fn the_types_that_change_access_are_those_that_say_so() {
    let changing = all().into_iter().filter(Event::changes_access);
    let types = changing.map(|event| serde_json::to_value(event).unwrap()["type"].clone());
    let types: BTreeSet<String> = types
        .map(|text| text.as_str().unwrap().to_owned())
        .collect();
    let listed = Event::access_types().map(str::to_owned);
    assert_eq!(types, BTreeSet::from_iter(listed));
}

fn all() -> Vec<Event> {
    let first = [of_users(), of_the_catalogue(), of_seats()].concat();
    let then = [of_tenants(), of_pools(), of_sessions(), of_access()].concat();
    [first, then, of_limits(), of_webhooks()].concat()
}

#[test]
fn every_type_of_event_has_a_sample() {
    let all = all();
    let written = all.iter().map(|event| serde_json::to_value(event).unwrap());
    let written: Vec<_> = written
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .collect();
    for known in Event::TYPES {
        assert!(
            written.iter().any(|one| one == known),
            "{known} has no sample among those of `all` in this file"
        );
    }
}

/// With `UPDATE_GOLDEN=1` a new event gets its shape. A shape that was there before must not change.
#[test]
fn events_are_written_as_they_always_were() {
    let printed = serde_json::to_string_pretty(&all()).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/events.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &printed).unwrap();
    }
    assert_eq!(printed, std::fs::read_to_string(path).unwrap());
}

#[test]
fn events_are_read_as_they_were_meant() {
    let golden = include_str!("golden/events.json");
    let read: Vec<Event> = serde_json::from_str(golden).unwrap();
    assert_eq!(read, all());
}

#[test]
fn the_type_of_an_event_begins_with_its_resource() {
    for event in all() {
        let written = serde_json::to_value(&event).unwrap();
        let kind = ResourceKind::of_event_type(written["type"].as_str().unwrap());
        assert_eq!(kind, Some(event.kind()));
    }
}
