//! Appending: commands of one event each through the service, beside the same rows by pgbench.

use super::{Side, fleet, inserted::Inserted};
use crate::{Fault, findings::Series, load::Measurement, say, sizes::Sizes};

/// Appending by so many writers to so many logs.
pub struct Append {
    /// Connections.
    pub writers: u64,
    /// Organizations, and so logs.
    pub organizations: u64,
    /// The service on PostgreSQL.
    pub postgres: Series,
    /// Events that it committed together, on the average.
    pub batch: f64,
    /// pgbench, a row a transaction.
    pub plain: Series,
    /// pgbench, as many rows a transaction as the service made, where these are several.
    pub batched: Option<(u64, Series)>,
    /// The service on SQLite.
    pub sqlite: Series,
}

/// Measures every number of writers and of organizations.
pub async fn measure(
    sizes: Sizes,
    sides: &[Side; 2],
    inserted: &Inserted,
) -> Result<Vec<Append>, Fault> {
    let mut appends = Vec::new();
    for organizations in [1, fleet::ORGANIZATIONS] {
        for writers in [1, 8] {
            let mut one = Append {
                writers,
                organizations,
                postgres: Series::empty()?,
                batch: 0.0,
                plain: Series::empty()?,
                batched: None,
                sqlite: Series::empty()?,
            };
            for round in 1..=sizes.rounds {
                say(&format!(
                    "append, {writers} writers, {organizations} organizations, round {round}"
                ));
                one.round(sizes, sides, inserted).await?;
            }
            appends.push(one);
        }
    }
    Ok(appends)
}

impl Append {
    async fn round(
        &mut self,
        sizes: Sizes,
        [postgres, sqlite]: &[Side; 2],
        inserted: &Inserted,
    ) -> Result<(), Fault> {
        let (writers, organizations, time) = (self.writers, self.organizations, sizes.moment);
        let before = postgres.fleet.batches().await?;
        let seen = self.service(postgres, sizes).await?;
        self.postgres.add(seen)?;
        let after = postgres.fleet.batches().await?;
        let round = (after.0 - before.0) / (after.1 - before.1);
        self.batch += round / f64::from(sizes.rounds);
        let insert = |rows| inserted.measure(writers, organizations, rows, time);
        self.plain.add(insert(1)?)?;
        if self.batched.is_none() && round >= 1.5 {
            self.batched = Some((round.round() as u64, Series::empty()?));
        }
        if let Some((rows, series)) = &mut self.batched {
            series.add(insert(*rows)?)?;
        }
        let seen = self.service(sqlite, sizes).await?;
        self.sqlite.add(seen)
    }

    async fn service(&self, side: &Side, sizes: Sizes) -> Result<Measurement, Fault> {
        let before = side.service.cpu()?;
        let appended = side
            .fleet
            .append_for(self.writers, self.organizations, sizes.moment);
        let mut seen = appended.await?;
        seen.cpu = Some(side.service.cpu()? - before);
        Ok(seen)
    }
}
