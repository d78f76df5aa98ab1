//! Limits of connections, event streams and WebSockets, derived from the number of files that the
//! process may open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Config;

/// The default of the most connections, however many files there are.
const MAX_CONNECTIONS: usize = 10_000;
/// The default of the most connections of one address.
const MAX_PER_ADDRESS: usize = 512;
/// Connections beside all others, reserved for the health, readiness and metrics of operators.
pub(super) const RESERVED: usize = 16;
/// Files that are not connections of clients: listeners, logs, webhooks and the message broker.
const OWN_FILES: usize = 256;
/// A connection to SQLite opens the database, its write-ahead log, the index of that, and at times a
/// journal.
const FILES_OF_DATABASE_CONNECTION: usize = 4;
/// The fewest connections, however few files there are.
const MIN_CONNECTIONS: usize = 16;

/// Limits of connections, event streams and WebSockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Open connections.
    pub total: usize,
    /// Open connections of an address, or of a /64 of IPv6.
    pub per_address: usize,
    /// Event streams and WebSockets together.
    pub streams: usize,
    /// Event streams and WebSockets of an organization.
    pub streams_per_organization: usize,
    /// Event streams and WebSockets of a user, or of an API key of an organization.
    pub streams_per_caller: usize,
    /// WebSockets whose clients have not authenticated yet.
    pub unauthenticated_sockets: usize,
}

impl ConnectionLimits {
    /// The limits for this configuration and this process.
    pub fn of(config: &Config) -> Self {
        Self::within(config, open_files())
    }

    /// The limits for a number of files.
    fn within(config: &Config, files: usize) -> Self {
        let database_connections = usize::try_from(config.pool_size).unwrap_or(usize::MAX);
        let database = database_connections.saturating_mul(FILES_OF_DATABASE_CONNECTION);
        let left = files.saturating_sub(OWN_FILES.saturating_add(database));
        let available = left
            .max(files / 2)
            .saturating_sub(RESERVED)
            .max(MIN_CONNECTIONS);
        let total = config.connections.unwrap_or(MAX_CONNECTIONS).min(available);
        let of_address = (total / 4).min(MAX_PER_ADDRESS);
        let streams = total / 2;
        Self {
            total,
            per_address: config
                .connections_per_address
                .unwrap_or(of_address)
                .min(total),
            streams,
            // One organization or caller can never take all streams.
            streams_per_organization: config.streams_per_organization.min(streams / 2),
            streams_per_caller: config.streams_per_caller.min(streams / 4),
            unauthenticated_sockets: total / 8,
        }
    }
}

/// Raises the limit of open files of this process to its hard limit.
pub fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if limit != raised
        && let Err(error) = setrlimit(Resource::Nofile, raised)
    {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

/// The number of files that this process may open.
fn open_files() -> usize {
    let most = getrlimit(Resource::Nofile).current;
    let most = most.and_then(|most| usize::try_from(most).ok());
    most.unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::Overrides;

    fn config(values: &[(&'static str, &str)]) -> Config {
        let values = values
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        let overrides = Overrides {
            file: None,
            values: values.collect(),
        };
        Config::load(&overrides, []).unwrap()
    }

    #[test]
    fn connections_leave_files_for_everything_else() {
        for (files, total, per_address) in [
            (64, 16, 4),
            (256, 112, 28),
            (1024, 688, 172),
            (20_000, 10_000, 512),
            (usize::MAX, 10_000, 512),
        ] {
            let limits = ConnectionLimits::within(&config(&[]), files);
            assert_eq!(
                (limits.total, limits.per_address),
                (total, per_address),
                "{files}"
            );
            assert!(files == 64 || limits.total + RESERVED + 64 < files);
        }
    }

    #[test]
    fn configured_limits_hold_as_far_as_files_allow() {
        let config = config(&[
            ("connections", "400"),
            ("connections_per_address", "300"),
            ("streams_per_organization", "90"),
            ("streams_per_caller", "40"),
        ]);
        let limits = ConnectionLimits::within(&config, 1024);
        let expected = ConnectionLimits {
            total: 400,
            per_address: 300,
            streams: 200,
            streams_per_organization: 90,
            streams_per_caller: 40,
            unauthenticated_sockets: 50,
        };
        assert_eq!(limits, expected);
        let few = ConnectionLimits::within(&config, 256);
        assert_eq!((few.total, few.per_address), (112, 112));
        assert_eq!(
            (few.streams_per_organization, few.streams_per_caller),
            (28, 14)
        );
    }
}
