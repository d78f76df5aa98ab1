//! Rate limits by address, by account at the login, by organization and by API key; and the limits of
//! costly reads, large bodies and open streams.

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
    config::Config, costly_reads::CostlyReads, edge::RequestContext, log_bytes::LogBytes,
    metrics::Metrics, open_streams::OpenStreams, serve::ConnectionLimits,
};

const BY_ADDRESS: PolicyName = PolicyName::new("ip");
const BY_ACCOUNT: PolicyName = PolicyName::new("account");
const BY_ORGANIZATION: PolicyName = PolicyName::new("organization");
const BY_KEY: PolicyName = PolicyName::new("api-key");
/// The quota is in bytes.
const LOG_BYTES: PolicyName = PolicyName::new("log-bytes");

/// The most keys of a kind that are counted separately; beyond that the newest share one quota.
const MAX_KEYS: usize = 100_000;

/// The quotas of requests; `None` is without a limit.
#[derive(Clone, Copy, Debug)]
pub struct Quotas {
    /// Of an address, except the addresses of this machine.
    pub address: Option<Quota>,
    /// Of an account at the login.
    pub account: Option<Quota>,
    /// Of an organization that has not set its own.
    pub organization: Option<Quota>,
    /// Of an API key whose organization has not set its own.
    pub api_key: Option<Quota>,
    /// Of the bytes that an organization appends to logs.
    pub log_bytes: Option<Quota>,
}

/// The rate limits of this process.
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
    /// Sets the rate limit headers, and refuses the request if a limit is exceeded.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn enforce(&self, request_context: Option<&RequestContext>) -> Result<(), Problem> {
        if let Some(request_context) = request_context.filter(|_| !self.0.is_empty()) {
            request_context.set_limits(headers(&self.0));
        }
        self.check()
    }

    /// Refuses the request, with the rate limit headers, if a limit is exceeded already. Otherwise sets no
    /// headers, because further limits are counted later.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn reject(&self, request_context: Option<&RequestContext>) -> Result<(), Problem> {
        match self.check() {
            Ok(()) => Ok(()),
            Err(_) => self.enforce(request_context),
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
    /// With the configured quotas and the counted bytes of the logs.
    pub fn new(config: &Config, log_bytes: Arc<LogBytes>, metrics: Arc<Metrics>) -> Self {
        Self {
            quotas: config.quotas,
            proxies: config.trusted_proxies.clone(),
            addresses: Limiter::new(MAX_KEYS),
            accounts: Limiter::new(MAX_KEYS),
            organizations: Limiter::new(MAX_KEYS),
            keys: Limiter::new(MAX_KEYS),
            log_bytes,
            costly_reads: Arc::new(CostlyReads::new(config.pool_size)),
            large_bodies: Arc::new(CostlyReads::of_large_bodies()),
            streams: OpenStreams::new(ConnectionLimits::of(config), metrics),
        }
    }

    /// The turns of costly reads.
    pub const fn costly_reads(&self) -> &Arc<CostlyReads> {
        &self.costly_reads
    }

    /// The turns of large bodies.
    pub const fn large_bodies(&self) -> &Arc<CostlyReads> {
        &self.large_bodies
    }

    /// The open event streams and WebSockets.
    pub const fn streams(&self) -> &Arc<OpenStreams> {
        &self.streams
    }

    /// Adds the limit of log bytes if the caller's organization exceeds it for this operation.
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

    /// The address of the client, behind trusted proxies.
    pub fn address(&self, request: &Request) -> Option<IpAddr> {
        let peer = request.remote_addr().as_socket_addr()?.ip();
        Some(self.proxies.client(peer, request.headers()))
    }

    /// Counts a request by its address. Loopback addresses have no limit: they belong to tools of the
    /// operator, or to a proxy that is not configured as trusted, whose clients all share its address.
    pub fn count_address(&self, address: Option<IpAddr>, counted: &mut Counted) {
        let address = address.filter(|address| !address.is_loopback());
        if let (Some(address), Some(quota)) = (address, self.quotas.address) {
            let network = client_network(address);
            count(&self.addresses, &network, BY_ADDRESS, quota, counted);
        }
    }

    /// Counts an attempt to sign in to the account.
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
