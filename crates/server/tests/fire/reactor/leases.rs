//! Leases: which replica works, and for how long.

use super::*;

testkit::on_every_database! {
    async fn a_lease_is_held_by_one(database: Database) {
        let app = replica(&database, 0).await;
        let store = app.store();
        let all: Vec<_> = (0..8).map(|_| claimant()).collect();
        let first = all.iter().map(|one| store.hold(*one, at(0), at(5)));
        let held: Vec<bool> = futures_util::future::join_all(first)
            .await
            .into_iter()
            .map(Result::unwrap)
            .collect();
        assert_eq!(held.iter().filter(|held| **held).count(), 1);
        let index = held.iter().position(|held| *held).unwrap();
        let (holder, other) = (all[index], all[(index + 1) % 8]);
        assert!(!store.hold(other, at(4), at(9)).await.unwrap());
        assert!(store.hold(holder, at(4), at(9)).await.unwrap());
        assert!(store.hold(holder, at(4), at(9)).await.unwrap(), "the same again");
        assert!(!store.hold(other, at(8), at(13)).await.unwrap());
        assert!(store.hold(other, at(9), at(14)).await.unwrap(), "it was over");
        assert!(!store.hold(holder, at(10), at(15)).await.unwrap());
        store.let_go(holder, at(10)).await.unwrap();
        assert!(!store.hold(holder, at(10), at(15)).await.unwrap(), "it was not its own");
        store.let_go(other, at(10)).await.unwrap();
        assert!(store.hold(holder, at(10), at(15)).await.unwrap());
        app.close().await;
    }

    async fn a_lease_from_a_clock_that_was_ahead_is_not_waited_for(database: Database) {
        let app = replica(&database, 0).await;
        let store = app.store();
        let (holder, other) = (claimant(), claimant());
        assert!(store.hold(holder, at(3600), at(3605)).await.unwrap());
        assert!(!store.hold(other, at(3600), at(3605)).await.unwrap());
        assert!(!store.hold(other, at(3590), at(3595)).await.unwrap(), "a few seconds are nothing");
        assert!(store.hold(other, at(0), at(5)).await.unwrap(), "the clock was set back by an hour");
        assert!(!store.hold(holder, at(1), at(6)).await.unwrap());
        app.close().await;
    }

    async fn a_cursor_moves_forward_and_only_for_the_holder(database: Database) {
        let app = replica(&database, 0).await;
        let store = app.store();
        let (holder, other, log) = (claimant(), claimant(), LogId(Uuid::now_v7()));
        let moved = async |by: Claimant, position, now| {
            store.advance(by, log, position, &[], at(now)).await.unwrap()
        };
        let cursor = async || store.cursors(REACTOR).await.unwrap().get(&log).copied();
        assert!(!moved(holder, 1, 0).await, "there is no lease");
        assert!(store.hold(holder, at(0), at(5)).await.unwrap());
        assert_eq!(cursor().await, None);
        for (position, then) in [(5, 5), (5, 5), (3, 5), (6, 6)] {
            assert!(moved(holder, position, 1).await);
            assert_eq!(cursor().await, Some(then));
        }
        let parked = |position| Parked {
            log,
            position,
            reason: "no\u{1F6AB}".repeat(40_000),
            at: at(2),
        };
        let refused = store.advance(other, log, 9, &[parked(9)], at(2)).await;
        assert!(!refused.unwrap() && store.parked(REACTOR, 9).await.unwrap().is_empty());
        let late = store.advance(holder, log, 9, &[parked(9)], at(5)).await;
        assert!(!late.unwrap(), "the lease is over");
        for position in [7, 8, 8] {
            let events = [parked(position)];
            let done = store.advance(holder, log, position, &events, at(2));
            assert!(done.await.unwrap());
        }
        assert_eq!(cursor().await, Some(8));
        let mut kept = store.parked(REACTOR, 9).await.unwrap();
        kept.sort_by_key(|event| event.position);
        assert_eq!(kept, [parked(7), parked(8)]);
        assert_eq!(store.cursors("other").await.unwrap(), BTreeMap::new());
        app.close().await;
    }

    async fn a_lost_lease_stops_the_running_reaction(database: Database) {
        let app = replica(&database, 0).await;
        write(&app, None, 3).await;
        let keeper = Keeper::willing();
        keeper.gate.forget_permits(Semaphore::MAX_PERMITS);
        let work = AtWork::start(&app, &keeper);
        let store = app.store();
        let thief = claimant();
        let (now, later) = (app.clock().now(), app.clock().now().plus_seconds(9));
        until("nobody works", async || work.counts.1.load(SeqCst)).await;
        assert!(!store.hold(thief, now, later).await.unwrap());
        let since = Instant::now();
        assert!(store.hold(thief, later, later).await.unwrap(), "as if it were over");
        until("it goes on", async || keeper.dropped.load(SeqCst) == 1).await;
        assert!(since.elapsed() < Duration::from_secs(4), "{:?}", since.elapsed());
        keeper.gate.add_permits(100);
        assert_eq!((keeper.count(), store.cursors(REACTOR).await.unwrap()), (0, BTreeMap::new()));
        store.let_go(thief, now).await.unwrap();
        is_done(&app).await;
        work.stop().await;
        // A graceful stop releases the lease.
        assert!(store.hold(thief, app.clock().now(), later).await.unwrap());
        app.close().await;
    }

    async fn a_clock_that_is_ahead_takes_over_once_and_loses_nothing(database: Database) {
        let (app, other) = (replica(&database, 0).await, replica(&database, 6).await);
        let (mine, theirs) = (Keeper::willing(), Keeper::willing());
        let first = AtWork::start(&app, &mine);
        write(&app, None, 300).await;
        until("nobody works", async || mine.count() > 0).await;
        let second = AtWork::start(&other, &theirs);
        write(&app, None, 300).await;
        write(&other, None, 300).await;
        is_done(&app).await;
        until("nobody took over", async || {
            write(&app, None, 1).await;
            sleep(Duration::from_millis(50)).await;
            theirs.count() > 0
        })
        .await;
        is_done(&app).await;
        first.stop().await;
        second.stop().await;
        let end = app.store().logs().await.unwrap()[&LogId::PLATFORM].position;
        let [mine, theirs] = [mine, theirs].map(|keeper| keeper.logs()[&LogId::PLATFORM].clone());
        // Each took its events in order, and the second began where the first had stopped.
        assert!(mine.is_sorted() && theirs.is_sorted());
        assert_eq!((mine[0], *theirs.last().unwrap()), (1, end));
        assert!(theirs[0] <= mine.last().unwrap() + 1);
        assert_eq!(mine.len() as i64, *mine.last().unwrap());
        assert_eq!(theirs.len() as i64, end - theirs[0] + 1);
        app.close().await;
        other.close().await;
    }
}
