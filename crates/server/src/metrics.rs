//! The metrics that Prometheus scrapes at `/metrics`. Labels of requests are static texts and
//! numbers, so that counting a request allocates nothing once its series exists.
mod background;
mod connections;
mod database;
mod hashing;
mod process;
mod reactors;
mod webhooks;
mod writes;

pub use hashing::Hashing;
use std::{
    fmt,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use poem::{Endpoint, IntoResponse, Response, endpoint::make_sync, http::StatusCode};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};

use crate::edge::RequestContext;
pub use connections::ConnectionLimit;
use connections::Connections;
use reactors::ReactorCounters;
use writes::Writes;

/// The media type of [`Metrics::render`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The most variants with a series of their own, so that a large catalogue does not
/// overload the scraper.
pub const VARIANT_SERIES: usize = 50;

const SECONDS: [f64; 13] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];
const BATCH: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    operation: &'static str,
    status: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refusal {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfVariant {
    product: String,
    variant: String,
}

type Durations = Family<Answer, Histogram, fn() -> Histogram>;

/// Seats of one variant, as the gauges show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seats {
    /// Key of the product.
    pub product: String,
    /// Key of the variant.
    pub variant: String,
    /// Seats that are held.
    pub active: i64,
    /// The number of all seats; `None` when unlimited.
    pub capacity: Option<i64>,
}

/// Every metric of the process.
pub struct Metrics {
    registry: Registry,
    durations: Durations,
    in_flight: Gauge,
    refusals: Family<Refusal, Counter>,
    pool_connections: Gauge,
    pool_idle: Gauge,
    log_position: Gauge<u64, AtomicU64>,
    log_bytes: Counter,
    log_size: Gauge,
    queue_length: Gauge,
    batch_size: Histogram,
    retries: Counter,
    seats_active: Family<OfVariant, Gauge>,
    seats_capacity: Family<OfVariant, Gauge>,
    password_wait: Histogram,
    password_hash: Histogram,
    database: database::Database,
    connections: Connections,
    reactors: ReactorCounters,
    webhooks: webhooks::Webhooks,
    background: background::Background,
    process: process::Process,
    writes: Writes,
}

impl Metrics {
    /// Registers everything. `database` is the product in use, like `sqlite`.
    pub fn new(database: &'static str) -> Self {
        let metrics = Self {
            registry: Registry::with_prefix("quartermaster"),
            durations: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            in_flight: Gauge::default(),
            refusals: Family::default(),
            pool_connections: Gauge::default(),
            pool_idle: Gauge::default(),
            log_position: Gauge::default(),
            log_bytes: Counter::default(),
            log_size: Gauge::default(),
            queue_length: Gauge::default(),
            batch_size: Histogram::new(BATCH),
            retries: Counter::default(),
            seats_active: Family::default(),
            seats_capacity: Family::default(),
            password_wait: Histogram::new(SECONDS),
            password_hash: Histogram::new(SECONDS),
            database: database::Database::default(),
            connections: Connections::new(),
            reactors: ReactorCounters::default(),
            webhooks: webhooks::Webhooks::new(),
            background: background::Background::default(),
            process: process::Process::new(),
            writes: Writes::default(),
        };
        metrics.registered(database)
    }

    fn registered(mut self, database: &'static str) -> Self {
        let mut registry = std::mem::take(&mut self.registry);
        let version = ("version", env!("CARGO_PKG_VERSION"));
        let build = Info::new([version, ("database", database)]);
        registry.register(
            "build",
            "The running binary and its kind of database",
            build,
        );
        self.register_requests(&mut registry);
        self.register_writes(&mut registry);
        self.register_seats(&mut registry);
        self.register_passwords(&mut registry);
        self.database.register(&mut registry);
        self.connections.register(&mut registry);
        self.reactors.register(&mut registry);
        self.webhooks.register(&mut registry);
        self.background.register(&mut registry);
        self.writes.register(&mut registry);
        self.registry = registry;
        self
    }

    fn register_requests(&self, registry: &mut Registry) {
        let help = "Answered requests and how long they took, by operation and status";
        let durations = self.durations.clone();
        registry.register_with_unit("request_duration", help, Unit::Seconds, durations);
        let in_flight = self.in_flight.clone();
        registry.register("requests_in_flight", "Requests being worked on", in_flight);
        let refusals = self.refusals.clone();
        registry.register("refusals", "Problems answered, by code", refusals);
        let connections = self.pool_connections.clone();
        registry.register("pool_connections", "Open database connections", connections);
        let idle = self.pool_idle.clone();
        registry.register(
            "pool_idle_connections",
            "Database connections without work",
            idle,
        );
    }

