//! Where messages go, as one setting.
use std::{fmt, num::NonZeroU64, path::PathBuf, str::FromStr};

use percent_encoding::percent_decode_str;
use url::{Host, Url};
use zeroize::Zeroizing;

use crate::{
    bus::{Bus, Timeouts},
    rabbit::RabbitBus,
    redis::RedisBus,
    wire::Server,
};

/// The exchange that RabbitMQ takes messages at, unless another is named.
const EXCHANGE: &str = "quartermaster.events";

/// What the names of Redis streams begin with, unless something else is named.
const PREFIX: &str = "quartermaster";

/// About how many entries a Redis stream keeps, unless another number is named.
const MAXLEN: NonZeroU64 = NonZeroU64::MIN.saturating_add(999_999);

/// The most bytes that AMQP has for a name.
const LONGEST_NAME: usize = 255;

/// Where messages go. It is written as
/// `amqp://user:password@host:port/vhost?exchange=…` for RabbitMQ and
/// `redis://user:password@host:port/database?prefix=…&maxlen=…` for Redis, and with `amqps` or
/// `rediss` over TLS. Everything but the scheme and the host may be left out. `ca=` names a file
/// with the PEM certificates of those who may vouch for the server, instead of the public
/// authorities. Special characters in names are percent-encoded.
///
/// Printing it, also with `Debug`, leaves the password out.
#[derive(Clone)]
pub struct BusUrl {
    server: Server,
    target: Target,
    shown: String,
}

/// The part of a broker that takes the messages.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Rabbit {
        vhost: String,
        exchange: String,
    },
    Redis {
        database: u16,
        prefix: String,
        maxlen: NonZeroU64,
    },
}

/// Why a text names no bus. None of these repeats the text, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BusUrlError {
    /// It begins with none of the known schemes.
    #[error("the bus must begin with amqp://, amqps://, redis:// or rediss://")]
    Scheme,
    /// It is no well-formed URL.
    #[error("the bus URL is malformed")]
    Malformed,
    /// There is no host.
    #[error("the bus URL needs a host")]
    Host,
    /// A user without a password; for RabbitMQ also a password without a user.
    #[error(
        "the bus URL needs a password with its user, and for RabbitMQ a user with its password"
    )]
    Login,
    /// Too many slashes, or a Redis database that is no number.
    #[error("the path of the bus URL is one virtual host, or the number of a Redis database")]
    Path,
    /// An option that the broker does not have, or one given twice.
    #[error(
        "after the bus URL's '?', RabbitMQ knows exchange, Redis knows prefix and maxlen, and amqps:// and rediss:// know ca, each once"
    )]
    Option,
    /// The exchange or the prefix is empty or too long.
    #[error("exchange and prefix are 1 to 255 bytes")]
    Name,
    /// `maxlen` is no number above zero.
    #[error("maxlen must be a whole number above 0")]
    Maxlen,
    /// The file that `ca` names cannot be used.
    #[error("the file that ca names is not there or holds no PEM certificate")]
    Authorities,
}

impl BusUrl {
    /// Makes the bus, without a connection yet. Reads the file that `ca` names.
    pub fn open(&self, timeouts: Timeouts) -> Result<Box<dyn Bus>, BusUrlError> {
        let wire = self.server.clone().wire()?;
        Ok(match self.target.clone() {
            Target::Rabbit { vhost, exchange } => {
                Box::new(RabbitBus::new(wire, vhost, exchange, timeouts))
            }
            Target::Redis {
                database,
                prefix,
                maxlen,
            } => Box::new(RedisBus::new(wire, database, prefix, maxlen, timeouts)),
        })
    }
}

impl FromStr for BusUrl {
    type Err = BusUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        let (rabbit, tls) = match scheme {
            Some("amqp") => (true, false),
            Some("amqps") => (true, true),
            Some("redis") => (false, false),
            Some("rediss") => (false, true),
            _ => return Err(BusUrlError::Scheme),
        };
        let url = Url::parse(text).map_err(|error| match error {
            url::ParseError::EmptyHost => BusUrlError::Host,
            _ => BusUrlError::Malformed,
        })?;
        if url.fragment().is_some() {
            return Err(BusUrlError::Malformed);
        }
        let mut options = Options::of(&url)?;
        let target = if rabbit {
            rabbit_target(&url, &mut options)?
        } else {
            redis_target(&url, &mut options)?
        };
        let ca = if tls { options.take("ca") } else { None };
        options.end()?;
        let server = server(&url, rabbit, tls.then(|| ca.map(PathBuf::from)))?;
        let shown = shown(&url, &server);
        Ok(Self {
            server,
            target,
            shown,
        })
    }
}

