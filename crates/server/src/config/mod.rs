//! Typed configuration: flag over environment over file over default. Unknown keys and
//! bad values are refused at start, all at once.
mod database_url;
mod keys;
mod layers;
mod listen_address;
#[cfg(test)]
mod page;
mod values;

use std::{
    collections::HashSet,
    ffi::OsString,
    fmt,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    time::Duration,
};

pub use database_url::{DatabaseKind, DatabaseUrl};
pub use keys::{Flag, KEYS, Key, Preset};
pub use layers::{Fault, Source};
pub use listen_address::ListenAddress;
pub use values::LogFormat;

use self::layers::Layers;
use crate::{api_key::KeySecret, edge::cors::Origins, rate_limit::Quotas, secret::Secret};
use credentials::{hasher::HasherSettings, rotation::Schedule};
use domain::text::Email;
use limits::TrustedProxies;
use mail::{Delivery, Mailbox};
use relay::BusUrl;

/// The environment variable that names the configuration file.
pub const FILE_VARIABLE: &str = "QUARTERMASTER_CONFIG";

/// Everything that can be configured. `Debug` prints no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address to serve on.
    pub listen: ListenAddress,
    /// Folder of the SQLite file and of the API key secret.
    pub data_dir: PathBuf,
    /// The database.
    pub database_url: DatabaseUrl,
    /// The key of the API key hashes, when it is given; see [`Config::key_secret`].
    pub api_key_secret: Option<KeySecret>,
    /// Filter of log lines.
    pub log_level: String,
    /// Shape of log lines.
    pub log_format: LogFormat,
    /// Load the demo data into an empty database.
    pub demo: bool,
    /// Pause between two sweeps; `None` turns them off.
    pub sweep_interval: Option<Duration>,
    /// A request that takes longer is answered 503.
    pub request_timeout: Duration,
    /// Largest request body in bytes.
    pub body_limit: usize,
    /// How long the body of a request may take to arrive.
    pub body_timeout: Duration,
    /// How long running requests may finish at shutdown.
    pub shutdown_grace: Duration,
    /// Database connections for reads.
    pub pool_size: u32,
    /// Writes that may wait for each log.
    pub queue_size: usize,
    /// Base address of an OpenTelemetry collector.
    pub otlp_endpoint: Option<String>,
    /// Bring the database up to date at start.
    pub auto_migrate: bool,
    /// The URL at which people and clients reach the service, without a slash at the end.
    pub public_url: String,
    /// Email of the first super admin.
    pub bootstrap_email: Email,
    /// Password of the first super admin, when it is given.
    pub bootstrap_password: Option<Secret>,
    /// How mail is sent.
    pub mail: Delivery,
    /// Sender of mails.
    pub mail_from: Mailbox,
    /// The bus that receives every event.
    pub bus: Option<BusUrl>,
    /// How long an access token lasts.
    pub access_token_lifetime: Duration,
    /// How long an unused session lasts.
    pub refresh_idle: Duration,
    /// How long a session lasts at most.
    pub refresh_absolute: Duration,
    /// How long an invitation works.
    pub invitation_lifetime: Duration,
    /// The longest wait after failed logins.
    pub lockout: Duration,
    /// The threads that hash passwords, and at what cost.
    pub hasher: HasherSettings,
    /// When signing keys are made and replaced.
    pub key_schedule: Schedule,
    /// Whose pages may call.
    pub cors_origins: Origins,
    /// Proxies whose header with the client's address is trusted.
    pub trusted_proxies: TrustedProxies,
    /// The rate limits.
    pub quotas: Quotas,
    /// Connections that may be open; `None` derives the number from the limit of open files.
    pub connections: Option<usize>,
    /// Connections that an address may have open; `None` derives it from all connections.
    pub connections_per_address: Option<usize>,
    /// Event streams and WebSockets that a caller may have open.
    pub streams_per_caller: usize,
    /// Event streams and WebSockets that an organization may have open.
    pub streams_per_organization: usize,
    /// The addresses to which webhooks may be sent.
    pub webhook_policy: webhook::Policy,
}

/// The configuration on the command line.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--config`.
    pub file: Option<PathBuf>,
    /// Values of flags by key.
    pub values: Vec<(&'static str, String)>,
}

