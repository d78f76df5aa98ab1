//! The table of configuration keys, from which the file, the environment, the flags
//! and `--help` are read.

/// How a key is given on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// `--name VALUE`, with the placeholder shown in the help.
    Value(&'static str),
    /// `--no-name`, which sets the key to `false`.
    No,
    /// Not on the command line, where every user of the machine could read it.
    Never,
}

/// The default of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// This value.
    Value(&'static str),
    /// Computed; the text describes it in the help.
    Derived(&'static str),
}

/// One configuration key.
#[derive(Debug)]
pub struct Key {
    /// Its name in the TOML file.
    pub name: &'static str,
    /// Its environment variable.
    pub env: &'static str,
    /// Its flag.
    pub flag: Flag,
    /// Its default.
    pub preset: Preset,
    /// Its meaning, in one line.
    pub about: &'static str,
}

impl Key {
    /// The flag without its dashes, if there is one.
    pub fn flag_name(&self) -> Option<String> {
        let dashed = self.name.replace('_', "-");
        match self.flag {
            Flag::Value(_) => Some(dashed),
            Flag::No => Some(format!("no-{dashed}")),
            Flag::Never => None,
        }
    }

    /// The default as the help prints it.
    pub fn preset_text(&self) -> &'static str {
        match self.preset {
            Preset::Value(text) | Preset::Derived(text) => text,
        }
    }
}

