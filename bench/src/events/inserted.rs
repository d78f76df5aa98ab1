//! The rows that the service appends, inserted by pgbench into the same table.

use std::{path::PathBuf, time::Duration};

use super::fleet::STATIONS;
use crate::{
    Fault,
    load::Measurement,
    pgbench::{Plain, psql},
};

const INSERT: &str = include_str!("../../pgbench/insert.sql");

/// Bytes of a row of a renamed station, on the average of the last ones.
const BYTES: &str = "SELECT round(avg(pg_column_size(e.*))) FROM (SELECT * FROM events \
    WHERE event_type = 'station.updated' ORDER BY occurred_at DESC LIMIT 1000) AS e";

/// A renamed station, as the log keeps it.
const DATA: &str = "SELECT data FROM events WHERE event_type = 'station.updated' \
    ORDER BY occurred_at DESC LIMIT 1";

/// A database of its own on the server that the service uses too.
pub struct Inserted {
    plain: Plain,
    folder: PathBuf,
    /// The script with the data of an event in it.
    script: String,
}

impl Inserted {
    /// Migrates an empty database; the data is what the service wrote into its own.
    pub fn migrate(url: &str, service: &str, folder: PathBuf) -> Result<Self, Fault> {
        let plain = Plain::migrate(url, folder.clone())?;
        plain.psql("CREATE SEQUENCE bench_append", &[])?;
        let data = psql(service, &folder, DATA, &[])?;
        // As octal: pgbench takes a colon for the beginning of a variable.
        let escaped = data.bytes().map(|byte| format!("\\{byte:03o}"));
        let script = INSERT.replace("{data}", &escaped.collect::<String>());
        Ok(Self {
            plain,
            folder,
            script,
        })
    }

    /// Inserts rows, so many a transaction, for so long.
    pub fn measure(
        &self,
        writers: u64,
        organizations: u64,
        rows: u64,
        time: Duration,
    ) -> Result<Measurement, Fault> {
        let source = match rows {
            1 => String::new(),
            rows => format!("FROM generate_series(1, {rows})"),
        };
        let script = self.script.replace("{source}", &source);
        let defined = [("organizations", organizations), ("stations", STATIONS)];
        Ok(self.plain.run(&script, writers, time, &defined)?.0)
    }

    /// Bytes of a row of the service, and of one from here.
    pub fn row_bytes(&self, service: &str) -> Result<(u64, u64), Fault> {
        let its = psql(service, &self.folder, BYTES, &[])?.parse()?;
        let ours = self.plain.psql(BYTES, &[])?.parse()?;
        Ok((its, ours))
    }
}
