//! A lockout or a login delay on one replica is in effect on the other.

use crate::{
    cluster::{Cluster, FREE, at_once, ending, endings, expected, installation},
    signed_in::{House, PASSWORD, refresh},
    tables::Tables,
};
use client::{LoginRequest, PasswordChange};
use std::time::{Duration, Instant};
use testkit::database::{Backend, Database, fresh};

const INVALID: &str = "401 INVALID_CREDENTIALS";

testkit::on_every_database! {
    async fn an_ended_session_is_over_everywhere(database: Database) {
        let house = House::open(&database).await;
        let guest = house.member().await;
        let sign_in = || house.sign_in(0, &guest);
        let (one, two, three) = (sign_in().await, sign_in().await, sign_in().await);
        for pair in [&one, &two, &three] {
            house.knows(pair).await;
        }
        let since = Instant::now();
        house.bearer(0, &one).logout(FREE).await.unwrap();
        house.forgets(&one, since).await;
        house.knows(&two).await;

        let change = PasswordChange {
            current_password: PASSWORD.to_owned(),
            new_password: "heron 55 gravel lamp".to_owned(),
        };
        let since = Instant::now();
        house.bearer(0, &two).change_password(&change, FREE).await.unwrap();
        house.forgets(&three, since).await;
        house.knows(&two).await;

        let since = Instant::now();
        house.bearer(0, &two).end_sessions(FREE).await.unwrap();
        house.forgets(&two, since).await;
        for pair in [&one, &two, &three] {
            let gone = refresh(&house.anybody(1), &pair.refresh_token).await;
            assert_eq!(ending(&gone), INVALID);
        }
        house.cluster.verify().await;
    }

    async fn a_locked_out_user_is_refused_everywhere(database: Database) {
        let house = House::open(&database).await;
        let admin = house.cluster.client(0);
        let (inactive, deleted) = (house.member().await, house.member().await);
        let (home, suspended) = house.member_of_one().await;
        let one = house.sign_in(0, &inactive).await;
        let two = house.sign_in(0, &deleted).await;
        let three = house.sign_in(0, &suspended).await;
        for pair in [&one, &two, &three] {
            house.knows(pair).await;
        }
        let since = Instant::now();
        admin.deactivate_user(inactive.id, FREE).await.unwrap();
        house.forgets(&one, since).await;
        let since = Instant::now();
        admin.delete_user(deleted.id, FREE).await.unwrap();
        house.forgets(&two, since).await;
        let since = Instant::now();
        admin.suspend_organization(home, FREE).await.unwrap();
        house.forgets(&three, since).await;
        for guest in [&inactive, &deleted, &suspended] {
            let refused = house.anybody(1).login(&guest.login(PASSWORD), FREE).await;
            assert_eq!(ending(&refused), INVALID);
        }
        // Tokens that were issued before stay invalid.
        admin.activate_user(inactive.id, FREE).await.unwrap();
        admin.activate_organization(home, FREE).await.unwrap();
        for pair in [&one, &three] {
            for number in 0..2 {
                let old = house.bearer(number, pair).get_current_user(FREE).await;
                assert_eq!(ending(&old), "401 UNAUTHENTICATED");
            }
        }
        house.cluster.verify().await;
    }

    async fn failures_at_one_server_delay_logins_at_the_other(database: Database) {
        let house = House::open(&database).await;
        let (guest, other) = (house.member().await, house.member().await);
        let known = house.sign_in(1, &guest).await;
        let tables = Tables::open(&database).await;
        let nobody = LoginRequest::new("nobody@fire.test", PASSWORD);
        for (request, accounts) in [(guest.login("wrong"), 1), (nobody, 2)] {
            let acts = (0..24).map(|number| {
                let (client, request) = (house.anybody(number), request.clone());
                async move { client.login(&request, FREE).await }
            });
            assert_eq!(endings(&at_once(acts).await), expected([(INVALID, 24)]));
            let counted = "SELECT COUNT(*) AS n FROM login_failures WHERE failures BETWEEN 1 AND 24";
            assert_eq!(tables.numbers(counted).await, [accounts]);
        }
        for number in 0..2 {
            let right = house.anybody(number).login(&guest.login(PASSWORD), FREE).await;
            assert_eq!(ending(&right), INVALID, "it waits, on whichever server");
        }
        house.knows(&known).await;
        refresh(&house.anybody(0), &known.refresh_token).await.unwrap();
        house.sign_in(0, &other).await;
        tables.close().await;
    }

    async fn concurrent_guesses_count_as_one_attempt(database: Database) {
        // A hash takes so long that the second guess begins before the first has failed.
        let slow = [
            ("QUARTERMASTER_PASSWORD_COST", "m=65536,t=6,p=1"),
            ("QUARTERMASTER_PASSWORD_THREADS", "1"),
        ];
        let house = House::open_with(&database, &slow).await;
        let guest = house.member().await;
        let guess = async |number: usize, password: &str| {
            tokio::time::sleep(Duration::from_millis(50) * number as u32).await;
            let anybody = house.anybody(0);
            ending(&anybody.login(&guest.login(password), FREE).await)
        };
        let (wrong, right) = tokio::join!(guess(0, "wrong"), guess(1, PASSWORD));
        assert_eq!((wrong.as_str(), right.as_str()), (INVALID, INVALID));
    }

    async fn key_sets_agree_and_tokens_are_good_everywhere(database: Database) {
        let house = House::open(&database).await;
        let guest = house.member().await;
        let mut sets = Vec::new();
        for number in 0..house.cluster.clients.len() {
            let keys = house.anybody(number).get_jwks(FREE).await.unwrap().body;
            sets.push(keys);
            let pair = house.sign_in(number, &guest).await;
            house.knows(&pair).await;
            let next = refresh(&house.anybody(number + 1), &pair.refresh_token).await;
            house.knows(&next.unwrap().body).await;
        }
        assert_eq!(sets[0].keys.len(), 1);
        assert!(sets.iter().all(|keys| *keys == sets[0]));
    }

    async fn servers_that_start_together_sign_with_one_key(database: Database) {
        // A SQLite file belongs to one process.
        if database.backend() == Backend::Sqlite {
            return;
        }
        for _ in 0..4 {
            let empty = fresh(database.backend()).await.unwrap();
            let shared = installation(&empty);
            // So that neither waits for the other to make the schema.
            assert_eq!(shared.run(&["migrate"]).await.code, Some(0));
            let mut both = [shared.spawn(), shared.spawn()];
            for process in &mut both {
                process.serves().await;
            }
            let [one, two] = [both[0].client("none"), both[1].client("none")];
            let one = one.get_jwks(FREE).await.unwrap().body.keys;
            assert_eq!(one.len(), 1);
            assert_eq!(two.get_jwks(FREE).await.unwrap().body.keys, one);
        }
    }

    async fn a_configured_password_stays(database: Database) {
        let email = "first@fire.test";
        let service = installation(&database)
            .with("QUARTERMASTER_PASSWORD_COST", "m=64,t=1,p=1")
            .with("QUARTERMASTER_BOOTSTRAP_EMAIL", email)
            .with("QUARTERMASTER_BOOTSTRAP_PASSWORD", PASSWORD);
        let mut cluster = Cluster::of(service, 1).await;
        for _ in 0..2 {
            let output = cluster.servers[0].output();
            assert!(!output.contains("Bootstrap password"), "{output}");
            assert!(!output.contains(PASSWORD), "{output}");
            let anybody = cluster.client(0).with_api_key(None);
            let request = LoginRequest::new(email, PASSWORD);
            let pair = anybody.login(&request, FREE).await.unwrap().body;
            assert!(!pair.password_change_required);
            let admin = anybody.with_api_key(Some(&pair.access_token));
            admin.list_users(&client::ListUsersParams::default(), FREE).await.unwrap();
            cluster.stop().await;
            let again = cluster.installation.start().await;
            cluster.clients.push(again.client(&cluster.key));
            cluster.servers.push(again);
        }
    }

    async fn a_one_time_password_is_printed_once(database: Database) {
        let mut cluster = Cluster::of(installation(&database), 1).await;
        let output = cluster.servers[0].output();
        let passwords: Vec<_> = output.lines().filter_map(|line| line.strip_prefix("Bootstrap password: ")).collect();
        let [password] = passwords.as_slice() else {
            panic!("{output}");
        };
        let anybody = cluster.client(0).with_api_key(None);
        let request = LoginRequest::new("admin@quartermaster.invalid", *password);
        let pair = anybody.login(&request, FREE).await.unwrap().body;
        assert!(pair.password_change_required);
        assert!(!cluster.servers[0].errors().contains(password), "it is in no log line");
        cluster.stop().await;
        let again = cluster.installation.start().await;
        assert_eq!(again.output(), "");
    }
}
