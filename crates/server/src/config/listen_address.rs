//! The address on which the service listens.

use std::{fmt, str::FromStr};

/// `HOST:PORT`, where the host may be a name, an IPv4 or a bracketed IPv6 address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenAddress(String);

impl ListenAddress {
    /// The text, as `tokio::net::TcpListener::bind` takes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL of the service from this machine.
    pub fn url(&self) -> String {
        let (host, port) = self.0.rsplit_once(':').unwrap_or((&self.0, "80"));
        match host {
            // A wildcard address cannot be connected to.
            "0.0.0.0" | "[::]" => format!("http://localhost:{port}"),
            _ => format!("http://{}", self.0),
        }
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ListenAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("expected HOST:PORT, like 127.0.0.1:8080, got `{text}`");
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let bare_v6 = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
        if host.is_empty() || bare_v6 || port.parse::<u16>().is_err() {
            return Err(wrong());
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_listen_address_needs_a_host_and_a_port() {
        for good in ["127.0.0.1:8080", "0.0.0.0:0", "[::1]:80", "localhost:65535"] {
            assert_eq!(good.parse::<ListenAddress>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "8080",
            ":8080",
            "::1:80",
            "localhost",
            "localhost:",
            "localhost:65536",
            "h:x",
        ] {
            assert!(bad.parse::<ListenAddress>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_listen_address_gives_a_reachable_url() {
        for (listen, url) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("[::1]:80", "http://[::1]:80"),
            ("qm.internal:81", "http://qm.internal:81"),
            ("0.0.0.0:8080", "http://localhost:8080"),
            ("[::]:8080", "http://localhost:8080"),
        ] {
            assert_eq!(listen.parse::<ListenAddress>().unwrap().url(), url);
        }
    }
}
