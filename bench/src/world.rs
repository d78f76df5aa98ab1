//! The people, variants and assignments of one service, made through its API, and the requests
//! that are measured on them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::Fault;
use crate::http::{get, post};
use crate::load::{self, Limit, Maker, Measurement, Taker};
use crate::sizes::Sizes;

/// Items of one batch, the most that the API takes.
const BATCH: u64 = 500;

/// Assignments whose ids are kept for reading; the reads go round among them.
const KEPT: usize = 10_000;

/// Connections while the world is made.
const BUILDERS: u64 = 16;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Assign, each time another variant.
    Spread,
    /// Assign, everybody on one variant.
    Hot,
    /// Read an assignment by its id.
    Read,
    /// The first page of 20 assignments and their total.
    Page,
}

impl Scenario {
    /// All of them, those that change nothing first.
    pub const ALL: [Self; 4] = [Self::Read, Self::Page, Self::Spread, Self::Hot];

    /// The status of a success.
    fn status(self) -> u16 {
        match self {
            Self::Spread | Self::Hot => 201,
            Self::Read | Self::Page => 200,
        }
    }
}

/// One service, filled.
pub struct World {
    sizes: Sizes,
    address: SocketAddr,
    key: String,
    users: Vec<String>,
    variants: Vec<String>,
    assignments: Vec<String>,
    spread: AtomicU64,
    hot: AtomicU64,
}

impl World {
    /// Makes users, products and variants, and no assignment.
    pub async fn build(sizes: Sizes, address: SocketAddr, key: &str) -> Result<Arc<Self>, Fault> {
        let mut world = Self {
            sizes,
            address,
            key: key.to_owned(),
            users: Vec::new(),
            variants: Vec::new(),
            assignments: Vec::new(),
            spread: AtomicU64::new(0),
            hot: AtomicU64::new(0),
        };
        let user = |n| json!({"email": format!("user{n}@example.com"), "displayName": format!("User {n}")});
        world.users = world
            .make(sizes.users, move |n| ("/api/v1/users".into(), user(n)))
            .await?;
        let product = |n| json!({"key": format!("product-{n}"), "name": format!("Product {n}")});
        let products = world
            .make(20, move |n| ("/api/v1/products".into(), product(n)))
            .await?;
        let variant = move |n: u64| {
            let product = &products[n as usize % products.len()];
            let body = json!({"key": format!("variant-{n}"), "name": format!("Variant {n}"), "capacity": 1_000_000});
            (format!("/api/v1/products/{product}/variants"), body)
        };
        world.variants = world.make(sizes.variants + sizes.hot, variant).await?;
        Ok(Arc::new(world))
    }

    /// Posts so many bodies and gives the ids of what was made, in their order.
    async fn make(
        &self,
        count: u64,
        body: impl Fn(u64) -> (String, Value) + Send + Sync + 'static,
    ) -> Result<Vec<String>, Fault> {
        let key = self.key.clone();
        let make: Maker = Arc::new(move |n| {
            let (path, body) = body(n);
            Some(post(&path, &key, &body.to_string()))
        });
        let ids = Arc::new(Mutex::new(vec![String::new(); count as usize]));
        let kept = ids.clone();
        let take: Taker = Arc::new(move |n, body| {
            let answer: Value = serde_json::from_slice(body)?;
            let id = answer["id"].as_str().ok_or("an answer without an id")?;
            kept.lock().map_err(|_| "a caller panicked")?[n as usize] = id.to_owned();
            Ok(())
        });
        let limit = Limit {
            time: Duration::from_secs(600),
            count,
        };
        let made = load::run(self.address, BUILDERS, limit, 201, make, Some(take)).await?;
        whole(&made, count)?;
        let ids = ids.lock().map_err(|_| "a caller panicked")?.clone();
        Ok(ids)
    }

