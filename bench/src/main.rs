//! Measures the release build beside pgbench and a bare hash, and writes `docs/benchmarks.md`.
//!
//! Everything runs on this machine: a PostgreSQL server of its own with default durability, the
//! service on it and on SQLite, pgbench, and Argon2id alone. `BENCH_QUICK=1` takes small sizes;
//! `bench events` measures only what happens to events, and writes no file.

mod argon;
mod events;
mod findings;
mod http;
mod load;
mod machine;
mod making;
mod people;
mod pgbench;
mod report;
mod scenario;
mod service;
mod sizes;
mod world;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use findings::{Comparison, Findings, Footprint, Growth, Series};
use load::Measurement;
use people::People;
use pgbench::Pgbench;
use scenario::Scenario;
use service::Service;
use sizes::Sizes;
use testkit::database::{Backend, Database, Durability, Server};
use world::World;

/// Any failure: a run that fails anywhere reports nothing.
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Starts whose time is taken, on each system.
const STARTS: usize = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fault> {
    let sizes = Sizes::chosen();
    let folder = scratch()?;
    if std::env::args().nth(1).is_some_and(|only| only == "events") {
        let outcome = only_events(sizes, &folder).await;
        let _ = std::fs::remove_dir_all(&folder);
        println!("{}", outcome?);
        return Ok(());
    }
    let outcome = run(sizes, &folder).await;
    let _ = std::fs::remove_dir_all(&folder);
    let text = report::page(&outcome?, &sizes);
    println!("{text}");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/benchmarks.md");
    std::fs::write(page, text)?;
    Ok(())
}

