//! Changes of roles, keys and settings on one replica take effect on the other.

use crate::{
    cluster::{Cluster, FREE, ending, unique},
    signed_in::{EVERYWHERE, House, SOON},
};
use client::{
    ApiKeyRotation, Client, ListUsersParams, NewApiKey, NewOrganizationApiKey, NewRole,
    OrganizationSettingsUpdate, RoleGrant, RoleUpdate,
};
use std::time::{Duration, Instant};
use testkit::database::Database;
use tokio::time::sleep;
use uuid::Uuid;

const REFUSED: &str = "403 FORBIDDEN";
const STRANGER: &str = "401 UNAUTHENTICATED";

/// The ending of a request for the list of users.
async fn list_users_ending(client: &Client) -> String {
    ending(&client.list_users(&ListUsersParams::default(), FREE).await)
}

/// At once where it was changed, and within a second on the other replica.
async fn soon(clients: &[Client; 2], since: Instant, due: &str, why: &str) {
    assert_eq!(list_users_ending(&clients[0]).await, due, "{why}");
    loop {
        let asked = since.elapsed();
        let found = list_users_ending(&clients[1]).await;
        if found == due {
            break;
        }
        assert!(asked < EVERYWHERE, "{why}: {found} after {asked:?}");
        sleep(Duration::from_millis(10)).await;
    }
    // And it does not change back.
    for client in clients {
        assert_eq!(list_users_ending(client).await, due, "{why}");
    }
}

/// The same key at each replica.
fn with_key(cluster: &Cluster, key: Option<String>) -> [Client; 2] {
    [0, 1].map(|number| cluster.client(number).with_api_key(key.as_deref()))
}

fn carrying(permission: &str) -> RoleUpdate {
    RoleUpdate::new("Shared", vec![permission.to_owned()])
}

async fn new_role(admin: &Client, organization: Uuid) -> Uuid {
    let new = NewRole {
        organization_id: Some(organization),
        ..NewRole::new("Shared", vec!["users.read".to_owned()])
    };
    admin.create_role(&new, FREE).await.unwrap().body.id
}

testkit::on_every_database! {
    async fn permissions_of_a_role_change_everywhere(database: Database) {
        let house = House::open(&database).await;
        let admin = house.cluster.client(0);
        let (home, guest) = house.member_of_one().await;
        let pair = house.sign_in(0, &guest).await;
        let key = admin.create_user_api_key(guest.id, &NewApiKey::new("key"), FREE).await;
        let key = with_key(&house.cluster, key.unwrap().body.key);
        let token = [0, 1].map(|number| house.bearer(number, &pair));
        let role = new_role(&admin, home).await;
        let grant = RoleGrant { role_id: role };
        for callers in [&token, &key] {
            soon(callers, Instant::now(), REFUSED, "before").await;
        }
        for round in 0..3 {
            let since = Instant::now();
            admin.grant_role(guest.id, &grant, FREE).await.unwrap();
            both(&token, &key, since, "200", "granted").await;
            let since = Instant::now();
            admin.update_role(role, &carrying("stations.read"), FREE).await.unwrap();
            both(&token, &key, since, REFUSED, "carried no more").await;
            let since = Instant::now();
            admin.update_role(role, &carrying("users.read"), FREE).await.unwrap();
            both(&token, &key, since, "200", "carried again").await;
            let since = Instant::now();
            match round {
                2 => drop(admin.delete_role(role, FREE).await.unwrap()),
                _ => drop(admin.revoke_role(guest.id, role, FREE).await.unwrap()),
            }
            both(&token, &key, since, REFUSED, "gone").await;
        }
        house.cluster.verify().await;
    }

    async fn a_key_ends_everywhere(database: Database) {
        let cluster = Cluster::open(&database).await;
        let admin = cluster.client(0);
        for by_rotation in [false, true, false] {
            let organization = cluster.organization().await;
            let new = NewOrganizationApiKey {
                organization_id: Some(organization),
                ..NewOrganizationApiKey::new(unique("key"))
            };
            let made = admin.create_api_key(&new, FREE).await.unwrap().body;
            let callers = with_key(&cluster, made.key);
            // A new key is accepted by every replica.
            for caller in &callers {
                assert_eq!(list_users_ending(caller).await, "200");
            }
            let since = Instant::now();
            if by_rotation {
                let at_once = ApiKeyRotation { overlap_seconds: Some(0) };
                let next = admin.rotate_api_key(made.id, &at_once, FREE).await.unwrap().body;
                soon(&callers, since, STRANGER, "rotated").await;
                for caller in &with_key(&cluster, next.key) {
                    assert_eq!(list_users_ending(caller).await, "200", "its new secret");
                }
            } else {
                admin.revoke_api_key(made.id, FREE).await.unwrap();
                soon(&callers, since, STRANGER, "revoked").await;
            }
        }
        cluster.verify().await;
    }

    async fn the_use_of_a_key_is_noted_within_seconds(database: Database) {
        let cluster = Cluster::open(&database).await;
        let admin = cluster.client(0);
        let organization = cluster.organization().await;
        let new = NewOrganizationApiKey {
            organization_id: Some(organization),
            ..NewOrganizationApiKey::new("used")
        };
        let made = admin.create_api_key(&new, FREE).await.unwrap().body;
        let [_, other] = with_key(&cluster, made.key);
        let before = chrono::Utc::now();
        assert_eq!(list_users_ending(&other).await, "200");
        let since = Instant::now();
        let used = loop {
            let read = admin.get_api_key(made.id, FREE).await.unwrap().body;
            if let Some(used) = read.unwrap().last_used_at {
                break used;
            }
            assert!(since.elapsed() < SOON, "it is not noted");
            sleep(Duration::from_millis(50)).await;
        };
        let late = used - before;
        assert!(late.num_milliseconds().abs() < 10_000, "{late}");
    }

    async fn settings_are_in_effect_everywhere(database: Database) {
        let house = House::open(&database).await;
        let admin = house.cluster.client(0);
        let (home, guest) = house.member_of_one().await;
        for seconds in [120, 240] {
            let settings = OrganizationSettingsUpdate {
                access_token_seconds: Some(seconds),
                ..OrganizationSettingsUpdate::default()
            };
            let since = Instant::now();
            admin.update_organization_settings(home, &settings, FREE).await.unwrap();
            assert_eq!(house.sign_in(0, &guest).await.expires_in, seconds);
            loop {
                let asked = since.elapsed();
                if house.sign_in(1, &guest).await.expires_in == seconds {
                    break;
                }
                assert!(asked < EVERYWHERE, "{seconds} after {asked:?}");
            }
        }
        house.cluster.verify().await;
    }
}

/// The endings of a request by token and by key.
async fn both(token: &[Client; 2], key: &[Client; 2], since: Instant, due: &str, why: &str) {
    soon(token, since, due, &format!("{why}, by token")).await;
    soon(key, since, due, &format!("{why}, by key")).await;
}
