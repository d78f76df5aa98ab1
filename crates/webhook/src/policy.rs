//! Where webhooks may go.
use std::net::IpAddr;

use url::{Host, Url};

use crate::{
    address::Reach,
    destination::{Destination, DestinationError},
};

const HTTPS: u16 = 443;
const HTTP: u16 = 80;

/// Which ports may be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ports {
    /// 443, 80 where plain HTTP is allowed, and these.
    UsualAnd(Vec<u16>),
    /// All of them.
    Any,
}

impl Default for Ports {
    fn default() -> Self {
        Self::UsualAnd(Vec::new())
    }
}

/// Where webhooks may go. The default is what is right in production: HTTPS on port 443 to public
/// addresses.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Which addresses may be reached.
    pub reach: Reach,
    /// Whether `http` is allowed beside `https`.
    pub plain_http: bool,
    /// Which ports may be called.
    pub ports: Ports,
}

impl Policy {
    /// The destination of this URL, if it may be called. The addresses behind a name are not
    /// looked up here, but each time that something is sent.
    pub fn destination(&self, url: &str) -> Result<Destination, DestinationError> {
        let destination = Destination::parse(url)?;
        self.permits(&destination)?;
        Ok(destination)
    }

    /// Whether this destination may be called: the policy may be another one than when it was
    /// made.
    pub fn permits(&self, destination: &Destination) -> Result<(), DestinationError> {
        self.check_scheme(destination.url())?;
        let port = destination.port();
        if !self.allows_port(port) {
            return Err(DestinationError::Port(port));
        }
        let address = match destination.host() {
            Host::Domain(_) => return Ok(()),
            Host::Ipv4(address) => IpAddr::from(*address),
            Host::Ipv6(address) => IpAddr::from(*address),
        };
        let may = self.reach.permits(address);
        may.then_some(()).ok_or(DestinationError::Address(address))
    }

    fn check_scheme(&self, url: &Url) -> Result<(), DestinationError> {
        match url.scheme() {
            "https" => Ok(()),
            "http" if self.plain_http => Ok(()),
            "http" => Err(DestinationError::PlainHttp),
            _ => Err(DestinationError::Scheme),
        }
    }

    fn allows_port(&self, port: u16) -> bool {
        match &self.ports {
            Ports::Any => port != 0,
            Ports::UsualAnd(more) => {
                port == HTTPS || (port == HTTP && self.plain_http) || more.contains(&port)
            }
        }
    }
}
