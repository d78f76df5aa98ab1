//! The logs and the tables compared, and the tables mended from the logs.

mod compare;
mod fold;
mod inspect;
mod mend;

use crate::{Store, StoreResult};
use domain::Time;
use inspect::inspect;
use mend::Mender;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often the tables are mended before it is given up. What is wrong after the first time was
/// written by a writer that remembered a wrong row.
const ROUNDS: usize = 4;

/// What a verification saw, or a rebuild did.
#[derive(Debug, Default)]
pub struct Report {
    /// Events that were folded.
    pub events: i64,
    /// Rows that were compared.
    pub rows: usize,
    /// What differs, each a line for people.
    pub differences: Vec<String>,
    /// What was done about it.
    pub mended: Mended,
}

/// What a rebuild did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mended {
    /// Rows and totals that were written anew or taken away.
    pub rows: usize,
    /// Those among them that held each other's unique values, and were written in one transaction
    /// over all their logs.
    pub at_once: usize,
    /// The longest time for which heads were held.
    pub held: Duration,
}

impl Store {
    /// Folds every log and compares every row of every table with them, at one moment. Checks also
    /// that positions and versions have no gaps, that L1 and L2 held at every position, and that
    /// both sides of every pool agree. Holds the state of one large log in memory, or of some small ones.
    pub async fn verify(&self) -> StoreResult<Report> {
        self.verify_at(now()).await
    }

    /// The same at another time: rows that are forgotten after a while need not be there.
    pub async fn verify_at(&self, now: Time) -> StoreResult<Report> {
        let snapshot = self.snapshot().await?;
        let seen = inspect(&snapshot, now).await?;
        snapshot.rollback().await?;
        Ok(seen.into_report())
    }

    /// Makes the tables match the logs, while others write: compares them at one moment without a
    /// lock, mends the rows that differ a few at a time under the heads of their logs, and compares
    /// again. With a damaged log it does nothing.
    pub async fn rebuild(&self) -> StoreResult<Report> {
        let mut mended = Mended::default();
        for _ in 0..ROUNDS {
            let snapshot = self.snapshot().await?;
            let mut seen = inspect(&snapshot, now()).await?;
            snapshot.rollback().await?;
            if !seen.faults.is_empty() {
                let report = seen.into_report();
                return Ok(Report { mended, ..report });
            }
            let wrong = std::mem::take(&mut seen.wrong);
            let is_done = wrong.is_empty();
            let mut mender = Mender::new(self, &seen.logs, mended);
            let faults = mender.mend(wrong).await?;
            mended = mender.mended;
            if is_done || !faults.is_empty() {
                return Ok(Report {
                    events: seen.events,
                    rows: seen.rows,
                    differences: faults,
                    mended,
                });
            }
        }
        let report = self.verify().await?;
        Ok(Report { mended, ..report })
    }
}

fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = since.map_or(0, |since| since.as_micros());
    Time::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}