    /// Assigns through the batch operation until there are so many assignments.
    pub async fn fill(self: &mut Arc<Self>, until: u64) -> Result<(), Fault> {
        let have = self.made();
        let rows = until.saturating_sub(have);
        let batches = rows.div_ceil(BATCH);
        let base = self.spread.fetch_add(rows, Ordering::Relaxed);
        let world = self.clone();
        let make: Maker = Arc::new(move |n| Some(world.batch(base, rows, n)));
        let found = Arc::new(Mutex::new(Vec::new()));
        let kept = found.clone();
        let missing = KEPT.saturating_sub(self.assignments.len());
        let take: Taker = Arc::new(move |_, body| {
            let mut kept = kept.lock().map_err(|_| "a caller panicked")?;
            if kept.len() < missing {
                kept.extend(created_ids(body)?);
            }
            Ok(())
        });
        let limit = Limit {
            time: Duration::from_secs(1200),
            count: batches,
        };
        let filled = load::run(self.address, 4, limit, 200, make, Some(take)).await?;
        whole(&filled, batches)?;
        let found = std::mem::take(&mut *found.lock().map_err(|_| "a caller panicked")?);
        let world = Arc::get_mut(self).ok_or("somebody still uses the world")?;
        world.assignments.extend(found);
        Ok(())
    }

    /// Assignments made so far.
    pub fn made(&self) -> u64 {
        self.spread.load(Ordering::Relaxed) + self.hot.load(Ordering::Relaxed)
    }

    /// The n-th batch of the assignments from `base` on.
    fn batch(&self, base: u64, rows: u64, n: u64) -> Vec<u8> {
        let from = n * BATCH;
        let pairs = (from..rows.min(from + BATCH)).map(|row| self.sizes.spread(base + row));
        let items: Vec<String> = pairs.map(|(u, v)| self.assignment(u, v)).collect();
        let body = format!(r#"{{"mode":"PARTIAL","items":[{}]}}"#, items.join(","));
        post("/api/v1/assignments/batch", &self.key, &body)
    }

    fn assignment(&self, user: u64, variant: u64) -> String {
        let (user, variant) = (&self.users[user as usize], &self.variants[variant as usize]);
        format!(r#"{{"userId":"{user}","productVariantId":"{variant}"}}"#)
    }

    /// The next request of a scenario; `None` when the hot variants are used up.
    fn request(&self, scenario: Scenario, n: u64) -> Option<Vec<u8>> {
        let (user, variant) = match scenario {
            Scenario::Read => {
                let id = &self.assignments[(n * 7919) as usize % self.assignments.len()];
                return Some(get(&format!("/api/v1/assignments/{id}"), &self.key));
            }
            Scenario::Page => return Some(get("/api/v1/assignments?size=20", &self.key)),
            Scenario::Spread => self
                .sizes
                .spread(self.spread.fetch_add(1, Ordering::Relaxed)),
            Scenario::Hot => self.sizes.hot(self.hot.fetch_add(1, Ordering::Relaxed))?,
        };
        Some(post(
            "/api/v1/assignments",
            &self.key,
            &self.assignment(user, variant),
        ))
    }

    /// Measures one scenario for so long.
    pub async fn measure(
        self: &Arc<Self>,
        scenario: Scenario,
        connections: u64,
        time: Duration,
    ) -> Result<Measurement, Fault> {
        let world = self.clone();
        let make: Maker = Arc::new(move |n| world.request(scenario, n));
        let limit = Limit {
            time,
            count: 2_000_000,
        };
        let seen = load::run(
            self.address,
            connections,
            limit,
            scenario.status(),
            make,
            None,
        )
        .await?;
        if seen.seconds < time.as_secs_f64() * 0.9 {
            return Err(format!("{scenario:?} ran out of work").into());
        }
        Ok(seen)
    }
}

/// Refuses a preparation in which anything failed.
fn whole(made: &Measurement, count: u64) -> Result<(), Fault> {
    match &made.first_failure {
        Some(failure) => Err(format!("{} requests failed, first {failure}", made.failures).into()),
        None if made.requests < count => Err("the preparation took too long".into()),
        None => Ok(()),
    }
}

/// The ids of the assignments that a batch made; an item that it refused is a fault.
fn created_ids(body: &[u8]) -> Result<Vec<String>, Fault> {
    let answer: Value = serde_json::from_slice(body)?;
    let results = answer["results"]
        .as_array()
        .ok_or("a batch answer without results")?;
    let id = |item: &Value| {
        let id = item["assignment"]["id"].as_str();
        id.map(str::to_owned)
            .ok_or_else(|| format!("a refused item: {item}").into())
    };
    results.iter().map(id).collect()
}