/// An empty folder on the same disk as the build.
fn scratch() -> Result<PathBuf, Fault> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    let folder = target.join(format!("bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    Ok(folder.canonicalize()?)
}

/// The tables of what happens to events, with the load of the machine before.
async fn only_events(sizes: Sizes, folder: &Path) -> Result<String, Fault> {
    let load = machine::load();
    let server = Server::start(Backend::Postgres, Durability::Full).await?;
    let found = events::measure(sizes, &server, folder).await?;
    let mut text = format!("load before the run: {load}\n");
    events::report::tables(&mut text, &found);
    Ok(text)
}

async fn run(sizes: Sizes, folder: &Path) -> Result<Findings, Fault> {
    let server = Server::start(Backend::Postgres, Durability::Full).await?;
    let plain = server.fresh().await?;
    let mut plain = Pgbench::build(sizes, plain.url(), folder.join("pgbench"))?;
    let facts = machine::facts(&plain.server_version()?);
    let mut sides = [
        Side::start("PostgreSQL", sizes, Some(&server), folder).await?,
        Side::start("SQLite", sizes, None, folder).await?,
    ];
    say("growth, few");
    let mut few = Vec::new();
    for side in &mut sides {
        few.push(side.growth_point(sizes.small, sizes.slice).await?);
    }
    say("filling");
    for side in &mut sides {
        side.world.fill(sizes.middle).await?;
    }
    plain.fill(sizes.middle)?;
    let comparisons = compare_all(sizes, &sides, &mut plain).await?;
    let growth = grow(sizes, &mut sides, few).await?;
    let footprints = sides
        .into_iter()
        .map(Side::end)
        .collect::<Result<_, Fault>>()?;
    // With the machine to itself: the other services have ended.
    let events = events::measure(sizes, &server, folder).await?;
    Ok(Findings {
        comparisons,
        growth,
        footprints,
        events,
        facts,
    })
}

/// Measures every scenario, with one connection and with many. Those about people come last: what
/// they make is of no seat.
async fn compare_all(
    sizes: Sizes,
    sides: &[Side; 2],
    plain: &mut Pgbench,
) -> Result<Vec<Comparison>, Fault> {
    let mut comparisons = Vec::new();
    for scenario in Scenario::SEATS.into_iter().chain(Scenario::PEOPLE) {
        for connections in [1, 32] {
            let one = compare(scenario, connections, sizes, sides, plain).await?;
            comparisons.push(one);
        }
    }
    Ok(comparisons)
}

/// Measures on many assignments what was measured on few, side by side in the same order.
async fn grow(
    sizes: Sizes,
    sides: &mut [Side; 2],
    few: Vec<Vec<(Scenario, Measurement)>>,
) -> Result<Vec<Growth>, Fault> {
    let mut growth = Vec::new();
    for (side, few) in sides.iter_mut().zip(few) {
        say("growth, many");
        let many = side.growth_point(sizes.large, sizes.slice).await?;
        growth.extend(
            few.into_iter()
                .zip(many)
                .map(|((scenario, small), (_, large))| Growth {
                    system: side.footprint.system,
                    scenario,
                    small,
                    large,
                }),
        );
    }
    Ok(growth)
}

/// Measures one scenario on all systems, one after another, round by round.
async fn compare(
    scenario: Scenario,
    connections: u64,
    sizes: Sizes,
    sides: &[Side; 2],
    plain: &mut Pgbench,
) -> Result<Comparison, Fault> {
    let (mut postgres, mut base, mut sqlite) =
        (Series::empty()?, Series::empty()?, Series::empty()?);
    let slice = sizes.slice_of(scenario);
    for round in 1..=sizes.rounds {
        say(&format!(
            "{scenario:?}, {connections} connections, round {round}"
        ));
        postgres.add(sides[0].measure(scenario, connections, slice).await?)?;
        base.add(match scenario {
            Scenario::Login => argon::measure(connections, slice)?,
            _ => plain.measure(scenario, connections, slice)?,
        })?;
        sqlite.add(sides[1].measure(scenario, connections, slice).await?)?;
    }
    Ok(Comparison {
        scenario,
        connections,
        postgres,
        plain: base,
        sqlite,
    })
}

/// The service on one system, with its world.
struct Side {
    service: Service,
    world: Arc<World>,
    people: People,
    footprint: Footprint,
    /// Keeps the database until the end.
    _database: Option<Database>,
}

impl Side {
    /// Starts the service several times on fresh databases; the last one stays and gets a world.
    async fn start(
        system: &'static str,
        sizes: Sizes,
        server: Option<&Server>,
        folder: &Path,
    ) -> Result<Self, Fault> {
        say(&format!("starting on {system}"));
        let mut starts = Vec::new();
        let (service, database) = loop {
            let data = folder.join(format!("{system}-{}", starts.len()));
            let (url, database) = fresh_database(server, &data).await?;
            let service = Service::start(&url, &data).await?;
            starts.push(service.first_answer.as_secs_f64() * 1000.0);
            if starts.len() == STARTS {
                break (service, database);
            }
            service.stop()?;
        };
        tokio::time::sleep(Duration::from_secs(2)).await;
        let idle = service.memory("VmRSS")?;
        let (address, key, mails) = (service.address, &service.key, &service.mails);
        let people = People::build(sizes.members, address, key, mails).await?;
        let world = World::build(sizes, address, key).await?;
        service.settle().await?;
        let footprint = Footprint {
            system,
            starts,
            idle,
            peak: 0.0,
        };
        Ok(Self {
            service,
            world,
            people,
            footprint,
            _database: database,
        })
    }

    async fn measure(
        &self,
        scenario: Scenario,
        connections: u64,
        time: Duration,
    ) -> Result<Measurement, Fault> {
        let prepared = match scenario.is_of_people() {
            true => Some(self.people.prepare(scenario, connections).await?),
            false => None,
        };
        let before = self.service.cpu()?;
        let mut seen = match prepared {
            Some(work) => self.people.measure(work, connections, time).await?,
            None => self.world.measure(scenario, connections, time).await?,
        };
        seen.cpu = Some(self.service.cpu()? - before);
        if scenario == Scenario::Cycle {
            // Whoever was made is sent a mail.
            self.service.settle().await?;
        }
        Ok(seen)
    }

    /// Fills up to so many assignments and measures there what must not slow down.
    async fn growth_point(
        &mut self,
        assignments: u64,
        time: Duration,
    ) -> Result<Vec<(Scenario, Measurement)>, Fault> {
        self.world.fill(assignments).await?;
        let mut seen = Vec::new();
        for scenario in [Scenario::Read, Scenario::Page, Scenario::Spread] {
            seen.push((scenario, self.measure(scenario, 32, time).await?));
        }
        Ok(seen)
    }

    fn end(mut self) -> Result<Footprint, Fault> {
        self.footprint.peak = self.service.memory("VmHWM")?;
        self.service.stop()?;
        Ok(self.footprint)
    }
}

/// The URL of an empty database: on the server, or a SQLite file in the data folder.
async fn fresh_database(
    server: Option<&Server>,
    data: &Path,
) -> Result<(String, Option<Database>), Fault> {
    Ok(match server {
        Some(server) => {
            let database = server.fresh().await?;
            (database.url().to_owned(), Some(database))
        }
        None => {
            let url = format!("sqlite://{}/quartermaster.db", data.display());
            (url, None)
        }
    })
}

/// Progress, for whoever waits.
fn say(what: &str) {
    eprintln!("bench: {what}");
}