    fn register_writes(&self, registry: &mut Registry) {
        let position = self.log_position.clone();
        registry.register("log_position", "Events in all logs together", position);
        let bytes = self.log_bytes.clone();
        registry.register("log_bytes", "Bytes of events appended here", bytes);
        let help = "Bytes of events in all logs together";
        registry.register_with_unit("log_size", help, Unit::Bytes, self.log_size.clone());
        let waiting = self.queue_length.clone();
        registry.register(
            "write_queue_length",
            "Writes that wait for a batch",
            waiting,
        );
        let sizes = self.batch_size.clone();
        registry.register("write_batch_size", "Writes committed together", sizes);
        let retries = self.retries.clone();
        registry.register(
            "write_retries",
            "Writes that lost a race and ran again",
            retries,
        );
    }

    fn register_seats(&self, registry: &mut Registry) {
        let active = self.seats_active.clone();
        registry.register("seats_active", "Seats that are held, by variant", active);
        let help = "Seats there are, by variant; unlimited variants have no series";
        registry.register("seats_capacity", help, self.seats_capacity.clone());
    }

    fn register_passwords(&self, registry: &mut Registry) {
        let help = "How long passwords waited for a thread that hashes them";
        let wait = self.password_wait.clone();
        registry.register_with_unit("password_wait", help, Unit::Seconds, wait);
        let help = "How long hashing a password took";
        let hash = self.password_hash.clone();
        registry.register_with_unit("password_hash", help, Unit::Seconds, hash);
    }

    /// Records how long a password waited for a thread.
    pub fn password_waited(&self, waited: Duration) {
        self.password_wait.observe(waited.as_secs_f64());
    }

    /// Records how long hashing a password took.
    pub fn password_hashed(&self, took: Duration) {
        self.password_hash.observe(took.as_secs_f64());
    }

    /// Counts an answered request.
    pub fn answered(&self, operation: &'static str, status: u16, took: Duration) {
        self.durations
            .get_or_create(&Answer { operation, status })
            .observe(took.as_secs_f64());
    }

    /// Counts a problem response.
    pub fn refused(&self, code: &'static str) {
        self.refusals.get_or_create(&Refusal { code }).inc();
    }

    /// Counts a request as in flight until the guard is dropped.
    pub fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Sets the connections of the read pool.
    pub fn set_pool(&self, connections: u32, idle: u32) {
        self.pool_connections.set(i64::from(connections));
        self.pool_idle.set(i64::from(idle));
    }

    /// Sets the number of events in all logs together, as read from the database.
    pub fn set_events(&self, events: u64) {
        self.log_position.set(events);
    }

    /// Sets the bytes of events in all logs together, as read from the database.
    pub fn set_log_size(&self, bytes: i64) {
        self.log_size.set(bytes);
    }

    /// Adds events that this process appended since [`Metrics::set_events`].
    pub fn appended(&self, events: u64) {
        self.log_position.inc_by(events);
    }

    /// Adds bytes of events that this process appended.
    pub fn appended_bytes(&self, bytes: u64) {
        self.log_bytes.inc_by(bytes);
    }

    /// Sets the number of waiting writes.
    pub fn set_queue_length(&self, waiting: usize) {
        self.queue_length
            .set(i64::try_from(waiting).unwrap_or(i64::MAX));
    }

    /// Records the number of writes in one commit.
    pub fn batch_committed(&self, writes: usize) {
        self.batch_size.observe(writes as f64);
    }

    /// Counts a write that lost a race and ran again.
    pub fn retried(&self) {
        self.retries.inc();
    }

    /// Replaces the seats by variant with the first [`VARIANT_SERIES`] of these.
    pub fn set_seats(&self, variants: impl IntoIterator<Item = Seats>) {
        self.seats_active.clear();
        self.seats_capacity.clear();
        for seats in variants.into_iter().take(VARIANT_SERIES) {
            let of = OfVariant {
                product: seats.product,
                variant: seats.variant,
            };
            if let Some(capacity) = seats.capacity {
                self.seats_capacity.get_or_create(&of).set(capacity);
            }
            self.seats_active.get_or_create(&of).set(seats.active);
        }
    }

