//! A server whose log has events of every kind.

use crate::{
    cluster::{Cluster, FREE, assign, installation},
    races::active,
    tables::Tables,
    tenants::{new_station, put_pool},
};
use client::{
    ApiKeyRotation, Client, LoginRequest, NewApiKey, NewAssignment, NewRole, NewWebhook,
    OrganizationSettingsUpdate, ProductVariantUpdate, RoleGrant, WebhookRotation,
};
use selfcheck::isolation::operations::creation;
use std::time::Duration;
use testkit::database::Database;
use uuid::Uuid;

/// The first super admin.
const ADMIN: &str = "admin@fire.test";
const PASSWORD: &str = "plover quartz 81 hinge";

/// A server with seats of all kinds, changes and deletions.
pub async fn history(database: &Database) -> Cluster {
    let installation = installation(database)
        .with("QUARTERMASTER_BOOTSTRAP_EMAIL", ADMIN)
        .with("QUARTERMASTER_BOOTSTRAP_PASSWORD", PASSWORD)
        .with("QUARTERMASTER_PASSWORD_COST", "m=64,t=1,p=1");
    let cluster = Cluster::of(installation, 1).await;
    let client = cluster.client(0);
    let users = cluster.users(12).await;
    let full = cluster.variant(Some(6)).await;
    let open = cluster.variant(None).await.id;
    for (number, user) in users.iter().enumerate() {
        let soon = chrono::Utc::now() + Duration::from_secs(3600 + number as u64);
        let seat = NewAssignment {
            starts_at: (number % 3 == 0).then_some(soon - Duration::from_secs(60)),
            ends_at: (number % 2 == 0).then_some(soon),
            note: Some(format!("‘{number}’ \\ % – ünïcode\n\"second\" line")),
            ..testkit::seat(*user, open)
        };
        let seat = client.create_assignment(&seat, FREE).await.unwrap().body.id;
        if number % 4 == 1 {
            client.revoke_assignment(seat, FREE).await.unwrap();
        }
        if number == 5 {
            client
                .patch_assignment(seat, &active(), FREE)
                .await
                .unwrap();
        }
        // The second half finds the variant full.
        let _ = assign(&client, *user, full.id).await;
    }
    client.delete_user(users[0], FREE).await.unwrap();
    client.deactivate_user(users[2], FREE).await.unwrap();
    client.deactivate_user(users[3], FREE).await.unwrap();
    client.activate_user(users[3], FREE).await.unwrap();
    let larger = ProductVariantUpdate::new("Larger", Some(7));
    client.update_variant(full.id, &larger, FREE).await.unwrap();
    let gone = cluster.variant(Some(1)).await;
    client.delete_product(gone.product_id, FREE).await.unwrap();
    sessions(&cluster).await;
    for _ in 0..2 {
        tenant(&cluster, database).await;
    }
    others(&cluster, database).await;
    cluster
}

/// Two of every kind that nothing else makes, from the examples of the contract.
async fn others(cluster: &Cluster, database: &Database) {
    let (tables, http) = (Tables::open(database).await, reqwest::Client::new());
    let organization = cluster.organization().await;
    for (kind, table) in persistence::table_names() {
        let found = tables.ids(&format!("SELECT id FROM {table}")).await.len();
        for number in found..2 {
            let new = creation(kind, organization, number).unwrap();
            let url = format!("{}/api/v1{}", cluster.servers[0].url(), new.target);
            let request = http.post(url).bearer_auth(&cluster.key).json(&new.body);
            let reply = request.send().await.unwrap();
            assert_eq!(
                reply.status(),
                201,
                "{}: {:?}",
                new.target,
                reply.text().await
            );
        }
    }
    tables.close().await;
}

/// Two sessions, of which one has ended.
async fn sessions(cluster: &Cluster) {
    let request = LoginRequest::new(ADMIN, PASSWORD);
    for ends in [false, true] {
        let anybody = cluster.client(0).with_api_key(None);
        let tokens = anybody.login(&request, FREE).await.unwrap().body;
        let signed_in = anybody.with_api_key(Some(&tokens.access_token));
        if ends {
            signed_in.logout(FREE).await.unwrap();
        }
    }
}

