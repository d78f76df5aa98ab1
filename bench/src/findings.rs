//! What a run found.

use crate::{Fault, events::EventFindings, load::Measurement, scenario::Scenario};

/// The rounds of one measurement on one system.
pub struct Series {
    /// Each round.
    pub rounds: Vec<Measurement>,
    /// All rounds together.
    pub total: Measurement,
}

impl Series {
    /// No round yet.
    pub fn empty() -> Result<Self, Fault> {
        Ok(Self {
            rounds: Vec::new(),
            total: Measurement::empty()?,
        })
    }

    /// Takes a round in.
    pub fn add(&mut self, round: Measurement) -> Result<(), Fault> {
        self.total.add(&round)?;
        self.rounds.push(round);
        Ok(())
    }
}

/// One scenario at one number of connections, on all systems, in alternating rounds.
pub struct Comparison {
    /// What was measured.
    pub scenario: Scenario,
    /// On how many connections.
    pub connections: u64,
    /// The service on PostgreSQL.
    pub postgres: Series,
    /// The base line: plain transactions on PostgreSQL, or the hash alone.
    pub plain: Series,
    /// The service on SQLite.
    pub sqlite: Series,
}

impl Comparison {
    /// How many times as fast as the base line the service is, and the least and most of one round.
    pub fn ratio(&self) -> (f64, f64, f64) {
        let pairs = self.postgres.rounds.iter().zip(&self.plain.rounds);
        let ratios = pairs.map(|(service, plain)| service.rate() / plain.rate());
        let (least, most) = ratios.fold((f64::INFINITY, 0.0_f64), |(least, most), ratio| {
            (least.min(ratio), most.max(ratio))
        });
        (
            self.postgres.total.rate() / self.plain.total.rate(),
            least,
            most,
        )
    }
}

/// One scenario on one system, with few and with many assignments there.
pub struct Growth {
    /// The system.
    pub system: &'static str,
    /// What was measured.
    pub scenario: Scenario,
    /// With few.
    pub small: Measurement,
    /// With many.
    pub large: Measurement,
}

/// Memory and start of the service on one system.
pub struct Footprint {
    /// The system.
    pub system: &'static str,
    /// Milliseconds to the first answer on a fresh database, each start.
    pub starts: Vec<f64>,
    /// MiB at rest after the start.
    pub idle: f64,
    /// MiB at most during the run.
    pub peak: f64,
}

/// Everything.
pub struct Findings {
    /// The comparisons.
    pub comparisons: Vec<Comparison>,
    /// The growth.
    pub growth: Vec<Growth>,
    /// The footprints.
    pub footprints: Vec<Footprint>,
    /// What happens to events.
    pub events: EventFindings,
    /// What it ran on.
    pub facts: Vec<(&'static str, String)>,
}
