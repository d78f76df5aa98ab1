//! The declared filters and orders of lists, compared with the database and the contract: SQL filters
//! and sorts as the implementation in memory does.

use crate::{
    given::{
        assign, grant, organization_key, person, plain, pool, product, product_of, role, seat,
        user_key, variant, variant_of,
    },
    harness::cases,
};
use chrono::Duration;
use client::{NewApiKey, NewAssignment, NewOrganizationApiKey, NewWebhook};
use domain::{
    ResourceKind,
    kernel::{Id, Resource},
};
use persistence::{Filters, Order, Readable, Reader};
use plans::lists_are_read_by_the_index_that_they_declare;
use sea_orm::{Database, DatabaseConnection, EntityTrait};
use selfcheck::isolation::operations::creation;
use std::collections::BTreeSet;
use testkit::TestApp;
use uuid::Uuid;

mod plans;

cases![the_database_filters_and_sorts_as_memory_does];

// They write rows that no log has. SQLite keeps no statistics, and its planner has no choice
// between these indexes.
cases![damaging lists_are_read_by_the_index_that_they_declare on Postgres | MariaDb];
async fn the_database_filters_and_sorts_as_memory_does(app: &mut TestApp) {
    let organization = fill(app).await;
    let database = Database::connect(app.database_url()).await.unwrap();
    let walk = Walk {
        app,
        database: &database,
        organization,
    };
    each_list!(list(&walk));
    database.close().await.unwrap();
}

/// Calls a function with its argument for each kind of resource, one after another.
macro_rules! each_list {
    ($then:ident($argument:expr)) => {
        domain::each_resource!(lists!($then $argument));
    };
}
pub(crate) use each_list;

macro_rules! lists {
    (($then:ident $argument:expr) $(
        $(#[$_doc:meta])* $Kind:ident = $_name:literal, $_Id:ident: $module:ident::$Type:ident
        [$($_Question:ident),*] {$($_events:tt)*},
    )*) => {
        $(list_of!($Kind, $then::<domain::$module::$Type>($argument));)*
    };
}
pub(crate) use lists;

macro_rules! list_of {
    // Users list their own sessions, in one order and without a filter.
    (Session, $call:expr) => {};
    // The other side of a pool, by which it is listed.
    (Allocation, $call:expr) => {};
    ($Kind:ident, $call:expr) => {
        $call.await
    };
}
pub(crate) use list_of;

/// Checks the list of a kind.
async fn list<R: Readable<Filter: Default>>(walk: &Walk<'_>) {
    walk.make_up::<R>().await;
    let rows = R::Entity::find().all(walk.database).await.unwrap();
    let rows: Vec<R> = rows.into_iter().map(|row| R::state(row).unwrap()).collect();
    walk.filters(&rows).await;
    walk.orders(&rows).await;
}

struct Walk<'a> {
    app: &'a TestApp,
    database: &'a DatabaseConnection,
    organization: Uuid,
}

impl Walk<'_> {
    /// Creates resources of a kind from the contract's example, when there are few.
    async fn make_up<R: Readable>(&self) {
        let found = R::Entity::find().all(self.database).await.unwrap().len();
        for number in found..3 {
            make(self.app, R::KIND, self.organization, number).await;
        }
    }

    /// Each filter, with the value of each row.
    async fn filters<R: Readable>(&self, rows: &[R]) {
        let backend = self.database.get_database_backend();
        for filter in R::Filter::DECLARED {
            for row in rows {
                let terms = filter.as_of(row);
                let found = terms.select(R::Entity::find(), backend);
                let found = found.all(self.database).await.unwrap();
                let found = found.into_iter().map(|row| id(&R::state(row).unwrap()));
                let due = rows.iter().filter(|row| terms.hold(row)).map(id);
                assert_eq!(
                    found.collect::<BTreeSet<_>>(),
                    due.collect::<BTreeSet<_>>(),
                    "{:?} by {} as of {row:?}",
                    R::KIND,
                    filter.name()
                );
            }
        }
    }

    /// Each order in both directions, as a whole and page by page.
    async fn orders<R: Readable<Filter: Default>>(&self, rows: &[R]) {
        let everything = R::Reader::EVERYTHING;
        let all = R::Filter::default();
        let shown = |row: &&R| all.terms().hold(row);
        for asked in R::SORTS.iter().flat_map(|sort| {
            ["asc", "desc"].map(|direction| format!("{},{direction}", sort.name()))
        }) {
            let order = Order::<R>::parse(std::slice::from_ref(&asked)).unwrap();
            let mut due: Vec<&R> = rows.iter().filter(shown).collect();
            due.sort_by(|one, other| order.compare(one, other));
            let due: Vec<Uuid> = due.into_iter().map(id).collect();
            let store = self.app.app().store();
            let mut found: Vec<R> = Vec::new();
            loop {
                let after = found.last();
                let next = store.list_after(&all, &order, after, 2, everything).await;
                let next = next.unwrap();
                if next.is_empty() {
                    break;
                }
                found.extend(next);
            }
            let found: Vec<Uuid> = found.iter().map(id).collect();
            assert_eq!(found, due, "{:?} sorted by {asked}", R::KIND);
        }
    }
}