/// Settings, custom roles of which one is deleted, and keys: one with a rotated secret, one revoked.
async fn access(client: &Client, organization: Uuid, member: Uuid) {
    let settings = OrganizationSettingsUpdate {
        password_min_length: Some(14),
        ..OrganizationSettingsUpdate::default()
    };
    client
        .update_organization_settings(organization, &settings, FREE)
        .await
        .unwrap();
    for (name, is_gone) in [("Clerk", false), ("Former", true)] {
        let new = NewRole {
            organization_id: Some(organization),
            ..NewRole::new(name, vec!["users.read".to_owned()])
        };
        let role = client.create_role(&new, FREE).await.unwrap().body.id;
        let grant = RoleGrant { role_id: role };
        client.grant_role(member, &grant, FREE).await.unwrap();
        if is_gone {
            client.delete_role(role, FREE).await.unwrap();
        }
        let new = NewApiKey {
            permissions: Some(vec!["users.readSelf".to_owned()]),
            ..NewApiKey::new(name)
        };
        let key = client.create_user_api_key(member, &new, FREE).await;
        let key = key.unwrap().body.id;
        let rotation = ApiKeyRotation {
            overlap_seconds: Some(3600),
        };
        client.rotate_api_key(key, &rotation, FREE).await.unwrap();
        if is_gone {
            client.revoke_api_key(key, FREE).await.unwrap();
        }
    }
}

/// Webhooks, one of them deleted, for events that do not happen: nothing is sent.
async fn webhooks(client: &Client, organization: Uuid) {
    let new = NewWebhook {
        organization_id: Some(organization),
        event_types: Some(vec!["organization.deleted".to_owned()]),
        ..NewWebhook::new("https://billing.example/")
    };
    for is_gone in [false, true] {
        let made = client.create_webhook(&new, FREE).await.unwrap().body.id;
        let rotation = WebhookRotation::default();
        client
            .rotate_webhook_secret(made, &rotation, FREE)
            .await
            .unwrap();
        if is_gone {
            client.disable_webhook(made, FREE).await.unwrap();
            client.delete_webhook(made, FREE).await.unwrap();
        }
    }
}

/// An organization with events of its own: seats out of a pool, direct seats and seats of
/// its own product, held by people and stations; a pool that was closed, and a station that is removed.
async fn tenant(cluster: &Cluster, database: &Database) {
    let client = cluster.client(0);
    let organization = cluster.organization().await;
    cluster.partner(database, organization).await;
    let (pooled, straight) = (
        cluster.variant(Some(9)).await.id,
        cluster.variant(None).await.id,
    );
    let own = cluster.own_variant(organization, Some(5)).await;
    put_pool(&client, organization, pooled, 3).await.unwrap();
    put_pool(&client, organization, pooled, 5).await.unwrap();
    webhooks(&client, organization).await;
    let users = cluster.members(organization, 2).await;
    let stations = cluster.stations(organization, 2).await;
    access(&client, organization, users[0]).await;
    webhooks(&client, organization).await;
    for variant in [pooled, straight, own] {
        assign(&client, users[0], variant).await.unwrap();
        for station in &stations {
            let seat = testkit::station_seat(*station, variant);
            client.create_assignment(&seat, FREE).await.unwrap();
        }
    }
    client.delete_station(stations[1], FREE).await.unwrap();
    new_station(&client, organization).await.unwrap();
    client.delete_user(users[1], FREE).await.unwrap();
    let closed = cluster.variant(Some(2)).await.id;
    put_pool(&client, organization, closed, 2).await.unwrap();
    let seat = assign(&client, users[0], closed).await.unwrap().body.id;
    client.revoke_assignment(seat, FREE).await.unwrap();
    client
        .delete_allocation(organization, closed, FREE)
        .await
        .unwrap();
    let suspend = client.suspend_organization(organization, FREE).await;
    suspend.unwrap();
}
