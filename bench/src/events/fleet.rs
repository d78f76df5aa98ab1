//! Organizations with stations, and a command that appends one event to the log of one of them.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    Fault,
    http::{Connection, get, put},
    load::{self, Limit, Maker, Measurement, Requests},
    making::{Making, ids, text, whole},
};

/// Organizations, each with a log of its own.
pub const ORGANIZATIONS: u64 = 20;

/// Stations of each.
pub const STATIONS: u64 = 50;

/// The organizations of one service.
pub struct Fleet {
    address: SocketAddr,
    key: String,
    /// Their ids.
    pub organizations: Vec<String>,
    stations: Vec<String>,
    /// When the first of them was made.
    pub since: String,
    renamed: AtomicU64,
}

impl Fleet {
    /// Makes organizations and stations.
    pub async fn build(address: SocketAddr, key: &str) -> Result<Self, Fault> {
        let maker = Making { address, key };
        let organization = |n| {
            let body = json!({"name": format!("Fleet {n}"), "slug": format!("fleet-{n}")});
            ("/api/v1/organizations".to_owned(), body)
        };
        let made = maker.make(ORGANIZATIONS, organization).await?;
        let since = text(&made[0], "createdAt")?;
        let organizations = ids(&made)?;
        let of = organizations.clone();
        let station = move |n: u64| {
            let path = format!("/api/v1/organizations/{}/stations", of[organization_of(n)]);
            let code = format!("S-{n}");
            let body =
                json!({"code": code, "name": code, "timeZone": "Europe/Paris", "country": "FR"});
            (path, body)
        };
        let stations = maker.make(ORGANIZATIONS * STATIONS, station).await?;
        Ok(Self {
            address,
            key: key.to_owned(),
            organizations,
            stations: ids(&stations)?,
            since,
            renamed: AtomicU64::new(0),
        })
    }

    /// Where the service is, and the key to it.
    pub fn service(&self) -> (SocketAddr, &str) {
        (self.address, &self.key)
    }

    /// A request that renames a station of one of the first so many organizations: one event. The
    /// same station comes again only after all others.
    pub fn rename(&self, organizations: u64) -> Vec<u8> {
        let n = self.renamed.fetch_add(1, Ordering::Relaxed);
        let (organization, station) = (n % organizations, n / organizations % STATIONS);
        let id = &self.stations[(station * ORGANIZATIONS + organization) as usize];
        let body = format!(r#"{{"name":"Station {n:08}","operationalStatus":"AVAILABLE"}}"#);
        put(&format!("/api/v1/stations/{id}"), &self.key, &body)
    }

    /// Renames stations on so many connections for so long.
    pub async fn append_for(
        self: &Arc<Self>,
        writers: u64,
        organizations: u64,
        time: Duration,
    ) -> Result<Measurement, Fault> {
        let count = 2_000_000;
        self.run(writers, organizations, Limit { time, count })
            .await
    }

    /// Renames a station so often.
    pub async fn append(
        self: &Arc<Self>,
        writers: u64,
        organizations: u64,
        count: u64,
    ) -> Result<Measurement, Fault> {
        let time = Duration::from_secs(60);
        self.run(writers, organizations, Limit { time, count })
            .await
    }

    /// Every answer has to be the wanted one, and every one to have appended one event.
    async fn run(
        self: &Arc<Self>,
        writers: u64,
        organizations: u64,
        limit: Limit,
    ) -> Result<Measurement, Fault> {
        let fleet = self.clone();
        let make: Maker = Arc::new(move |_| Some(fleet.rename(organizations)));
        let (wanted, take) = (200, None);
        let before = self.events().await?;
        let work = Requests { wanted, make, take };
        let seen = load::run(self.address, writers, limit, work).await?;
        whole(&seen, 0)?;
        let appended = self.events().await? - before;
        match appended == seen.requests {
            true => Ok(seen),
            false => Err(format!("{} requests appended {appended} events", seen.requests).into()),
        }
    }

    /// Events in the logs of the organizations.
    pub async fn events(&self) -> Result<u64, Fault> {
        let mut connection = Connection::open(self.address).await?;
        let mut events = 0;
        for id in &self.organizations {
            let path = format!("/api/v1/organizations/{id}/log-head");
            let answer = connection.send(&get(&path, &self.key)).await?;
            let head: Value = serde_json::from_slice(answer.body)?;
            events += head["position"].as_u64().ok_or("a log without a head")?;
        }
        Ok(events)
    }

    /// Writes that were committed together, and how often something was, since the start.
    pub async fn batches(&self) -> Result<(f64, f64), Fault> {
        let mut connection = Connection::open(self.address).await?;
        let answer = connection.send(&get("/metrics", &self.key)).await?;
        let text = std::str::from_utf8(answer.body)?;
        let value = |name: &str| -> Result<f64, Fault> {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            Ok(line.ok_or("a metric is missing")?.trim().parse()?)
        };
        let of = "quartermaster_write_batch_size";
        Ok((
            value(&format!("{of}_sum "))?,
            value(&format!("{of}_count "))?,
        ))
    }
}

fn organization_of(station: u64) -> usize {
    (station % ORGANIZATIONS) as usize
}
