//! Refresh tokens under concurrent use.

use crate::{
    cluster::{FREE, at_once, ending, endings, expected},
    signed_in::{House, refresh},
    tables::Tables,
};
use client::ListEventsParams;
use std::collections::BTreeSet;
use testkit::database::Database;

testkit::on_every_database! {
    async fn of_many_refreshes_of_one_token_one_succeeds(database: Database) {
        let house = House::open(&database).await;
        let guest = house.member().await;
        let mut token = house.sign_in(0, &guest).await.refresh_token;
        let tables = Tables::open(&database).await;
        for round in 0..5_u32 {
            let acts = (0..20).map(|number| {
                let (client, token) = (house.anybody(number), token.clone());
                async move { refresh(&client, &token).await }
            });
            let answers = at_once(acts).await;
            assert_eq!(endings(&answers), expected([("200", 20)]));
            let pairs = || answers.iter().map(|answer| &answer.as_ref().unwrap().body);
            let next: BTreeSet<_> = pairs().map(|pair| pair.refresh_token.clone()).collect();
            assert_eq!(next.len(), 1, "one successor");
            for pair in pairs() {
                house.bearer(1, pair).get_current_user(FREE).await.unwrap();
            }
            let count = |what: &str| format!("SELECT COUNT(*) AS n FROM refresh_tokens {what}");
            let all = tables.numbers(&count("")).await;
            assert_eq!(all, [i64::from(round) + 2], "one row a generation");
            let unused = tables.numbers(&count("WHERE used_at IS NULL")).await;
            assert_eq!(unused, [1], "no fork");
            token = next.into_iter().next().unwrap();
        }
        let families = "SELECT COUNT(DISTINCT session_id) AS n FROM refresh_tokens";
        assert_eq!(tables.numbers(families).await, [1], "one family");
        let params = ListEventsParams {
            types: vec!["session.ended".to_owned()],
            ..ListEventsParams::default()
        };
        let ended = house.cluster.client(0).list_events(&params, FREE).await;
        assert_eq!(ended.unwrap().body.content.len(), 0);
        tables.close().await;
        house.cluster.verify().await;
    }

    async fn a_refresh_against_the_end_of_its_session(database: Database) {
        let house = House::open(&database).await;
        let guest = house.member().await;
        for _ in 0..6 {
            let pair = house.sign_in(0, &guest).await;
            let acts = (0..12).map(|number| {
                let (anybody, caller) = (house.anybody(number), house.bearer(number, &pair));
                let token = pair.refresh_token.clone();
                async move {
                    if number == 6 {
                        caller.logout(FREE).await.unwrap();
                        return None;
                    }
                    Some(refresh(&anybody, &token).await)
                }
            });
            let since = std::time::Instant::now();
            let answers: Vec<_> = at_once(acts).await.into_iter().flatten().collect();
            for answer in answers {
                match ending(&answer).as_str() {
                    // Issued a moment before the end of the session: it is refused after it.
                    "200" => {
                        let pair = answer.unwrap().body;
                        let gone = refresh(&house.anybody(1), &pair.refresh_token).await;
                        assert_eq!(ending(&gone), "401 INVALID_CREDENTIALS");
                        tokio::time::sleep(crate::signed_in::EVERYWHERE.saturating_sub(since.elapsed())).await;
                        house.forgets(&pair, since).await;
                    }
                    "401 INVALID_CREDENTIALS" => {}
                    other => panic!("{other}"),
                }
            }
        }
        house.cluster.verify().await;
    }
}