/// Everything that is wrong with the configuration.
#[derive(Debug)]
pub struct ConfigError(pub Vec<Fault>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is not valid")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads the file (`--config`, else `QUARTERMASTER_CONFIG`), the given
    /// environment variables and the flags.
    pub fn load(
        flags: &Overrides,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let environment: Vec<_> = environment.into_iter().collect();
        let mut layers = Layers::with_defaults();
        if let Some(path) = file_path(flags, &environment) {
            layers.read_file(&path);
        }
        layers.read_environment(&environment);
        layers.read_flags(&flags.values);
        let config = Self::parse(&mut layers);
        let faults = layers.into_faults();
        match config {
            Some(config) if faults.is_empty() => Ok(config),
            _ => Err(ConfigError(faults)),
        }
    }

    fn parse(layers: &mut Layers) -> Option<Self> {
        let data_dir = layers.optional("data_dir", directory);
        let database_url = layers.optional("database_url", str::parse);
        let api_key_secret = layers.optional("api_key_secret", KeySecret::from_hex);
        let otlp_endpoint = layers.optional("otlp_endpoint", values::collector);
        // Every key is parsed before the first `?`, so that every fault is reported.
        let listen = layers.optional("listen", str::parse);
        let log_level = layers.optional("log_level", values::log_filter);
        let log_format = layers.optional("log_format", str::parse);
        let demo = layers.optional("demo", values::switch);
        let sweep_interval = layers.optional("sweep_interval", values::interval);
        let request_timeout = layers.optional("request_timeout", values::duration);
        let body_limit = layers.optional("body_limit", values::size);
        let body_timeout = layers.optional("body_timeout", values::duration);
        let shutdown_grace = layers.optional("shutdown_grace", values::duration);
        let pool_size = layers.optional("pool_size", values::count);
        let queue_size = layers.optional("queue_size", values::count);
        let auto_migrate = layers.optional("auto_migrate", values::switch);
        let public_url = layers.optional("public_url", values::public_url);
        let bootstrap_email = layers.optional("bootstrap_email", values::email);
        let bootstrap_password = layers.optional("bootstrap_password", values::password);
        let mail = layers.optional("mail_url", values::delivery);
        let mail_from = layers.optional("mail_from", values::mailbox);
        let bus = layers.optional("bus_url", values::bus);
        let access_token_lifetime = layers.optional("access_token_lifetime", values::token_life);
        let refresh_idle = layers.optional("refresh_idle", values::duration);
        let refresh_absolute = layers.optional("refresh_absolute", values::duration);
        let invitation_lifetime = layers.optional("invitation_lifetime", values::duration);
        let lockout = layers.optional("lockout", values::duration);
        let hasher = hasher(layers);
        let cors_origins = cors_origins(layers);
        let trusted_proxies = trusted_proxies(layers);
        let quotas = quotas(layers);
        let connections = layers.optional("connections", values::positive);
        let per_address = layers.optional("connections_per_address", values::positive);
        let per_caller = layers.optional("streams_per_caller", values::positive);
        let per_organization = layers.optional("streams_per_organization", values::positive);
        let webhook_policy = webhook_policy(layers);
        let key_schedule = key_schedule(layers);
        let data_dir = data_dir?;
        let listen: ListenAddress = listen?;
        Some(Self {
            public_url: public_url.unwrap_or_else(|| listen.url()),
            bootstrap_email: bootstrap_email?,
            bootstrap_password,
            mail: mail?,
            mail_from: mail_from?,
            bus,
            access_token_lifetime: access_token_lifetime?,
            refresh_idle: refresh_idle?,
            refresh_absolute: refresh_absolute?,
            invitation_lifetime: invitation_lifetime?,
            lockout: lockout?,
            hasher: hasher?,
            key_schedule: key_schedule?,
            cors_origins: cors_origins?,
            trusted_proxies: trusted_proxies?,
            quotas: quotas?,
            connections: connections.map(NonZeroUsize::get),
            connections_per_address: per_address.map(NonZeroUsize::get),
            streams_per_caller: per_caller?.get(),
            streams_per_organization: per_organization?.get(),
            webhook_policy: webhook_policy?,
            database_url: database_url.unwrap_or_else(|| DatabaseUrl::in_data_dir(&data_dir)),
            data_dir,
            api_key_secret,
            otlp_endpoint,
            listen,
            log_level: log_level?,
            log_format: log_format?,
            demo: demo?,
            sweep_interval: sweep_interval?,
            request_timeout: request_timeout?,
            body_limit: body_limit?,
            body_timeout: body_timeout?,
            shutdown_grace: shutdown_grace?,
            pool_size: pool_size?,
            queue_size: usize::try_from(queue_size?).ok()?,
            auto_migrate: auto_migrate?,
        })
    }

    /// Where the API key secret is kept when it is not configured.
    pub fn key_secret_file(&self) -> PathBuf {
        self.data_dir.join("api-key.secret")
    }
}

