//! Which events a reaction gets, and when.

use super::*;

testkit::on_every_database! {
    async fn every_event_is_taken_in_order_and_no_log_waits_for_a_long_one(database: Database) {
        let app = replica(&database, 0).await;
        let long = organization(&app).await;
        write(&app, Some(long), 900).await;
        let short = organization(&app).await;
        write(&app, Some(short), 1).await;
        let (count, age) = app.backlog(REACTOR).await.unwrap();
        assert!(count > 900 && age < PATIENCE, "{count} for {age:?}");
        let keeper = Keeper::willing();
        let work = AtWork::start(&app, &keeper);
        is_done(&app).await;
        let [taken, failed, parked] = work.stop().await;
        assert_eq!((taken as u64, failed, parked), (count, 0, 0));
        for (log, head) in app.store().logs().await.unwrap() {
            let due: Vec<i64> = (1..=head.position).collect();
            assert_eq!(keeper.logs().remove(&log).unwrap_or_default(), due);
        }
        let of = |log: Uuid| {
            let parts = keeper.parts();
            let at = |log| parts.iter().rposition(|(of, _)| *of == LogId(log)).unwrap();
            at(log)
        };
        assert!(of(short) < of(long), "{:?}", keeper.parts().len());
        assert!(keeper.parts().iter().all(|(_, part)| part.len() <= 200));
        assert_eq!(app.backlog(REACTOR).await.unwrap(), (0, Duration::ZERO));
        app.close().await;
    }

    async fn an_idle_reactor_wakes_with_the_log(database: Database) {
        let app = replica(&database, 0).await;
        write(&app, None, 1).await;
        let keeper = Keeper::willing();
        let work = AtWork::start(&app, &keeper);
        is_done(&app).await;
        let mut worst = Duration::ZERO;
        for count in 2..7 {
            let since = Instant::now();
            write(&app, None, 1).await;
            until("it sleeps", async || keeper.count() == count).await;
            worst = worst.max(since.elapsed());
        }
        // Without the wake-up, the reactor polls every five seconds.
        assert!(worst < Duration::from_secs(2), "{worst:?}");
        work.stop().await;
        app.close().await;
    }

    async fn events_in_flight_at_a_kill_are_taken_again(database: Database) {
        let app = replica(&database, 0).await;
        write(&app, None, 3).await;
        let count = app.backlog(REACTOR).await.unwrap().0;
        let killed = Keeper::willing();
        killed.gate.forget_permits(Semaphore::MAX_PERMITS);
        let work = AtWork::start(&app, &killed);
        until("nothing is taken", async || killed.begun.load(SeqCst) == 1).await;
        work.task.abort();
        until("it goes on", async || killed.dropped.load(SeqCst) == 1).await;
        let next = Keeper::willing();
        let work = AtWork::start(&app, &next);
        is_done(&app).await;
        assert_eq!(work.stop().await[0] as u64, count);
        assert_eq!(next.logs()[&LogId::PLATFORM][..3], [1, 2, 3]);
        app.close().await;
    }

    async fn events_refused_for_now_are_tried_again(database: Database) {
        let app = replica(&database, 0).await;
        write(&app, None, 5).await;
        let count = app.backlog(REACTOR).await.unwrap().0;
        let refusals = Arc::new(AtomicUsize::new(3));
        let left = Arc::clone(&refusals);
        let keeper = Keeper::new(move |_, event| match event.position {
            4 if left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok() => {
                Err(Refusal::Later("not now".to_owned()))
            }
            _ => Ok(()),
        });
        let work = AtWork::start(&app, &keeper);
        is_done(&app).await;
        let counts = work.stop().await;
        assert_eq!(counts, [usize::try_from(count).unwrap(), 3, 0]);
        assert_eq!(keeper.parts()[0].1[..4], [1, 2, 3, 4]);
        app.close().await;
    }

    async fn a_failing_log_does_not_delay_the_others(database: Database) {
        let app = replica(&database, 0).await;
        let (stuck, other) = (organization(&app).await, organization(&app).await);
        write(&app, Some(other), 1).await;
        let is_stuck = Arc::new(AtomicBool::new(true));
        let still = Arc::clone(&is_stuck);
        let keeper = Keeper::new(move |log, _| match still.load(SeqCst) {
            true if log == LogId(stuck) => Err(Refusal::Later("too large".to_owned())),
            _ => Ok(()),
        });
        let work = AtWork::start(&app, &keeper);
        // By now the retry waits for several seconds.
        until("it is not tried", async || work.counts.are()[1] >= 7).await;
        assert_eq!(work.counts.2.load(SeqCst), 1);
        let since = Instant::now();
        for _ in 0..5 {
            let taken = keeper.logs()[&LogId(other)].len();
            write(&app, Some(other), 1).await;
            until("another waits", async || keeper.logs()[&LogId(other)].len() > taken).await;
        }
        assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
        is_stuck.store(false, SeqCst);
        is_done(&app).await;
        until("it stays stuck", async || work.counts.2.load(SeqCst) == 0).await;
        work.stop().await;
        app.close().await;
    }

    async fn events_refused_for_good_are_parked(database: Database) {
        let app = replica(&database, 0).await;
        let other = organization(&app).await;
        write(&app, Some(other), 8).await;
        write(&app, None, 3).await;
        let tables = Tables::open(&database).await;
        let log = tables.literal(other);
        for (position, data) in [(3, "{"), (4, "no"), (9, "{")] {
            let damage = format!(
                "UPDATE events SET data = '{data}' WHERE log_id = {log} AND position = {position}"
            );
            assert_eq!(tables.run(&damage).await, 1);
        }
        // Without the subject key of one person, their events cannot be read.
        let damage = format!(
            "UPDATE subject_keys SET secret = 'no' WHERE user_id = \
             (SELECT stream_id FROM events WHERE log_id = {log} AND position = 2)"
        );
        assert_eq!(tables.run(&damage).await, 1);
        tables.close().await;
        let bad = LogId(other);
        let keeper = Keeper::new(move |log, event| match event.position {
            6 | 7 if log == bad => Err(Refusal::Poison {
                position: event.position,
                reason: "too odd".to_owned(),
            }),
            _ => Ok(()),
        });
        let work = AtWork::start(&app, &keeper);
        is_done(&app).await;
        let [_, failed, parked] = work.stop().await;
        assert_eq!((failed, parked), (0, 6));
        let mut kept = app.store().parked(REACTOR, 10).await.unwrap();
        kept.sort_by_key(|event| event.position);
        let places: Vec<i64> = kept.iter().map(|event| event.position).collect();
        assert_eq!(places, [2, 3, 4, 6, 7, 9]);
        assert!(kept.iter().all(|event| event.log == bad));
        assert!(kept[..3].iter().all(|event| event.reason.contains("damaged")), "{kept:?}");
        assert_eq!(kept[3].reason, "too odd");
        let end = app.store().logs().await.unwrap()[&bad].position;
        let due: Vec<i64> = (1..=end).filter(|at| !places.contains(at)).collect();
        assert_eq!(keeper.logs()[&bad], due);
        app.close().await;
    }
}
