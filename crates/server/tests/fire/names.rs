//! Names and keys that are unique in the whole platform, requested in several logs at once.

use crate::{
    cluster::{Cluster, FREE, at_once, counted, ending, endings, expected, times, unique},
    tenants::{new_organization, somebody},
};
use client::{NewOrganization, Options, OrganizationUpdate};
use std::collections::BTreeSet;
use testkit::database::Database;

const TAKEN: &str = "409 DUPLICATE_KEY";
const REUSED: &str = "422 IDEMPOTENCY_KEY_REUSED";

testkit::on_every_database! {
    async fn one_organization_gets_a_slug(database: Database) {
        let cluster = Cluster::open(&database).await;
        for _ in 0..4 {
            let slug = unique("o");
            let tries = (0..16).map(|number| {
                let (client, slug) = (cluster.client(number), slug.clone());
                async move { new_organization(&client, &slug).await }
            });
            let answers = at_once(tries).await;
            assert_eq!(endings(&answers), expected([("201", 1), (TAKEN, 15)]));
        }
        cluster.verify().await;
    }

    async fn one_of_two_organizations_changes_to_a_slug(database: Database) {
        let cluster = Cluster::open(&database).await;
        let pair = [cluster.organization().await, cluster.organization().await];
        for _ in 0..6 {
            let slug = unique("o");
            let tries = pair.iter().enumerate().map(|(number, organization)| {
                let (client, organization) = (cluster.client(number), *organization);
                let update = OrganizationUpdate {
                    slug: Some(slug.clone()),
                    ..OrganizationUpdate::new("Renamed")
                };
                async move { client.update_organization(organization, &update, FREE).await }
            });
            let answers = at_once(tries).await;
            assert_eq!(endings(&answers), expected([("200", 1), (TAKEN, 1)]));
            let won = answers.into_iter().find_map(Result::ok).unwrap();
            assert_eq!(won.body.slug, slug);
        }
        cluster.verify().await;
    }

    async fn one_key_for_two_organizations_has_one_effect(database: Database) {
        let cluster = Cluster::open(&database).await;
        let pair = [cluster.organization().await, cluster.organization().await];
        for _ in 0..8 {
            let (with, new) = (Options::with_key(unique("key")), somebody());
            let tries = (0..8).map(|number| {
                let (client, with, new) = (cluster.client(number), with.clone(), new.clone());
                let organization = pair[number / 2 % 2];
                async move { client.create_organization_member(organization, &new, &with).await }
            });
            let answers = at_once(tries).await;
            assert_eq!(endings(&answers), expected([("201", 4), (REUSED, 4)]));
            let made: BTreeSet<_> = answers.into_iter().flatten().map(|made| made.body.id).collect();
            assert_eq!(made.len(), 1);
        }
        cluster.verify().await;
    }

    async fn one_key_makes_one_organization(database: Database) {
        let cluster = Cluster::open(&database).await;
        for _ in 0..4 {
            let with = Options::with_key(unique("key"));
            let new = NewOrganization { name: "Only once".to_owned(), slug: unique("o") };
            let tries = (0..16).map(|number| {
                let (client, with, new) = (cluster.client(number), with.clone(), new.clone());
                async move { client.create_organization(&new, &with).await }
            });
            let answers = at_once(tries).await;
            assert_eq!(endings(&answers), expected([("201", 16)]));
            let made: BTreeSet<_> = answers.into_iter().flatten().map(|made| made.body.id).collect();
            assert_eq!(made.len(), 1);
        }
        cluster.verify().await;
    }

    async fn an_idempotency_key_of_one_caller_is_free_for_another(database: Database) {
        let cluster = Cluster::open(&database).await;
        let mut callers = Vec::new();
        for _ in 0..2 {
            let organization = cluster.organization().await;
            callers.push((organization, cluster.partner(&database, organization).await));
        }
        for _ in 0..3 {
            // An email is unique within its organization only.
            let (with, new) = (Options::with_key(unique("key")), somebody());
            let tries = (0..16).map(|number| {
                let (organization, key) = callers[number / 2 % 2].clone();
                let client = cluster.client(number).with_api_key(Some(&key));
                let (with, new) = (with.clone(), new.clone());
                async move {
                    let made = client.create_organization_member(organization, &new, &with).await;
                    let id = made.as_ref().map(|made| made.body.id).ok();
                    (ending(&made), id)
                }
            });
            let (ends, ids): (Vec<_>, BTreeSet<_>) = at_once(tries).await.into_iter().unzip();
            assert_eq!(times(&counted(ends), "201"), 16);
            assert_eq!(ids.len(), 2);
        }
        cluster.verify().await;
    }
}
