//! What happens to events: how fast they are appended, sent to webhooks, heard of over WebSocket,
//! and read again to make the tables anew.
//!
//! A service and a database of their own, on each system, whose log is what these measurements wrote.

mod appended;
mod delivered;
mod fleet;
mod heard;
mod inserted;
mod rebuilt;
mod receiver;
pub mod report;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use testkit::database::{Database, Server};

use crate::{Fault, fresh_database, say, service::Service, sizes::Sizes};
use appended::Append;
use delivered::Delivered;
use fleet::{Fleet, ORGANIZATIONS, STATIONS};
use heard::Heard;
use inserted::Inserted;
use rebuilt::Rebuilt;

/// Everything about events.
pub struct EventFindings {
    /// Appending them.
    pub appends: Vec<Append>,
    /// Bytes of a row that the service appended, and of one that pgbench inserted.
    pub row_bytes: (u64, u64),
    /// Sending them to webhooks.
    pub delivered: Vec<Delivered>,
    /// Hearing of them over WebSocket.
    pub heard: Vec<Heard>,
    /// Reading them again.
    pub rebuilt: Vec<Rebuilt>,
}

/// Measures all of it, one after another.
pub async fn measure(sizes: Sizes, server: &Server, folder: &Path) -> Result<EventFindings, Fault> {
    let sides = [
        Side::start("PostgreSQL", Some(server), folder).await?,
        Side::start("SQLite", None, folder).await?,
    ];
    let database = server.fresh().await?;
    for side in &sides {
        // From the second time on, the name before is as long as the name after.
        side.fleet
            .append(8, ORGANIZATIONS, 2 * ORGANIZATIONS * STATIONS)
            .await?;
    }
    let inserted = Inserted::migrate(database.url(), &sides[0].url, folder.join("inserted"))?;
    let appends = appended::measure(sizes, &sides, &inserted).await?;
    let row_bytes = inserted.row_bytes(&sides[0].url)?;
    let (mut delivered, mut heard, mut rebuilt) = (Vec::new(), Vec::new(), Vec::new());
    for side in &sides {
        delivered.extend(delivered::measure(sizes, side).await?);
    }
    for side in &sides {
        heard.extend(heard::measure(sizes, side).await?);
    }
    for side in sides {
        rebuilt.push(rebuilt::measure(side)?);
    }
    Ok(EventFindings {
        appends,
        row_bytes,
        delivered,
        heard,
        rebuilt,
    })
}

/// The service on one system, with its organizations.
pub struct Side {
    /// The name of the system.
    pub system: &'static str,
    service: Service,
    fleet: Arc<Fleet>,
    url: String,
    data: PathBuf,
    /// Keeps the database until the end.
    database: Option<Database>,
}

impl Side {
    async fn start(
        system: &'static str,
        server: Option<&Server>,
        folder: &Path,
    ) -> Result<Self, Fault> {
        say(&format!("events, starting on {system}"));
        let data = folder.join(format!("{system}-events"));
        let (url, database) = fresh_database(server, &data).await?;
        let settings = [
            ("QUARTERMASTER_WEBHOOK_ALLOW_NETS", "127.0.0.0/8"),
            // All followers come with one key, which may have an eighth of the connections.
            ("QUARTERMASTER_CONNECTIONS", "16384"),
            ("QUARTERMASTER_STREAMS_PER_CALLER", "2048"),
        ];
        let service = Service::start_with(&url, &data, &settings).await?;
        let fleet = Fleet::build(service.address, &service.key).await?;
        Ok(Self {
            system,
            service,
            fleet: Arc::new(fleet),
            url,
            data,
            database,
        })
    }
}
