//! From a destination to a connection with an address that was checked.
use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{Instant, error::Elapsed, timeout, timeout_at},
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, Error as TlsError, RootCertStore,
        client::Resumption,
        crypto::ring,
        pki_types::{IpAddr as TlsAddress, ServerName},
    },
};
use url::Host;

use crate::{
    address::Reach,
    attempt::Reason,
    capped::{Capped, TooMuch},
    destination::Destination,
    resolver::Resolve,
};

/// How many addresses of a name are tried.
const MOST_ADDRESSES: usize = 4;
/// How many bytes are read from a connection: the certificates, the headers and what is read of a
/// body have room in it many times.
const MOST_READ: usize = 512 * 1024;
/// How much is kept of what the TLS library says.
const LONGEST_WORDS: usize = 200;

/// A connection, secure or not.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Makes connections, each for one request.
pub(crate) struct Connector {
    pub(crate) reach: Reach,
    pub(crate) resolver: Arc<dyn Resolve>,
    pub(crate) tls: TlsConnector,
    pub(crate) limit: Duration,
}

impl Connector {
    /// A connection to one of the addresses that the destination has now and that may be reached.
    /// They are looked up once, and the checked ones are called, not the name.
    pub(crate) async fn connect(&self, to: &Destination) -> Result<Box<dyn Stream>, Reason> {
        let deadline = Instant::now() + self.limit;
        let made = timeout_at(deadline, async {
            let addresses = self.addresses(to.host()).await?;
            let tcp = dial(&addresses, to.port(), deadline).await?;
            self.secure(tcp, to).await
        });
        made.await.unwrap_or(Err(Reason::ConnectTimeout))
    }

    async fn addresses(&self, host: &Host) -> Result<Vec<IpAddr>, Reason> {
        let mut found = match host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) => {
                let found = self.resolver.resolve(name).await;
                found.map_err(|_| Reason::Dns)?
            }
        };
        if found.is_empty() {
            return Err(Reason::Dns);
        }
        found.retain(|address| self.reach.permits(*address));
        found.truncate(MOST_ADDRESSES);
        let reachable = (!found.is_empty()).then_some(found);
        reachable.ok_or(Reason::Address)
    }

    async fn secure(&self, tcp: TcpStream, to: &Destination) -> Result<Box<dyn Stream>, Reason> {
        let tcp = Capped::new(tcp, MOST_READ);
        if !to.is_secure() {
            return Ok(Box::new(tcp));
        }
        let name = server_name(to.host())?;
        let secured = self.tls.connect(name, tcp).await;
        let secured = secured.map_err(|error| tls_failure(&error))?;
        Ok(Box::new(secured))
    }
}

/// The first of the addresses that takes the connection. Each has its share of the time that is
/// left, so that one that is silent does not use it all.
async fn dial(addresses: &[IpAddr], port: u16, deadline: Instant) -> Result<TcpStream, Reason> {
    let mut failure = Reason::Dns;
    for (others, address) in (1..=addresses.len() as u32).rev().zip(addresses) {
        let left = deadline.saturating_duration_since(Instant::now());
        let connecting = TcpStream::connect(SocketAddr::new(*address, port));
        failure = match timeout(left / others, connecting).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(_)) => Reason::Connect,
            Err(Elapsed { .. }) => Reason::ConnectTimeout,
        };
    }
    Err(failure)
}

/// The name that the certificate must have.
fn server_name(host: &Host) -> Result<ServerName<'static>, Reason> {
    match host {
        Host::Ipv4(address) => Ok(ServerName::IpAddress(TlsAddress::from(*address))),
        Host::Ipv6(address) => Ok(ServerName::IpAddress(TlsAddress::from(*address))),
        Host::Domain(name) => {
            let unfit = |_| Reason::Tls("no certificate can have this name".to_owned());
            ServerName::try_from(name.clone()).map_err(unfit)
        }
    }
}

fn tls_failure(error: &io::Error) -> Reason {
    if TooMuch::is_cause_of(error) {
        return Reason::TooLarge;
    }
    let inner = error.get_ref();
    let words = match inner.and_then(|inner| inner.downcast_ref::<TlsError>()) {
        Some(error) => error.to_string(),
        None => "the connection was closed".to_owned(),
    };
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    Reason::Tls(words.chars().take(LONGEST_WORDS).map(plain).collect())
}

/// TLS that trusts these roots. Sessions are not kept for later: servers decide how large what is
/// kept for them would be.
pub(crate) fn tls(roots: RootCertStore) -> TlsConnector {
    let provider = Arc::new(ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has the cipher suites of TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.resumption = Resumption::disabled();
    TlsConnector::from(Arc::new(config))
}
