//! A follower of a log is woken, whatever other followers begin and end.
#![allow(clippy::unwrap_used)]

use app::{Live, LogId, Store, StoreOptions};
use domain::Scope;
use persistence::log::{Hash, Head};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    thread,
};

const THREADS: usize = 4;
const ROUNDS: usize = 50_000;

/// Where the log ends.
fn end(position: i64) -> Head {
    Head {
        position,
        epoch: 1,
        joint_writes: 0,
        hash: Hash::START,
        bytes: 0,
    }
}

#[tokio::test]
async fn a_follower_is_woken_while_others_begin_and_end() {
    let options = StoreOptions::default();
    let store = Store::connect("sqlite::memory:", &options).await.unwrap();
    let live = Arc::new(Live::new(store));
    let (last, missed) = (AtomicI64::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    let next = last.fetch_add(1, Ordering::Relaxed) + 1;
                    let (log, after) = (LogId::PLATFORM, next - 1);
                    let following = live.follow(log, after, end(after), Scope::Everything, &[]);
                    live.moved(log, next);
                    missed.fetch_add(usize::from(!following.is_behind()), Ordering::Relaxed);
                }
            });
        }
    });
    let missed = missed.into_inner();
    assert_eq!(missed, 0, "of {} were not woken", THREADS * ROUNDS);
    assert_eq!(live.waiting(), 0);
}