impl fmt::Display for BusUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for BusUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BusUrl({self})")
    }
}

/// What follows the question mark; what nobody takes is unknown.
struct Options(Vec<(String, String)>);

impl Options {
    fn of(url: &Url) -> Result<Self, BusUrlError> {
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        let twice = |(name, _): &(String, String)| {
            let same = pairs.iter().filter(|(other, _)| other == name);
            same.count() > 1
        };
        if pairs.iter().any(twice) {
            return Err(BusUrlError::Option);
        }
        Ok(Self(pairs))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    fn name(&mut self, option: &str, usual: &str) -> Result<String, BusUrlError> {
        let name = self.take(option).unwrap_or_else(|| usual.to_owned());
        if name.is_empty() || name.len() > LONGEST_NAME {
            return Err(BusUrlError::Name);
        }
        Ok(name)
    }

    fn end(self) -> Result<(), BusUrlError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(BusUrlError::Option)
        }
    }
}

fn rabbit_target(url: &Url, options: &mut Options) -> Result<Target, BusUrlError> {
    let vhost = match path(url)? {
        "" => "/".to_owned(),
        path => decoded(path)?.to_string(),
    };
    if vhost.len() > LONGEST_NAME {
        return Err(BusUrlError::Path);
    }
    let exchange = options.name("exchange", EXCHANGE)?;
    Ok(Target::Rabbit { vhost, exchange })
}

fn redis_target(url: &Url, options: &mut Options) -> Result<Target, BusUrlError> {
    let database = match path(url)? {
        "" => 0,
        path => path.parse().map_err(|_| BusUrlError::Path)?,
    };
    let prefix = options.name("prefix", PREFIX)?;
    let maxlen = match options.take("maxlen") {
        Some(number) => number.parse().map_err(|_| BusUrlError::Maxlen)?,
        None => MAXLEN,
    };
    Ok(Target::Redis {
        database,
        prefix,
        maxlen,
    })
}

/// The path without its first slash; it has no other.
fn path(url: &Url) -> Result<&str, BusUrlError> {
    let path = url.path();
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.contains('/') {
        return Err(BusUrlError::Path);
    }
    Ok(path)
}

fn server(url: &Url, rabbit: bool, tls: Option<Option<PathBuf>>) -> Result<Server, BusUrlError> {
    let host = match url.host() {
        Some(Host::Domain(name)) if !name.is_empty() => decoded(name)?.to_string(),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        _ => return Err(BusUrlError::Host),
    };
    let mut user = decoded(url.username())?;
    let mut password = decoded(url.password().unwrap_or_default())?;
    if rabbit && user.is_empty() && password.is_empty() {
        // What every RabbitMQ has from the start, for connections from its own machine.
        user = Zeroizing::new("guest".to_owned());
        password = user.clone();
    }
    if password.is_empty() != user.is_empty() && (rabbit || password.is_empty()) {
        return Err(BusUrlError::Login);
    }
    let usual = match (rabbit, tls.is_some()) {
        (true, false) => 5672,
        (true, true) => 5671,
        (false, _) => 6379,
    };
    Ok(Server {
        host,
        port: url.port().unwrap_or(usual),
        user: user.to_string(),
        password,
        tls,
    })
}

fn shown(url: &Url, server: &Server) -> String {
    let login = match (url.username(), url.password()) {
        ("", None) => String::new(),
        (user, _) => format!("{user}:…@"),
    };
    let host = url.host_str().unwrap_or_default();
    let (scheme, port, path) = (url.scheme(), server.port, url.path());
    format!("{scheme}://{login}{host}:{port}{path}")
}

fn decoded(text: &str) -> Result<Zeroizing<String>, BusUrlError> {
    let plain = percent_decode_str(text).decode_utf8();
    let plain = plain.map_err(|_| BusUrlError::Malformed)?;
    Ok(Zeroizing::new(plain.into_owned()))
}

#[cfg(test)]
mod tests;