fn id<R: Resource>(row: &R) -> Uuid {
    row.id().uuid()
}

/// Creates a resource from the contract's example.
async fn make(app: &TestApp, kind: ResourceKind, organization: Uuid, number: usize) {
    let new = creation(kind, organization, number).unwrap();
    let request = app.raw("POST", &format!("/api/v1{}", new.target));
    let reply = request.key(&app.super_admin().key).json(&new.body);
    let reply = reply.send().await;
    assert_eq!(reply.status, 201, "{} {}", new.target, reply.text());
}

/// Creates resources in every status of every kind that has several; returns an organization.
async fn fill(app: &TestApp) -> Uuid {
    let admin = app.super_admin();
    let acme = app.organization("acme").await.id;
    let volt = app.organization("volt").await.id;
    let gone = app.organization("gone").await.id;
    admin.delete_organization(gone, &plain()).await.unwrap();
    admin.suspend_organization(volt, &plain()).await.unwrap();
    admin.activate_organization(volt, &plain()).await.unwrap();
    let mut members = Vec::new();
    for (number, name) in ["Ö", "o", "_b%", "B"].into_iter().enumerate() {
        app.clock().advance(Duration::seconds(1));
        let mut new = person(&format!("m{number}"));
        new.display_name = name.to_owned();
        let made = admin.create_organization_member(acme, &new, &plain()).await;
        members.push(made.unwrap().body.id);
    }
    admin.delete_user(members[1], &plain()).await.unwrap();
    let hall = app.station(acme, "hall").await.id;
    let yard = app.station(volt, "Yard").await.id;
    let shut = app.station(acme, "shut").await.id;
    admin.delete_station(shut, &plain()).await.unwrap();
    app.operator("op", acme, hall).await;
    app.operator("other", volt, yard).await;
    catalogue(app, acme, &members, hall).await;
    keys_and_roles(app, acme, volt, members[0]).await;
    acme
}

async fn catalogue(app: &TestApp, acme: Uuid, members: &[Uuid], hall: Uuid) {
    let admin = app.super_admin();
    let parent = product(app, "Parent").await.id;
    product(app, "parent").await;
    product_of(app, "own", acme).await;
    let first = variant_of(app, parent, Some(5)).await.id;
    let second = variant(app, None).await.id;
    let third = variant(app, Some(9)).await.id;
    for (organization, seats) in [(acme, 2), (app.organization("pool").await.id, 3)] {
        pool(app, organization, third, seats).await;
        pool(app, organization, second, seats).await;
    }
    let held = seat(app, members[0], first).await.id;
    admin.revoke_assignment(held, &plain()).await.unwrap();
    let ends = NewAssignment {
        ends_at: Some(app.clock().time() + Duration::seconds(5)),
        ..testkit::seat(members[2], first)
    };
    assign(app, &ends).await.unwrap();
    seat(app, members[3], second).await;
    assign(app, &testkit::station_seat(hall, second))
        .await
        .unwrap();
    app.clock().advance(Duration::seconds(9));
}

async fn keys_and_roles(app: &TestApp, acme: Uuid, volt: Uuid, member: Uuid) {
    let admin = app.super_admin();
    for name in ["Ärzte", "arzt", "B_"] {
        let made = role(app, acme, name, &["users.read"]).await;
        grant(app, member, made.id).await;
    }
    let ending = NewApiKey {
        expires_at: Some(app.clock().time() + Duration::seconds(1)),
        ..NewApiKey::new("ends")
    };
    user_key(app, member, &ending).await;
    let revoked = user_key(app, member, &NewApiKey::new("revoked")).await;
    let id = revoked.id;
    admin.revoke_api_key(id, &plain()).await.unwrap();
    for organization in [acme, volt] {
        let new = NewOrganizationApiKey::new("of an organization");
        organization_key(app, organization, &new).await;
    }
    app.clock().advance(Duration::seconds(9));
    for organization in [Some(acme), Some(volt), None] {
        let new = NewWebhook {
            organization_id: organization,
            ..NewWebhook::new("https://127.0.0.1:9/hook")
        };
        let made = admin.create_webhook(&new, &plain()).await.unwrap().body;
        if organization == Some(volt) {
            admin.disable_webhook(made.id, &plain()).await.unwrap();
        }
    }
}
