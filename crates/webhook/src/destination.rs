//! URLs that may be called.
use std::{fmt, net::IpAddr};

use http::{HeaderValue, Uri, uri::PathAndQuery};
use thiserror::Error;
use url::{Host, Url};

/// The most bytes of a URL.
const LONGEST: usize = 2_048;

/// Why a URL may not be called. The texts are for whoever entered it.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DestinationError {
    /// It is longer than any URL that is taken.
    #[error("the URL is longer than {LONGEST} bytes")]
    TooLong,
    /// It cannot be read as a URL with a host.
    #[error("this is not a URL")]
    Malformed,
    /// It is neither `https` nor `http`.
    #[error("the URL must begin with https://")]
    Scheme,
    /// It is `http`, and this server sends over HTTPS only.
    #[error("the URL must begin with https://, this server does not send over plain HTTP")]
    PlainHttp,
    /// It holds a user name or a password, which would be shown wherever the URL is.
    #[error("the URL must not hold a user name or a password")]
    UserInfo,
    /// Its port is not among those that may be called.
    #[error("this server does not call port {0}")]
    Port(u16),
    /// Its host is an address that may not be reached.
    #[error("the address {0} is not public, this server does not call it")]
    Address(IpAddr),
}

/// A URL that a [`crate::Policy`] has found fit to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    url: Url,
    host: Host,
    port: u16,
    target: PathAndQuery,
    host_header: HeaderValue,
}

