//! Old sessions are deleted after a while, and neither a verification nor a rebuild reports them missing.

use crate::{cluster::FREE, restored::succeeded, signed_in::House, tables::Tables};
use app::{Store, StoreOptions};
use domain::Time;
use testkit::database::Database;

const DAY: i64 = 24 * 60 * 60;

testkit::on_every_database! {
    async fn sessions_are_deleted_a_month_after_their_end(database: Database) {
        let mut house = House::open(&database).await;
        let guest = house.member().await;
        for number in 0..3 {
            house.sign_in(number, &guest).await;
        }
        let pair = house.sign_in(0, &guest).await;
        house.bearer(0, &pair).end_sessions(FREE).await.unwrap();
        let lasting = house.sign_in(0, &guest).await;
        crate::restored::invited(&house).await;
        house.cluster.stop().await;
        let tables = Tables::open(&database).await;
        let rows = tables.texts("SELECT 'x' AS text FROM sessions").await.len();
        assert!(rows >= 5, "{rows}");
        let store = Store::connect(database.url(), &StoreOptions::default()).await.unwrap();
        let now = Time::from_micros(chrono::Utc::now().timestamp_micros());
        let ended = "SELECT COUNT(*) AS n FROM sessions WHERE ended_at IS NOT NULL";

        // No session has been over for long enough.
        store.forget_old_sessions(now.plus_seconds(30 * DAY)).await.unwrap();
        assert!(tables.numbers(ended).await[0] >= 4);
        // The ended ones are deleted; the last one is not over yet.
        store.forget_old_sessions(now.plus_seconds(31 * DAY + 60)).await.unwrap();
        assert_eq!(tables.numbers(ended).await, [0]);
        assert_eq!(tables.numbers("SELECT COUNT(*) AS n FROM sessions").await, [1]);
        let sound = store.verify_at(now.plus_seconds(31 * DAY)).await.unwrap();
        assert_eq!(sound.differences, Vec::<String>::new());
        // By a clock at which they have only just ended, they are missing, and a rebuild restores them.
        let missing = store.verify_at(now).await.unwrap().differences;
        assert_eq!(missing.len(), rows - 1, "{missing:#?}");
        assert!(missing.iter().all(|line| line.starts_with("sessions ") && line.ends_with("missing")));
        succeeded(&house.cluster.installation.run(&["log", "rebuild"]).await);
        assert_eq!(tables.texts("SELECT 'x' AS text FROM sessions").await.len(), rows);
        drop(lasting);

        store.forget_old_sessions(now.plus_seconds(400 * DAY)).await.unwrap();
        for table in ["sessions", "session_uses", "refresh_tokens", "invitations"] {
            let left = tables.numbers(&format!("SELECT COUNT(*) AS n FROM {table}")).await;
            assert_eq!(left, [0], "{table}");
        }
        let sound = store.verify_at(now.plus_seconds(400 * DAY)).await.unwrap();
        assert_eq!(sound.differences, Vec::<String>::new());
        store.close().await.unwrap();
        tables.close().await;
    }
}
