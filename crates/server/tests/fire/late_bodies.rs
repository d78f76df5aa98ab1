//! After access is revoked on one replica, nothing is written with it on the other, however the request
//! began.

use crate::{
    cluster::{FREE, at_once, ending, unique},
    signed_in::{EVERYWHERE, House},
    tables::Tables,
};
use client::{Client, NewApiKey, NewRole, NewStation, RoleGrant, TokenPair};
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use testkit::{
    app::{BegunRequest, RawRequest},
    database::Database,
};
use tokio::time::sleep;
use uuid::Uuid;

/// A request for a new station at the last replica: authenticated, its body not sent yet.
async fn begun(house: &House, key: &str, home: Uuid) -> BegunRequest {
    let url = house.cluster.servers.last().unwrap().url();
    let address = url.trim_start_matches("http://").parse().unwrap();
    let target = format!("/api/v1/organizations/{home}/stations");
    let code = unique("late");
    let body = json!({"code": code, "name": code, "timeZone": "Europe/Berlin", "country": "DE"});
    let request = RawRequest::new(address, "POST", &target).key(key);
    request.json(&body).begin().await
}

async fn stations(tables: &Tables) -> Vec<i64> {
    tables.numbers("SELECT COUNT(*) AS n FROM stations").await
}

/// Waits until the last replica knows that the caller may make stations.
async fn builds_there(house: &House, pair: &TokenPair, home: Uuid) {
    let since = Instant::now();
    let client = house.bearer(house.cluster.servers.len() - 1, pair);
    loop {
        let code = unique("s");
        let new = NewStation::new(&code, &code, "Europe/Berlin", "DE");
        let end = ending(&client.create_station(home, &new, FREE).await);
        if end == "201" {
            return;
        }
        assert!(since.elapsed() < EVERYWHERE, "{end}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// Sends the body: the request is refused, and nothing is written.
async fn refused(tables: &Tables, begun: BegunRequest, statuses: &[u16], why: &str) {
    let before = stations(tables).await;
    let reply = begun.finish().await;
    assert!(statuses.contains(&reply.status), "{why}: {}", reply.text());
    assert_eq!(stations(tables).await, before, "{why}");
}

/// A key of the super admin who made the installation.
async fn root_key(admin: &Client) -> (Uuid, String) {
    let me = admin.get_current_user(FREE).await.unwrap().body.unwrap();
    let new = NewApiKey::new(unique("root"));
    let made = admin.create_user_api_key(me.id, &new, FREE).await;
    let made = made.unwrap().body;
    (made.id, made.key.unwrap())
}

/// Makes stations with the key until it is refused; counts them, and returns the ending.
async fn builds(client: Client, home: Uuid, made: Arc<AtomicUsize>) -> String {
    loop {
        let code = unique("s");
        let new = NewStation::new(&code, &code, "Europe/Berlin", "DE");
        match ending(&client.create_station(home, &new, FREE).await).as_str() {
            "201" => made.fetch_add(1, Ordering::Relaxed),
            other => return other.to_owned(),
        };
    }
}

testkit::on_every_database! {
    async fn access_revoked_at_one_server_writes_nothing_at_the_other(database: Database) {
        let house = House::open(&database).await;
        let tables = Tables::open(&database).await;
        let admin = house.cluster.client(0);
        let (home, guest) = house.member_of_one().await;
        let role = NewRole {
            organization_id: Some(home),
            ..NewRole::new("Builder", vec!["stations.create".to_owned()])
        };
        let role = admin.create_role(&role, FREE).await.unwrap().body.id;
        let grant = RoleGrant { role_id: role };
        admin.grant_role(guest.id, &grant, FREE).await.unwrap();
        for _ in 0..3 {
            let pair = house.sign_in(0, &guest).await;
            builds_there(&house, &pair, home).await;
            let late = begun(&house, &pair.access_token, home).await;
            house.bearer(0, &pair).logout(FREE).await.unwrap();
            refused(&tables, late, &[401], "an ended session").await;

            let (id, key) = root_key(&admin).await;
            let late = begun(&house, &key, home).await;
            admin.revoke_api_key(id, FREE).await.unwrap();
            refused(&tables, late, &[401], "a super admin's key").await;

            let pair = house.sign_in(0, &guest).await;
            builds_there(&house, &pair, home).await;
            let late = begun(&house, &pair.access_token, home).await;
            admin.revoke_role(guest.id, role, FREE).await.unwrap();
            refused(&tables, late, &[403, 404], "a withdrawn role").await;
            admin.grant_role(guest.id, &grant, FREE).await.unwrap();
        }
        let (_, key) = root_key(&admin).await;
        assert_eq!(begun(&house, &key, home).await.finish().await.status, 201);
        tables.close().await;
        house.cluster.verify().await;
    }

    async fn after_the_answer_to_a_revocation_nothing_is_written(database: Database) {
        let house = House::open(&database).await;
        let tables = Tables::open(&database).await;
        let admin = house.cluster.client(0);
        let (home, _) = house.member_of_one().await;
        let last = house.cluster.clients.len() - 1;
        for _ in 0..3 {
            let (id, key) = root_key(&admin).await;
            let made = Arc::new(AtomicUsize::new(0));
            let builder = house.cluster.client(last).with_api_key(Some(&key));
            let crowd: Vec<_> = (0..8).map(|_| builds(builder.clone(), home, made.clone())).collect();
            let crowd = tokio::spawn(at_once(crowd));
            while made.load(Ordering::Relaxed) < 20 {
                assert!(!crowd.is_finished(), "nobody builds");
                tokio::task::yield_now().await;
            }
            admin.revoke_api_key(id, FREE).await.unwrap();
            // From here on, although the other server has requests in flight.
            let then = stations(&tables).await;
            for end in crowd.await.unwrap() {
                assert_eq!(end, "401 UNAUTHENTICATED");
            }
            assert_eq!(stations(&tables).await, then);
        }
        tables.close().await;
        house.cluster.verify().await;
    }
}