fn hasher(layers: &mut Layers) -> Option<HasherSettings> {
    let cost = layers.optional("password_cost", values::password_cost);
    let threads = layers.optional("password_threads", values::positive);
    let queue = layers.optional("password_queue", values::positive);
    Some(HasherSettings {
        cost: cost?,
        threads: threads.unwrap_or(HasherSettings::default().threads),
        queue: queue?,
    })
}

fn cors_origins(layers: &mut Layers) -> Option<Origins> {
    let development = layers.optional("development", values::switch)?;
    match layers.optional("cors_origins", values::origins) {
        None if development => Some(Origins::Any),
        None => Some(Origins::These(HashSet::new())),
        Some(Origins::Any) if !development => {
            let reason = "`*` is for development only; name the origins";
            layers.fault("cors_origins", reason.to_owned());
            None
        }
        given => given,
    }
}

fn trusted_proxies(layers: &mut Layers) -> Option<TrustedProxies> {
    let header = layers.optional("proxy_header", values::hop_header)?;
    let networks = layers.optional("trusted_proxies", values::networks);
    Some(TrustedProxies::new(networks.unwrap_or_default(), header))
}

fn quotas(layers: &mut Layers) -> Option<Quotas> {
    let address = layers.optional("rate_limit_ip", values::quota);
    let account = layers.optional("rate_limit_account", values::quota);
    let organization = layers.optional("rate_limit_organization", values::quota);
    let api_key = layers.optional("rate_limit_api_key", values::quota);
    let log_bytes = layers.optional("rate_limit_log_bytes", values::byte_quota);
    Some(Quotas {
        address: address?,
        account: account?,
        organization: organization?,
        api_key: api_key?,
        log_bytes: log_bytes?,
    })
}

/// When further networks are allowed, which is for development and tests, plain HTTP and any port are
/// allowed too, unless they are configured.
fn webhook_policy(layers: &mut Layers) -> Option<webhook::Policy> {
    let networks = layers.optional("webhook_allow_nets", values::networks);
    let plain_http = layers.optional("webhook_plain_http", values::switch);
    let ports = layers.optional("webhook_ports", values::webhook_ports);
    let networks = networks.unwrap_or_default();
    let is_open = !networks.is_empty();
    let default_ports = match is_open {
        true => webhook::Ports::Any,
        false => webhook::Ports::default(),
    };
    Some(webhook::Policy {
        plain_http: plain_http.unwrap_or(is_open),
        ports: ports.unwrap_or(default_ports),
        reach: webhook::Reach::with(networks),
    })
}

fn key_schedule(layers: &mut Layers) -> Option<Schedule> {
    let lifetime = layers.optional("signing_key_lifetime", values::duration)?;
    let notice = layers.optional("signing_key_notice", values::duration)?;
    let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    let token = seconds(identity::LONGEST_TOKEN);
    match Schedule::new(seconds(lifetime), seconds(notice), token) {
        Ok(schedule) => Some(schedule),
        Err(error) => {
            layers.fault("signing_key_notice", error.to_string());
            None
        }
    }
}

fn file_path(flags: &Overrides, environment: &[(OsString, OsString)]) -> Option<PathBuf> {
    flags.file.clone().or_else(|| {
        environment
            .iter()
            .find(|(name, value)| name == FILE_VARIABLE && !value.is_empty())
            .map(|(_, value)| Path::new(value).to_owned())
    })
}

fn directory(text: &str) -> Result<PathBuf, String> {
    match text {
        "" => Err("is empty".to_owned()),
        text => Ok(PathBuf::from(text)),
    }
}

#[cfg(test)]
mod tests;
