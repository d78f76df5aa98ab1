//! How long a refused login takes tells nothing of the account.

use crate::arena::{Arena, FREE, ending, installation, unique};
use client::{Client, LoginRequest};
use std::time::{Duration, Instant};
use testkit::database::{Backend, fresh};

/// Tries of each kind.
const TRIES: usize = 200;

/// How far the medians may lie apart, in percent of the smaller one.
const APART: u128 = 10;

const EMAIL: &str = "known@fire.test";
const PASSWORD: &str = "plover quartz 81 hinge";

/// At the cost that a hash has in production. Both kinds take turns, so that whatever else the
/// machine does slows both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_user_takes_as_long_as_a_wrong_password() {
    let database = fresh(Backend::Sqlite).await.unwrap();
    let service = installation(&database)
        .with("QUARTERMASTER_BOOTSTRAP_EMAIL", EMAIL)
        .with("QUARTERMASTER_BOOTSTRAP_PASSWORD", PASSWORD)
        // Else the password of an account that waits would not even be looked at.
        .with("QUARTERMASTER_LOCKOUT", "1us");
    let arena = Arena::of(service, 1).await;
    let anybody = arena.client(0).with_api_key(None);
    let right = anybody
        .login(&LoginRequest::new(EMAIL, PASSWORD), FREE)
        .await;
    right.unwrap();
    let (mut wrong, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..TRIES {
        let known = LoginRequest::new(EMAIL, format!("{PASSWORD} {number}"));
        let nobody = LoginRequest::new(format!("{}@fire.test", unique("n")), PASSWORD);
        let first_known = number % 2 == 0;
        if first_known {
            wrong.push(refused(&anybody, &known).await);
        }
        unknown.push(refused(&anybody, &nobody).await);
        if !first_known {
            wrong.push(refused(&anybody, &known).await);
        }
    }
    let (wrong, unknown) = (median(wrong), median(unknown));
    let (less, more) = (wrong.min(unknown), wrong.max(unknown));
    let apart = (more - less).as_micros() * 100;
    assert!(
        apart <= less.as_micros() * APART,
        "a wrong password takes {wrong:?}, an unknown user {unknown:?}"
    );
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
