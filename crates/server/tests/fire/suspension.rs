//! A suspension beside writers: it is the last event of the organization's log.

use crate::{
    cluster::{Cluster, FREE, assign, at_once, counted, ending, only, times, unique},
    tenants::{new_member, new_station, put_pool, somebody},
};
use client::{Client, ListEventsParams, Options, OrganizationStatus, UserUpdate};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use testkit::database::Database;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

const STRANGER: &str = "401 UNAUTHENTICATED";
const WRITERS: usize = 32;

/// The longest wait for a condition.
const SOON: Duration = Duration::from_secs(20);

/// What the writers share.
struct Fight {
    organization: Uuid,
    variant: Uuid,
    /// The suspension was answered.
    suspended: AtomicBool,
    answered: AtomicUsize,
}

testkit::on_every_database! {
    async fn nothing_is_written_after_a_suspension(database: Database) {
        let cluster = Cluster::open(&database).await;
        for round in 0..3 {
            let organization = cluster.organization().await;
            let key = cluster.partner(&database, organization).await;
            let variant = cluster.variant(None).await.id;
            put_pool(&cluster.client(0), organization, variant, 100_000).await.unwrap();
            let fight = Arc::new(Fight {
                organization,
                variant,
                suspended: AtomicBool::new(false),
                answered: AtomicUsize::new(0),
            });
            let writers = (0..WRITERS).map(|number| {
                let client = cluster.client(number).with_api_key(Some(&key));
                write(client, number, Arc::clone(&fight))
            });
            let suspend = suspend(cluster.client(round), &fight);
            let (ends, ()) = tokio::join!(at_once(writers.collect::<Vec<_>>()), suspend);
            let ends = counted(ends.concat());
            only(&ends, &["200", "201", STRANGER]);
            assert!(times(&ends, "201") > WRITERS, "{ends:?}");
            ends_with_suspension(&cluster.client(1), organization).await;

            cluster.client(1).activate_organization(organization, FREE).await.unwrap();
            for number in 0..2 {
                let partner = cluster.client(number).with_api_key(Some(&key));
                works_again(&partner, organization).await;
            }
        }
        cluster.verify().await;
    }

    async fn a_suspended_caller_gets_no_kept_answer_either(database: Database) {
        let cluster = Cluster::open(&database).await;
        let organization = cluster.organization().await;
        let key = cluster.partner(&database, organization).await;
        let (with, new) = (Options::with_key(unique("key")), somebody());
        // Every replica has cached the caller of the key.
        for number in 0..2 {
            let partner = cluster.client(number).with_api_key(Some(&key));
            let made = partner.create_organization_member(organization, &new, &with).await;
            assert_eq!(made.unwrap().status, 201);
        }
        cluster.client(0).suspend_organization(organization, FREE).await.unwrap();
        for number in 0..2 {
            let partner = cluster.client(number).with_api_key(Some(&key));
            let again = partner.create_organization_member(organization, &new, &with).await;
            assert_eq!(ending(&again), STRANGER, "replica {number}");
        }
        cluster.verify().await;
    }
}

/// Suspends the organization once every writer has written.
async fn suspend(client: Client, fight: &Fight) {
    let since = Instant::now();
    while fight.answered.load(Ordering::Relaxed) < 3 * WRITERS {
        assert!(since.elapsed() < SOON, "the writers get no answers");
        sleep(Duration::from_millis(2)).await;
    }
    let done = client.suspend_organization(fight.organization, FREE).await;
    assert_eq!(done.unwrap().body.status, OrganizationStatus::Suspended);
    fight.suspended.store(true, Ordering::SeqCst);
}

/// An activation is in effect on other replicas within a second; two seconds are allowed here.
async fn works_again(partner: &Client, organization: Uuid) {
    let since = Instant::now();
    while let Err(refused) = new_member(partner, organization).await {
        let late = since.elapsed() > Duration::from_secs(2);
        assert!(!late, "still refused: {refused}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Writes until it has been refused for a while; returns how each call ended.
async fn write(partner: Client, number: usize, fight: Arc<Fight>) -> Vec<String> {
    let (mut ends, mut late) = (Vec::new(), 0);
    let user = new_member(&partner, fight.organization).await.unwrap();
    let user = user.body.id;
    while late < 20 {
        let after = fight.suspended.load(Ordering::SeqCst);
        let end = match (number + ends.len()) % 4 {
            0 => ending(&new_member(&partner, fight.organization).await),
            1 => ending(&new_station(&partner, fight.organization).await),
            2 => renamed(&partner, user).await,
            _ => seated(&partner, fight.organization, fight.variant).await,
        };
        fight.answered.fetch_add(1, Ordering::Relaxed);
        if after {
            late += 1;
            assert_eq!(end, STRANGER, "asked after the suspension was answered");
        }
        ends.push(end);
    }
    ends
}

async fn renamed(partner: &Client, user: Uuid) -> String {
    let update = UserUpdate {
        email: format!("{}@fire.test", unique("w")),
        display_name: "Renamed".to_owned(),
    };
    ending(&partner.update_user(user, &update, FREE).await)
}

async fn seated(partner: &Client, organization: Uuid, variant: Uuid) -> String {
    match new_member(partner, organization).await {
        Ok(made) => ending(&assign(partner, made.body.id, variant).await),
        refused => ending(&refused),
    }
}

/// The last event of the organization's log is the suspension.
async fn ends_with_suspension(client: &Client, organization: Uuid) {
    let (mut after, mut types) = (None, Vec::new());
    loop {
        let params = ListEventsParams {
            organization_id: Some(organization),
            after: after.take(),
            limit: Some(1000),
            ..ListEventsParams::default()
        };
        let feed = client.list_events(&params, FREE).await.unwrap().body;
        types.extend(feed.content.into_iter().map(|event| event.r#type));
        if !feed.has_more {
            break;
        }
        after = Some(feed.next);
    }
    let suspended = types
        .iter()
        .position(|kind| kind == "organization.suspended");
    assert_eq!(suspended, Some(types.len() - 1), "{types:?}");
}