/// Every key, in the order of the help.
pub static KEYS: &[Key] = &[
    Key {
        name: "listen",
        env: "QUARTERMASTER_LISTEN",
        flag: Flag::Value("HOST:PORT"),
        preset: Preset::Value("127.0.0.1:8080"),
        about: "Address to serve on; port 0 takes a free one",
    },
    Key {
        name: "data_dir",
        env: "QUARTERMASTER_DATA_DIR",
        flag: Flag::Value("DIR"),
        preset: Preset::Value("./data"),
        about: "Folder of the SQLite file and of the API key secret; made when missing",
    },
    Key {
        name: "database_url",
        env: "QUARTERMASTER_DATABASE_URL",
        flag: Flag::Value("URL"),
        preset: Preset::Derived("sqlite://<data_dir>/quartermaster.db"),
        about: "Database: sqlite://, postgres:// or mysql:// (also mariadb://); plain DATABASE_URL is read too",
    },
    Key {
        name: "api_key_secret",
        env: "QUARTERMASTER_API_KEY_SECRET",
        flag: Flag::Never,
        preset: Preset::Derived("the file <data_dir>/api-key.secret, made at first start"),
        about: "Key under which API keys and tokens are hashed and signing keys sealed: 64 hexadecimal digits",
    },
    Key {
        name: "public_url",
        env: "QUARTERMASTER_PUBLIC_URL",
        flag: Flag::Value("URL"),
        preset: Preset::Derived("http://<listen>, or localhost where that is every address"),
        about: "Where people and clients reach the service; the issuer of access tokens, and the begin of links in mails",
    },
    Key {
        name: "bootstrap_email",
        env: "QUARTERMASTER_BOOTSTRAP_EMAIL",
        flag: Flag::Value("EMAIL"),
        preset: Preset::Value("admin@quartermaster.invalid"),
        about: "Email of the super admin that the first start makes",
    },
    Key {
        name: "bootstrap_password",
        env: "QUARTERMASTER_BOOTSTRAP_PASSWORD",
        flag: Flag::Never,
        preset: Preset::Derived("a random one, printed once, to be changed at first login"),
        about: "Password of the super admin that the first start makes; it stays",
    },
    Key {
        name: "mail_url",
        env: "QUARTERMASTER_MAIL_URL",
        flag: Flag::Never,
        preset: Preset::Value("log:"),
        about: "How mail is sent: smtp://user:password@host:port?tls=required, smtps://, file:<folder>, or log: into the log",
    },
    Key {
        name: "mail_from",
        env: "QUARTERMASTER_MAIL_FROM",
        flag: Flag::Value("MAILBOX"),
        preset: Preset::Value("Quartermaster <no-reply@quartermaster.invalid>"),
        about: "Sender of mails",
    },
    Key {
        name: "bus_url",
        env: "QUARTERMASTER_BUS_URL",
        flag: Flag::Never,
        preset: Preset::Derived("none"),
        about: "Message broker that every event goes to: amqp://user:password@host:port/vhost?exchange=…, redis://user:password@host:port/database?prefix=…&maxlen=…, amqps:// or rediss://",
    },
    Key {
        name: "access_token_lifetime",
        env: "QUARTERMASTER_ACCESS_TOKEN_LIFETIME",
        flag: Flag::Value("DURATION"),
        preset: Preset::Value("10m"),
        about: "How long an access token lasts, up to 1h",
    },
    Key {
        name: "refresh_idle",
        env: "QUARTERMASTER_REFRESH_IDLE",
        flag: Flag::Value("DURATION"),
        preset: Preset::Value("14d"),
        about: "A session that is not used for so long ends",
    },
    Key {
        name: "refresh_absolute",
        env: "QUARTERMASTER_REFRESH_ABSOLUTE",
        flag: Flag::Value("DURATION"),
        preset: Preset::Value("90d"),
        about: "A session ends after so long",
    },
    Key {
        name: "invitation_lifetime",
        env: "QUARTERMASTER_INVITATION_LIFETIME",
        flag: Flag::Value("DURATION"),
        preset: Preset::Value("7d"),
        about: "How long the link of an invitation works",
    },
    Key {
        name: "lockout",
        env: "QUARTERMASTER_LOCKOUT",
        flag: Flag::Value("DURATION"),
        preset: Preset::Value("15m"),
        about: "The longest wait after failed logins; it grows from 1s with each failure",
    },
    Key {
        name: "password_cost",
        env: "QUARTERMASTER_PASSWORD_COST",
        flag: Flag::Value("COST"),
        preset: Preset::Value("m=19456,t=2,p=1"),
        about: "Cost of Argon2id: memory in KiB, passes, lanes; a change takes effect at the next login",
    },
    Key {
        name: "password_threads",
        env: "QUARTERMASTER_PASSWORD_THREADS",
        flag: Flag::Value("NUMBER"),
        preset: Preset::Derived("one a core, at most 4"),
        about: "Threads that hash passwords",
    },
    Key {
        name: "password_queue",
        env: "QUARTERMASTER_PASSWORD_QUEUE",
        flag: Flag::Value("NUMBER"),
        preset: Preset::Value("64"),
        about: "Logins that may wait for such a thread; when it is full, logins are answered 503",
    },
    Key {
        name: "signing_key_lifetime",
        env: "QUARTERMASTER_SIGNING_KEY_LIFETIME",
        flag: Flag::Value("DURATION"),
        preset: Preset::Value("30d"),
        about: "How long a key signs access tokens before the next one does",
    },
    Key {
        name: "signing_key_notice",
        env: "QUARTERMASTER_SIGNING_KEY_NOTICE",
        flag: Flag::Value("DURATION"),
        preset: Preset::Value("1d"),
        about: "How long a key is published before it signs",
    },
    Key {
        name: "cors_origins",
        env: "QUARTERMASTER_CORS_ORIGINS",
        flag: Flag::Value("ORIGINS"),
        preset: Preset::Derived("none; `*` in development"),
        about: "Origins whose pages may call, with commas between; `*` is for development only",
    },
    Key {
        name: "trusted_proxies",
        env: "QUARTERMASTER_TRUSTED_PROXIES",
        flag: Flag::Value("NETWORKS"),
        preset: Preset::Derived("none"),
        about: "Addresses or networks of proxies, with commas between, whose word about the address of a client is taken",
    },
    Key {
        name: "proxy_header",
        env: "QUARTERMASTER_PROXY_HEADER",
        flag: Flag::Value("HEADER"),
        preset: Preset::Value("x-forwarded-for"),
        about: "The header in which these proxies name the client: x-forwarded-for or forwarded",
    },
    Key {
        name: "rate_limit_ip",
        env: "QUARTERMASTER_RATE_LIMIT_IP",
        flag: Flag::Value("QUOTA"),
        preset: Preset::Value("6000/1m"),
        about: "Requests of an address (IPv6: of a /64) in a time, or `off`; addresses of this machine have no limit",
    },
    Key {
        name: "rate_limit_account",
        env: "QUARTERMASTER_RATE_LIMIT_ACCOUNT",
        flag: Flag::Value("QUOTA"),
        preset: Preset::Value("600/1m"),
        about: "Logins of an account in a time, or `off`",
    },
    Key {
        name: "rate_limit_organization",
        env: "QUARTERMASTER_RATE_LIMIT_ORGANIZATION",
        flag: Flag::Value("QUOTA"),
        preset: Preset::Value("1200000/1m"),
        about: "Requests of an organization in a time, or `off`; each may set its own",
    },
    Key {
        name: "rate_limit_api_key",
        env: "QUARTERMASTER_RATE_LIMIT_API_KEY",
        flag: Flag::Value("QUOTA"),
        preset: Preset::Value("1200000/1m"),
        about: "Requests of an API key in a time, or `off`; each organization may set its own",
    },
    Key {
        name: "connections",
        env: "QUARTERMASTER_CONNECTIONS",
        flag: Flag::Value("NUMBER"),
        preset: Preset::Derived("10000, or as many as the limit of open files leaves room for"),
        about: "Connections that may be open; for more, those are closed that have waited longest for their clients",
    },
    Key {
        name: "connections_per_address",
        env: "QUARTERMASTER_CONNECTIONS_PER_ADDRESS",
        flag: Flag::Value("NUMBER"),
        preset: Preset::Derived("a quarter of all, at most 512"),
        about: "Connections that an address (IPv6: a /64) may have open; addresses of this machine and trusted proxies have no limit",
    },
    Key {
        name: "streams_per_caller",
        env: "QUARTERMASTER_STREAMS_PER_CALLER",
        flag: Flag::Value("NUMBER"),
        preset: Preset::Value("64"),
        about: "Event streams and WebSockets that a user, or an organization's API key, may have open; never more than an eighth of all connections",
    },
    Key {
        name: "streams_per_organization",
        env: "QUARTERMASTER_STREAMS_PER_ORGANIZATION",
        flag: Flag::Value("NUMBER"),
        preset: Preset::Value("1024"),
        about: "Event streams and WebSockets that an organization may have open; never more than a quarter of all connections",
    },
    Key {
        name: "rate_limit_log_bytes",
        env: "QUARTERMASTER_RATE_LIMIT_LOG_BYTES",
        flag: Flag::Value("QUOTA"),
        preset: Preset::Value("64MiB/16s"),
        about: "Bytes that callers of an organization append to logs in a time, or `off`; what takes something away is never refused",
    },
    Key {
        name: "log_level",
        env: "QUARTERMASTER_LOG_LEVEL",
        flag: Flag::Value("FILTER"),
        preset: Preset::Value("info"),
        about: "off, error, warn, info, debug or trace, also by target: `info,persistence=debug`",
    },
    Key {
        name: "log_format",
        env: "QUARTERMASTER_LOG_FORMAT",
        flag: Flag::Value("json|text"),
        preset: Preset::Value("json"),
        about: "JSON lines for machines, text for people; both go to standard error",
    },
    Key {
        name: "development",
        env: "QUARTERMASTER_DEVELOPMENT",
        flag: Flag::Value("true|false"),
        preset: Preset::Value("false"),
        about: "Ease for development: pages of every origin may call",
    },
    Key {
        name: "demo",
        env: "QUARTERMASTER_DEMO",
        flag: Flag::No,
        preset: Preset::Value("true"),
        about: "Load the demo data into an empty database at start (true or false)",
    },
    Key {
        name: "sweep_interval",
        env: "QUARTERMASTER_SWEEP_INTERVAL",
        flag: Flag::Value("DURATION"),
        preset: Preset::Value("1s"),
        about: "How often ended assignments are revoked; `off` leaves it to the next request that needs the seat",
    },
    Key {
        name: "request_timeout",
        env: "QUARTERMASTER_REQUEST_TIMEOUT",
        flag: Flag::Value("DURATION"),
        preset: Preset::Value("30s"),
        about: "A request that takes longer is answered 503",
    },
    Key {
        name: "body_limit",
        env: "QUARTERMASTER_BODY_LIMIT",
        flag: Flag::Value("SIZE"),
        preset: Preset::Value("1MiB"),
        about: "Largest request body: bytes, KiB or MiB; a larger one is answered 413, and one above 16KiB where no login is needed",
    },
    Key {
        name: "body_timeout",
        env: "QUARTERMASTER_BODY_TIMEOUT",
        flag: Flag::Value("DURATION"),
        preset: Preset::Value("5s"),
        about: "A request whose body takes longer to come is answered 400",
    },
    Key {
        name: "shutdown_grace",
        env: "QUARTERMASTER_SHUTDOWN_GRACE",
        flag: Flag::Value("DURATION"),
        preset: Preset::Value("20s"),
        about: "How long running requests may finish after SIGTERM or SIGINT",
    },
    Key {
        name: "pool_size",
        env: "QUARTERMASTER_POOL_SIZE",
        flag: Flag::Value("NUMBER"),
        preset: Preset::Value("16"),
        about: "Database connections for reads",
    },
    Key {
        name: "queue_size",
        env: "QUARTERMASTER_QUEUE_SIZE",
        flag: Flag::Value("NUMBER"),
        preset: Preset::Value("1024"),
        about: "Writes that may wait for each log; when it is full, writes are answered 503",
    },
    Key {
        name: "otlp_endpoint",
        env: "QUARTERMASTER_OTLP_ENDPOINT",
        flag: Flag::Value("URL"),
        preset: Preset::Derived("none, no traces are sent"),
        about: "OpenTelemetry collector for traces (OTLP over HTTP), like http://localhost:4318",
    },
    Key {
        name: "auto_migrate",
        env: "QUARTERMASTER_AUTO_MIGRATE",
        flag: Flag::No,
        preset: Preset::Value("true"),
        about: "Bring the database up to date at start; when false, one that is not is refused",
    },
    Key {
        name: "webhook_allow_nets",
        env: "QUARTERMASTER_WEBHOOK_ALLOW_NETS",
        flag: Flag::Value("NETWORKS"),
        preset: Preset::Derived("none"),
        about: "Networks that webhooks may be sent to beside the public ones, with commas between, for development",
    },
    Key {
        name: "webhook_plain_http",
        env: "QUARTERMASTER_WEBHOOK_PLAIN_HTTP",
        flag: Flag::Value("true|false"),
        preset: Preset::Derived("true where webhook_allow_nets is set"),
        about: "Whether webhooks may be sent to http URLs",
    },
    Key {
        name: "webhook_ports",
        env: "QUARTERMASTER_WEBHOOK_PORTS",
        flag: Flag::Value("PORTS"),
        preset: Preset::Derived("any where webhook_allow_nets is set, else the usual ones"),
        about: "Ports that webhooks may be sent to beside 443, with commas between, or `any`",
    },
];

/// The key with this name in the file.
pub fn by_name(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The key with this environment variable.
pub fn by_env(env: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.env == env)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_variable_is_the_name_in_capitals() {
        for key in KEYS {
            assert_eq!(
                key.env,
                format!("QUARTERMASTER_{}", key.name.to_uppercase())
            );
        }
    }

    #[test]
    fn switches_that_can_be_turned_off_are_on_by_default() {
        for key in KEYS.iter().filter(|key| key.flag == Flag::No) {
            assert_eq!(key.preset, Preset::Value("true"));
        }
    }
}
