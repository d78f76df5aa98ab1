//! How often somebody may ask, by address, by account at the login, by organization and by API key;
//! and how much of what is scarce they may have at a time.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use contract::{Operation, Problem, ProblemCode};
use credentials::KeyDigest;
use domain::{Actor, ApiKeyId, OrganizationId, settings::Settings};
use limits::{Applied, Limiter, PolicyName, Quota, TrustedProxies, client_network, headers};
use poem::Request;

use crate::{
    config::Config, costly_reads::CostlyReads, edge::Trail, log_bytes::LogBytes, metrics::Metrics,
    open_streams::OpenStreams, serve::ConnectionLimits,
};

const BY_ADDRESS: PolicyName = PolicyName::new("ip");
const BY_ACCOUNT: PolicyName = PolicyName::new("account");
const BY_ORGANIZATION: PolicyName = PolicyName::new("organization");
const BY_KEY: PolicyName = PolicyName::new("api-key");
/// Counted in bytes.
const LOG_BYTES: PolicyName = PolicyName::new("log-bytes");

/// Addresses, accounts and the like that are told apart; beyond that the newest share one quota.
const ROOM: usize = 100_000;

/// What somebody may ask in a time; `None` is without a limit.
#[derive(Clone, Copy, Debug)]
pub struct Quotas {
    /// Each address, but for those of this machine.
    pub address: Option<Quota>,
    /// Each account at the login.
    pub account: Option<Quota>,
    /// Each organization that set nothing else.
    pub organization: Option<Quota>,
    /// Each API key whose organization set nothing else.
    pub api_key: Option<Quota>,
    /// The bytes that each organization appends to logs.
    pub log_bytes: Option<Quota>,
}

/// Counts what callers use up in this process.
pub struct RateLimits {
    quotas: Quotas,
    proxies: TrustedProxies,
    addresses: Limiter<IpAddr>,
    accounts: Limiter<[u8; 32]>,
    organizations: Limiter<OrganizationId>,
    keys: Limiter<ApiKeyId>,
    log_bytes: Arc<LogBytes>,
    costly_reads: Arc<CostlyReads>,
    large_bodies: Arc<CostlyReads>,
    streams: Arc<OpenStreams>,
}

/// The limits that a request was counted against.
#[derive(Default)]
pub struct Counted(Vec<Applied>);

impl Counted {
    /// Tells the caller where it stands, and refuses when it asked too often.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn told(&self, trail: Option<&Trail>) -> Result<(), Problem> {
        if let Some(trail) = trail.filter(|_| !self.0.is_empty()) {
            trail.set_limits(headers(&self.0));
        }
        self.check()
    }

    /// Refuses when the caller asked too often already, and tells it; else the rest is counted first.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn refused(&self, trail: Option<&Trail>) -> Result<(), Problem> {
        match self.check() {
            Ok(()) => Ok(()),
            Err(_) => self.told(trail),
        }
    }

    fn check(&self) -> Result<(), Problem> {
        match self.0.iter().all(|applied| applied.decision.allowed) {
            true => Ok(()),
            false => Err(Problem::new(
                ProblemCode::RateLimited,
                "Too many requests; ask again after Retry-After seconds.",
            )),
        }
    }
}

impl RateLimits {
    /// With the quotas of the configuration, and what is appended to the logs.
    pub fn new(config: &Config, log_bytes: Arc<LogBytes>, metrics: Arc<Metrics>) -> Self {
        Self {
            quotas: config.quotas,
            proxies: config.trusted_proxies.clone(),
            addresses: Limiter::new(ROOM),
            accounts: Limiter::new(ROOM),
            organizations: Limiter::new(ROOM),
            keys: Limiter::new(ROOM),
            log_bytes,
            costly_reads: Arc::new(CostlyReads::new(config.pool_size)),
            large_bodies: Arc::new(CostlyReads::of_large_bodies()),
            streams: OpenStreams::new(ConnectionLimits::of(config), metrics),
        }
    }

    /// The reads that may take long.
    pub const fn costly_reads(&self) -> &Arc<CostlyReads> {
        &self.costly_reads
    }

    /// The bodies that take long to read.
    pub const fn large_bodies(&self) -> &Arc<CostlyReads> {
        &self.large_bodies
    }

    /// The event streams and WebSockets that are open.
    pub const fn streams(&self) -> &Arc<OpenStreams> {
        &self.streams
    }

    /// Notes when the caller's organization has appended too much for this operation.
    pub fn count_log_bytes(&self, operation: &Operation, actor: &Actor, counted: &mut Counted) {
        if let Some((quota, decision)) = self.log_bytes.refusal(operation, actor) {
            let name = LOG_BYTES;
            counted.0.push(Applied {
                name,
                quota,
                decision,
            });
        }
    }

    /// The address that the request came from, behind the proxies that are trusted.
    pub fn address(&self, request: &Request) -> Option<IpAddr> {
        let peer = request.remote_addr().as_socket_addr()?.ip();
        Some(self.proxies.client(peer, request.headers()))
    }

    /// Counts a request by its address. What runs on this machine is not limited so: it is a tool of
    /// the operator, or a proxy that nobody said is one, behind which everybody has its address.
    pub fn count_address(&self, address: Option<IpAddr>, counted: &mut Counted) {
        let address = address.filter(|address| !address.is_loopback());
        if let (Some(address), Some(quota)) = (address, self.quotas.address) {
            let network = client_network(address);
            count(&self.addresses, &network, BY_ADDRESS, quota, counted);
        }
    }

    /// Counts a try to sign in to the account.
    pub fn count_account(&self, account: &KeyDigest, counted: &mut Counted) {
        if let Some(quota) = self.quotas.account {
            count(
                &self.accounts,
                account.as_bytes(),
                BY_ACCOUNT,
                quota,
                counted,
            );
        }
    }

    /// Counts a request by the caller's organization and API key.
    pub fn count_caller(&self, actor: &Actor, settings: Option<&Settings>, counted: &mut Counted) {
        let own = |set: fn(&Settings) -> Option<i32>| {
            let limit = u32::try_from(set(settings?)?).ok()?;
            let window = Duration::from_secs(60);
            Some(Quota { limit, window })
        };
        let quota = own(|set| set.requests_per_minute).or(self.quotas.organization);
        if let (Some(id), Some(quota)) = (actor.organization(), quota) {
            count(&self.organizations, &id, BY_ORGANIZATION, quota, counted);
        }
        let quota = own(|set| set.api_key_requests_per_minute).or(self.quotas.api_key);
        if let (Some(id), Some(quota)) = (actor.key_id(), quota) {
            count(&self.keys, &id, BY_KEY, quota, counted);
        }
    }
}

fn count<K: std::hash::Hash + Eq + Clone>(
    limiter: &Limiter<K>,
    key: &K,
    name: PolicyName,
    quota: Quota,
    counted: &mut Counted,
) {
    let decision = limiter.check(key, quota, Instant::now());
    counted.0.push(Applied {
        name,
        quota,
        decision,
    });
}
