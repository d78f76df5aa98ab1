//! The address of the caller behind proxies.
use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::{
    hops,
    network::{Network, NetworkError},
};

/// The header in which the proxies record the address they forward for.
///
/// Only this one is read: proxies pass the other one on as the caller sent it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HopHeader {
    /// `X-Forwarded-For`, a list of addresses.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239), of which `for` is read.
    Forwarded,
}

/// The trusted proxies. Without any, which is the default, no header is read.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies {
    networks: Vec<Network>,
    header: HopHeader,
}

impl TrustedProxies {
    /// Trusts these ranges to write this header.
    pub fn new(networks: Vec<Network>, header: HopHeader) -> Self {
        Self { networks, header }
    }

    /// The same from texts in CIDR notation.
    pub fn parse<'a>(
        ranges: impl IntoIterator<Item = &'a str>,
        header: HopHeader,
    ) -> Result<Self, NetworkError> {
        let networks = ranges.into_iter().map(str::parse).collect::<Result<_, _>>();
        networks.map(|networks| Self { networks, header })
    }

    /// The address of the caller: from `peer` back through the recorded hops, as long as the hop that
    /// wrote an entry is trusted and the entry can be parsed. IPv4-mapped IPv6 is returned as IPv4.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut hop = peer.to_canonical();
        if !self.trusts(hop) {
            return hop;
        }
        for value in headers.get_all(self.header.name()).iter().rev() {
            match self.walk(hop, value) {
                Walk::Ended(client) => return client,
                Walk::Trusted(last) => hop = last,
            }
        }
        hop
    }

    fn walk(&self, from: IpAddr, value: &HeaderValue) -> Walk {
        let mut list = value.as_bytes();
        let mut hop = from;
        loop {
            let (entry, rest) = hops::last_entry(list);
            let Some(address) = self.header.read(entry) else {
                return Walk::Ended(hop);
            };
            hop = address;
            if !self.trusts(hop) {
                return Walk::Ended(hop);
            }
            let Some(rest) = rest else {
                return Walk::Trusted(hop);
            };
            list = rest;
        }
    }

    /// Whether this is the address of a trusted proxy.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|range| range.contains(address))
    }
}

/// Where the walk through one header line ended.
enum Walk {
    /// At the caller.
    Ended(IpAddr),
    /// At this hop; all hops of the line are trusted.
    Trusted(IpAddr),
}

impl HopHeader {
    fn name(self) -> HeaderName {
        match self {
            Self::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
            Self::Forwarded => header::FORWARDED,
        }
    }

    fn read(self, entry: &[u8]) -> Option<IpAddr> {
        match self {
            Self::XForwardedFor => hops::plain(entry),
            Self::Forwarded => hops::parameters(entry),
        }
    }
}
