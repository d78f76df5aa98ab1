//! The people, variants and assignments of one service, made through its API, and the requests
//! that are measured on them.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    Fault,
    http::{get, post},
    load::{self, Limit, Maker, Measurement, Requests, Taker},
    making::{Making, ids, whole},
    scenario::Scenario,
    sizes::Sizes,
};

/// Items of one batch, the most that the API takes.
const BATCH: u64 = 500;

/// Assignments whose ids are kept for reading; the reads go round among them.
const KEPT: usize = 10_000;

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
        let maker = Making { address, key };
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
        let path = "/api/v1/users".to_owned();
        let users = maker.make(sizes.users, move |n| (path.clone(), user(n)));
        world.users = ids(&users.await?)?;
        let product = |n| json!({"key": format!("product-{n}"), "name": format!("Product {n}")});
        let path = "/api/v1/products".to_owned();
        let products = maker.make(20, move |n| (path.clone(), product(n)));
        let products = ids(&products.await?)?;
        let variant = move |n: u64| {
            let product = &products[n as usize % products.len()];
            let body = json!({"key": format!("variant-{n}"), "name": format!("Variant {n}"), "capacity": 1_000_000});
            (format!("/api/v1/products/{product}/variants"), body)
        };
        let variants = maker.make(sizes.variants + sizes.hot, variant);
        world.variants = ids(&variants.await?)?;
        Ok(Arc::new(world))
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
        let work = Requests {
            wanted: 200,
            make,
            take: Some(take),
        };
        let filled = load::run(self.address, 4, limit, work).await?;
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
            _ => return None,
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
        let wanted = match scenario {
            Scenario::Read | Scenario::Page => 200,
            _ => 201,
        };
        let work = Requests {
            wanted,
            make,
            take: None,
        };
        let seen = load::run(self.address, connections, limit, work).await?;
        if seen.seconds < time.as_secs_f64() * 0.9 {
            return Err(format!("{scenario:?} ran out of work").into());
        }
        Ok(seen)
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
