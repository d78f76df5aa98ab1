//! The time of a refused login does not depend on the account.

use crate::{
    cluster::{FREE, ending, unique},
    signed_in::{Guest, House, PASSWORD},
    tables::Tables,
};
use client::{Client, LoginRequest};
use std::time::{Duration, Instant};
use testkit::database::{Backend, fresh};

/// Attempts of each kind.
const TRIES: usize = 200;

/// The allowed difference of the medians, in percent of the smallest one.
const APART: u128 = 10;

/// The cost of a password hash in production.
const COST: (&str, &str) = ("QUARTERMASTER_PASSWORD_COST", "m=19456,t=2,p=1");

/// The kinds alternate, so that other load of the machine slows all of them alike.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refusal_takes_as_long_as_a_wrong_password() {
    let database = fresh(Backend::Sqlite).await.unwrap();
    let house = House::open_with(&database, &[COST]).await;
    let [known, locked, inactive] = [
        house.member().await,
        house.member().await,
        house.member().await,
    ];
    let (admin, anybody) = (house.cluster.client(0), house.anybody(0));
    admin.deactivate_user(inactive.id, FREE).await.unwrap();
    let tables = Tables::open(&database).await;
    lock(&anybody, &tables, &locked).await;
    let mut times = [const { Vec::new() }; 4];
    for number in 0..TRIES {
        let tries = [
            known.login(&format!("wrong {number}")),
            LoginRequest::new(format!("{}@fire.test", unique("n")), "wrong"),
            locked.login("wrong"),
            inactive.login("wrong"),
        ];
        for turn in 0..tries.len() {
            let kind = (turn + number) % tries.len();
            times[kind].push(refused(&anybody, &tries[kind]).await);
        }
        // Only the locked account stays locked.
        tables
            .run("DELETE FROM login_failures WHERE failures < 1000")
            .await;
    }
    tables.close().await;
    let medians = times.map(median);
    let (least, most) = (medians.iter().min().unwrap(), medians.iter().max().unwrap());
    let apart = (*most - *least).as_micros() * 100;
    assert!(
        apart <= least.as_micros() * APART,
        "wrong, unknown, locked and inactive take {medians:?}"
    );
}

/// Locks the account for the longest delay.
async fn lock(anybody: &Client, tables: &Tables, guest: &Guest) {
    refused(anybody, &guest.login("wrong")).await;
    let changed = tables
        .run("UPDATE login_failures SET failures = 1000")
        .await;
    assert_eq!(changed, 1);
    let right = anybody.login(&guest.login(PASSWORD), FREE).await;
    assert_eq!(ending(&right), "401 INVALID_CREDENTIALS", "it waits");
}

async fn refused(client: &Client, request: &LoginRequest) -> Duration {
    let began = Instant::now();
    let answer = client.login(request, FREE).await;
    let took = began.elapsed();
    assert_eq!(ending(&answer), "401 INVALID_CREDENTIALS");
    took
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