impl Destination {
    pub(crate) fn parse(text: &str) -> Result<Self, DestinationError> {
        let mut url = read(text)?;
        url.set_fragment(None);
        if url.as_str().len() > LONGEST {
            return Err(DestinationError::TooLong);
        }
        let host = url.host().ok_or(DestinationError::Malformed)?.to_owned();
        let port = url.port_or_known_default();
        let shown = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        };
        let malformed = DestinationError::Malformed;
        Ok(Self {
            port: port.ok_or(malformed.clone())?,
            target: target(&url).ok_or(malformed.clone())?,
            host_header: shown.parse().map_err(|_| malformed)?,
            host,
            url,
        })
    }

    /// The URL as it is called, without what stood after a `#`.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// What the first line of the request asks for.
    pub(crate) fn target(&self) -> Uri {
        Uri::from(self.target.clone())
    }

    pub(crate) fn host_header(&self) -> HeaderValue {
        self.host_header.clone()
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads what is spelt plainly. Browsers forgive more: they drop line breaks and turn `\` into
/// `/`, so what people see and what is called would be two things.
fn read(text: &str) -> Result<Url, DestinationError> {
    if text.len() > LONGEST {
        return Err(DestinationError::TooLong);
    }
    let odd = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
    let (scheme, rest) = text.split_once(':').ok_or(DestinationError::Malformed)?;
    if text.contains(odd) {
        return Err(DestinationError::Malformed);
    }
    let known = ["http", "https"].map(|known| scheme.eq_ignore_ascii_case(known));
    if !known.contains(&true) {
        return Err(DestinationError::Scheme);
    }
    let host_follows = rest.starts_with("//") && !rest.starts_with("///");
    let url = Url::parse(text).ok().filter(|_| host_follows);
    let url = url.ok_or(DestinationError::Malformed)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(DestinationError::UserInfo);
    }
    Ok(url)
}

fn target(url: &Url) -> Option<PathAndQuery> {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()).parse().ok(),
        None => url.path().parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Policy, Ports, Reach};

    fn read_by(policy: &Policy, url: &str) -> Result<String, DestinationError> {
        let destination = policy.destination(url);
        destination.map(|destination| destination.to_string())
    }

    fn strict(url: &str) -> Result<String, DestinationError> {
        read_by(&Policy::default(), url)
    }

    fn with_http() -> Policy {
        Policy {
            plain_http: true,
            ..Policy::default()
        }
    }

    #[test]
    fn a_plain_url_is_taken_without_its_fragment() {
        for (given, taken) in [
            ("https://example.test/a?b=c#d", "https://example.test/a?b=c"),
            ("HTTPS://EXAMPLE.test", "https://example.test/"),
            ("https://example.test:443/", "https://example.test/"),
            ("https://bücher.test/ü", "https://xn--bcher-kva.test/%C3%BC"),
            ("https://8.8.8.8/hook", "https://8.8.8.8/hook"),
            ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
            ("https://[::ffff:8.8.8.8]/", "https://[::ffff:808:808]/"),
            (
                "https://x.test/a{b}|c?d[]=|e^",
                "https://x.test/a%7Bb%7D|c?d[]=|e^",
            ),
        ] {
            assert_eq!(strict(given).as_deref(), Ok(taken));
        }
    }

    #[test]
    fn the_request_names_host_port_and_target() {
        let policy = Policy {
            ports: Ports::Any,
            ..Policy::default()
        };
        for (url, host, target) in [
            ("https://example.test", "example.test", "/"),
            (
                "https://example.test:8443/a?b#c",
                "example.test:8443",
                "/a?b",
            ),
            ("https://[2606:4700::1]:9/", "[2606:4700::1]:9", "/"),
            (
                "https://x.test/a{b}|c?d[]=|e^",
                "x.test",
                "/a%7Bb%7D|c?d[]=|e^",
            ),
        ] {
            let destination = policy.destination(url).unwrap();
            assert_eq!(destination.host_header(), host);
            assert_eq!(destination.target().to_string(), target);
        }
    }

    #[test]
    fn what_is_no_plain_url_is_refused() {
        for url in [
            "",
            "example.test",
            "https:",
            "https://",
            "https:///example.test",
            "https:example.test",
            "https:/example.test",
            "https://exa mple.test",
            "https://example.test/\n",
            " https://example.test",
            "https:\\\\example.test",
            "https://8.8.8.8\\@example.test",
            "https://example.test:99999/",
            "https://[::1",
            "https://[fe80::1%25eth0]/",
            "https://1.2.3.4.5/",
            "https://exa\u{0}mple.test",
        ] {
            assert_eq!(strict(url), Err(DestinationError::Malformed), "{url}");
        }
    }

    #[test]
    fn the_length_counts_as_given_and_as_called() {
        let of = |length: usize| format!("https://example.test/{}", "a".repeat(length - 21));
        assert!(strict(&of(LONGEST)).is_ok());
        let escaped = format!("https://example.test/{}", "ü".repeat(500));
        for long in [of(LONGEST + 1), escaped] {
            assert_eq!(strict(&long), Err(DestinationError::TooLong));
        }
    }

    #[test]
    fn the_scheme_is_https_unless_plain_http_is_allowed() {
        for url in ["ftp://example.test", "file:///etc/passwd", "gopher://x:70/"] {
            assert_eq!(read_by(&with_http(), url), Err(DestinationError::Scheme));
        }
        let plain = "http://example.test/";
        assert_eq!(strict(plain), Err(DestinationError::PlainHttp));
        assert!(read_by(&with_http(), plain).is_ok());
        assert!(read_by(&with_http(), "https://example.test/").is_ok());
    }

    #[test]
    fn user_names_and_passwords_are_refused() {
        for url in [
            "https://me@x.test",
            "https://me:pw@x.test",
            "https://:pw@x.test",
        ] {
            assert_eq!(strict(url), Err(DestinationError::UserInfo), "{url}");
        }
    }

    #[test]
    fn only_some_ports_are_called() {
        let policy = |plain_http: bool, ports: Ports| Policy {
            plain_http,
            ports,
            ..Policy::default()
        };
        let more = || Ports::UsualAnd(vec![8443]);
        for (policy, called, refused) in [
            (
                policy(false, Ports::default()),
                vec![443],
                vec![80, 8443, 0],
            ),
            (policy(true, Ports::default()), vec![443, 80], vec![22]),
            (policy(false, more()), vec![443, 8443], vec![80, 8444]),
            (policy(false, Ports::Any), vec![22, 65_535], vec![0]),
        ] {
            let read = |port: &u16| read_by(&policy, &format!("https://example.test:{port}/"));
            assert!(called.iter().all(|port| read(port).is_ok()), "{policy:?}");
            for port in refused {
                assert_eq!(read(&port), Err(DestinationError::Port(port)));
            }
        }
    }

    #[test]
    fn an_address_is_judged_in_any_spelling() {
        let spellings = [
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "0177.0.0.1",
            "2130706433",
            "0x7f000001",
            "127.0.0.1.",
            "%31%32%37.0.0.1",
            "１２７.０.０.１",
            "[::ffff:127.0.0.1]",
            "[::7f00:1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
        ];
        let allowed = Policy {
            reach: Reach::with(vec!["127.0.0.0/8".parse().unwrap()]),
            ..Policy::default()
        };
        for host in spellings {
            let url = format!("https://{host}/");
            let refused = strict(&url).unwrap_err();
            assert!(matches!(refused, DestinationError::Address(_)), "{url}");
            assert!(read_by(&allowed, &url).is_ok(), "{url}");
        }
        for host in ["[::1]", "[::]", "0", "169.254.169.254", "[fd00:ec2::254]"] {
            let refused = read_by(&allowed, &format!("https://{host}/"));
            assert!(
                matches!(refused, Err(DestinationError::Address(_))),
                "{host}"
            );
        }
    }

    #[test]
    fn a_destination_is_judged_again_by_a_stricter_policy() {
        let destination = with_http().destination("http://example.test").unwrap();
        let refused = Policy::default().permits(&destination);
        assert_eq!(refused, Err(DestinationError::PlainHttp));
    }
}
