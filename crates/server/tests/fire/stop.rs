//! SIGTERM in the middle of requests.

use crate::{
    cluster::{Cluster, FREE, assign, at_once, counted, ending, expected, installation, unique},
    tables::Tables,
};
use client::{NewUser, Options};
use std::time::Duration;
use testkit::database::Database;
use tokio::{
    net::TcpStream,
    time::{Instant, sleep},
};

/// Requests that are in flight at the signal.
const UNDER_WAY: u32 = 8;

/// The longest wait for a condition.
const SOON: Duration = Duration::from_secs(10);

testkit::on_every_database! {
    async fn requests_in_flight_are_answered(database: Database) {
        let mut cluster = Cluster::of(installation(&database), 1).await;
        let variant = cluster.variant(Some(100)).await.id;
        let users = cluster.users(8).await;
        let tables = Tables::open(&database).await;
        tables.hold_the_log().await;
        let calls = users.iter().map(|user| {
            let (client, user) = (cluster.client(0), *user);
            async move { ending(&assign(&client, user, variant).await) }
        });
        let calls: Vec<_> = calls.collect();
        let answers = tokio::spawn(at_once(calls));
        let server = &mut cluster.servers[0];
        let since = Instant::now();
        // The request for the metrics is itself in flight.
        while server.metric("quartermaster_requests_in_flight").await < f64::from(UNDER_WAY + 1) {
            assert!(since.elapsed() < SOON, "the requests did not arrive");
            sleep(Duration::from_millis(10)).await;
        }
        let address = server.url().replace("http://", "");
        server.terminate();
        let since = Instant::now();
        while TcpStream::connect(&address).await.is_ok() {
            assert!(since.elapsed() < SOON, "a stopping server takes new connections");
            sleep(Duration::from_millis(10)).await;
        }
        assert!(!answers.is_finished(), "the log is held, so nothing can be answered");
        tables.let_go().await;
        assert_eq!(counted(answers.await.unwrap()), expected([("201", 8)]));
        assert_eq!(server.ended().await.code(), Some(0), "{}", server.errors());

        let again = cluster.installation.start().await;
        assert_eq!(again.bootstrap_key(), None);
        let seats = again.client(&cluster.key).get_variant_availability(variant, FREE).await;
        assert_eq!(seats.unwrap().body.assigned_active_count, 8);
        cluster.verify().await;
        tables.close().await;
    }

    async fn a_second_start_keeps_everything(database: Database) {
        let mut cluster = Cluster::of(installation(&database), 1).await;
        let key = unique("key");
        let new = NewUser::new(format!("{key}@fire.test"), "Kept");
        let made = cluster.client(0).create_user(&new, &Options::with_key(&key)).await.unwrap();
        let tables = Tables::open(&database).await;
        let before = tables.dump().await;
        cluster.stop().await;
        let again = cluster.installation.start().await;
        assert_eq!(again.bootstrap_key(), None);
        assert_eq!(tables.dump().await, before);
        let client = again.client(&cluster.key);
        let repeated = client.create_user(&new, &Options::with_key(&key)).await.unwrap();
        assert_eq!((repeated.status, repeated.body), (201, made.body));
        assert_eq!(tables.dump().await, before, "a repeated request has no second effect");
        tables.close().await;
    }
}
