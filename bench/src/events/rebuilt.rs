//! Reading the whole log again: to check the tables against it, and to make them anew.

use std::{process::Command, time::Instant};

use super::Side;
use crate::{
    Fault,
    pgbench::{finish, psql},
    say,
    service::binary,
};

/// What the tables lose before they are made again.
const EMPTY: &str = "DELETE FROM stations";

/// How long it took to read the log of one system.
pub struct Rebuilt {
    /// The system.
    pub system: &'static str,
    /// Events in the log.
    pub events: u64,
    /// Rows in the tables.
    pub rows: u64,
    /// Seconds of `log verify`.
    pub verify: f64,
    /// Seconds of `log rebuild` where every row is right.
    pub right: f64,
    /// Seconds of `log rebuild` after the stations were deleted, and how many rows it mended.
    pub mended: (f64, u64),
}

/// Reads the log of a service, which ends.
pub fn measure(side: Side) -> Result<Rebuilt, Fault> {
    say(&format!("log verify and rebuild on {}", side.system));
    let log = Log {
        url: side.url,
        data: side.data,
    };
    side.service.stop()?;
    let (verify, said) = log.timed("verify")?;
    let rows = number(&said, "OK: ", " rows")?;
    let events = said.lines().find_map(|line| line.strip_suffix(" events"));
    let events = events.and_then(|line| line.rsplit(' ').next());
    let events = events.ok_or("no number of events")?.parse()?;
    let (right, _) = log.timed("rebuild")?;
    match side.database.is_some() {
        true => psql(&log.url, &log.data, EMPTY, &[])?,
        false => {
            let file = log.url.trim_start_matches("sqlite://");
            finish(Command::new("sqlite3").args([file, EMPTY]))?
        }
    };
    let (again, said) = log.timed("rebuild")?;
    Ok(Rebuilt {
        system: side.system,
        events,
        rows,
        verify,
        right,
        mended: (again, number(&said, "", " rows mended")?),
    })
}

struct Log {
    url: String,
    data: std::path::PathBuf,
}

impl Log {
    /// Seconds that `log …` took, and what it said.
    fn timed(&self, what: &str) -> Result<(f64, String), Fault> {
        let mut command = Command::new(binary());
        command
            .args(["log", what, "--database-url", &self.url])
            .env("QUARTERMASTER_DATA_DIR", &self.data);
        let since = Instant::now();
        let said = finish(&mut command)?;
        Ok((since.elapsed().as_secs_f64(), said))
    }
}

/// The number between two words of a line.
fn number(said: &str, before: &str, after: &str) -> Result<u64, Fault> {
    let mut found = said.lines().filter_map(|line| {
        let (number, _) = line.strip_prefix(before)?.split_once(after)?;
        number.parse().ok()
    });
    found
        .next()
        .ok_or_else(|| format!("no number in: {said}").into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn numbers_are_found_where_they_stand() {
        let said = "OK: 7 rows are as told by 90 events\n12 rows mended, heads held\n";
        assert_eq!(number(said, "OK: ", " rows").unwrap(), 7);
        assert_eq!(number(said, "", " rows mended").unwrap(), 12);
        assert!(number(said, "", " rows lost").is_err());
    }
}