    /// The page for Prometheus, in OpenMetrics text ([`CONTENT_TYPE`]).
    pub fn render(&self) -> Result<String, fmt::Error> {
        let mut page = String::with_capacity(8 * 1024);
        text::encode_registry(&mut page, &self.registry)?;
        self.process.write(&mut page)?;
        text::encode_eof(&mut page)?;
        Ok(page)
    }
}

/// The endpoint `/metrics`. `sample` sets the gauges that are only sampled (such as those of the
/// pools) just before the page is written.
pub fn endpoint(
    metrics: Arc<Metrics>,
    sample: impl Fn(&Metrics) + Send + Sync + 'static,
) -> impl Endpoint<Output = Response> {
    make_sync(move |request| {
        if let Some(request_context) = RequestContext::of(&request) {
            request_context.set_operation("metrics");
        }
        sample(&metrics);
        match metrics.render() {
            Ok(page) => Response::builder().content_type(CONTENT_TYPE).body(page),
            Err(fmt::Error) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    })
}

/// A request in flight; see [`Metrics::begin`].
#[derive(Debug)]
pub struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn lines(metrics: &Metrics, beginning: &str) -> Vec<String> {
        let page = metrics.render().unwrap();
        let found = page.lines().filter(|line| line.starts_with(beginning));
        found.map(str::to_owned).collect()
    }

    #[test]
    fn requests_are_counted_by_operation_and_status() {
        let metrics = Metrics::new("sqlite");
        metrics.answered("createAssignment", 201, Duration::from_millis(3));
        metrics.answered("createAssignment", 201, Duration::from_millis(30));
        metrics.answered("createAssignment", 409, Duration::from_millis(1));
        let name = "quartermaster_request_duration_seconds";
        let of = "{operation=\"createAssignment\",status=\"201\"}";
        assert_eq!(
            lines(&metrics, &format!("{name}_count{of}")),
            [format!("{name}_count{of} 2")]
        );
        let bucket =
            format!("{name}_bucket{{le=\"0.005\",operation=\"createAssignment\",status=\"201\"}}");
        assert_eq!(lines(&metrics, &bucket), [format!("{bucket} 1")]);
    }

    #[test]
    fn refusals_requests_in_flight_and_the_log_position_are_shown() {
        let metrics = Metrics::new("sqlite");
        metrics.refused("LICENSE_CAPACITY_EXCEEDED");
        let flight = metrics.begin();
        metrics.set_events(5);
        metrics.appended(2);
        assert_eq!(
            lines(&metrics, "quartermaster_refusals_total"),
            ["quartermaster_refusals_total{code=\"LICENSE_CAPACITY_EXCEEDED\"} 1"]
        );
        assert_eq!(
            lines(&metrics, "quartermaster_requests_in_flight"),
            ["quartermaster_requests_in_flight 1"]
        );
        assert_eq!(
            lines(&metrics, "quartermaster_log_position"),
            ["quartermaster_log_position 7"]
        );
        drop(flight);
        assert_eq!(
            lines(&metrics, "quartermaster_requests_in_flight"),
            ["quartermaster_requests_in_flight 0"]
        );
    }

    #[test]
    fn series_of_variants_are_limited_and_replaced() {
        let metrics = Metrics::new("sqlite");
        let seats = |number: usize| Seats {
            product: "p".to_owned(),
            variant: format!("v{number}"),
            active: 3,
            capacity: number.is_multiple_of(2).then_some(10),
        };
        metrics.set_seats((0..200).map(seats));
        assert_eq!(
            lines(&metrics, "quartermaster_seats_active{").len(),
            VARIANT_SERIES
        );
        assert_eq!(
            lines(&metrics, "quartermaster_seats_capacity{").len(),
            VARIANT_SERIES / 2
        );
        metrics.set_seats([seats(1)]);
        assert_eq!(
            lines(&metrics, "quartermaster_seats_active{"),
            ["quartermaster_seats_active{product=\"p\",variant=\"v1\"} 3"]
        );
    }

    #[test]
    fn the_page_names_the_database_and_ends_as_openmetrics() {
        let page = Metrics::new("postgres").render().unwrap();
        assert!(page.contains("database=\"postgres\""), "{page}");
        assert!(page.ends_with("# EOF\n"));
    }
}
