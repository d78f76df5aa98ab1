//! The way to a broker: where it is, who we are there, and whether TLS lies between.
use std::{io, net::SocketAddr, path::PathBuf, sync::Arc};

use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};
use zeroize::Zeroizing;

use crate::bus_url::BusUrlError;

/// The most characters of a cause that are kept.
const LONGEST_CAUSE: usize = 300;

/// A broker and the login to it.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: String,
    pub(crate) password: Zeroizing<String>,
    /// `None` is no TLS; the file holds the authorities, without one they are the public ones.
    pub(crate) tls: Option<Option<PathBuf>>,
}

/// A broker that can be connected to.
pub(crate) struct Wire {
    pub(crate) server: Server,
    pub(crate) tls: Option<TlsConnector>,
}

impl Server {
    pub(crate) fn wire(self) -> Result<Wire, BusUrlError> {
        let tls = match &self.tls {
            Some(authorities) => Some(connector(authorities.as_ref())?),
            None => None,
        };
        Ok(Wire { server: self, tls })
    }
}

impl Wire {
    /// Where the broker's name leads.
    pub(crate) async fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        let found = lookup_host((self.server.host.as_str(), self.server.port)).await?;
        Ok(found.collect())
    }

    /// A connection without TLS. Small packets go at once: a batch ends with one.
    pub(crate) async fn tcp(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect((self.server.host.as_str(), self.server.port)).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// A connection under TLS to the server whose name is in the URL.
    pub(crate) async fn tls(&self, by: &TlsConnector) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(self.server.host.clone());
        let name = name.map_err(io::Error::other)?;
        by.connect(name, self.tcp().await?).await
    }

    /// A cause as one short line for the log. Some brokers repeat what they did not understand,
    /// and that may be a login.
    pub(crate) fn without_password(&self, cause: &str) -> String {
        let password = self.server.password.as_str();
        let cause = match password {
            "" => cause.to_owned(),
            password => cause.replace(password, "…"),
        };
        let plain = cause.replace(char::is_control, " ");
        plain.chars().take(LONGEST_CAUSE).collect()
    }
}

fn connector(authorities: Option<&PathBuf>) -> Result<TlsConnector, BusUrlError> {
    let roots = match authorities {
        Some(file) => read(file).ok_or(BusUrlError::Authorities)?,
        None => RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        },
    };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        // It fails for a provider without a cipher of TLS 1.2 or 1.3, and ring has both.
        .map_err(|_| BusUrlError::Malformed)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// The certificates of a file, of which there is at least one and none is broken.
fn read(file: &PathBuf) -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).ok()? {
        roots.add(certificate.ok()?).ok()?;
    }
    (!roots.is_empty()).then_some(roots)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn wire(password: &str) -> Wire {
        let server = Server {
            host: "mq.test".to_owned(),
            port: 1,
            user: "ann".to_owned(),
            password: Zeroizing::new(password.to_owned()),
            tls: None,
        };
        server.wire().unwrap()
    }

    #[test]
    fn causes_are_one_short_line_without_the_password() {
        let said = "unknown command 'AUTH'\r\nwith args 'ann' 'hunter2'";
        let kept = wire("hunter2").without_password(said);
        assert_eq!(kept, "unknown command 'AUTH'  with args 'ann' '…'");
        assert_eq!(wire("").without_password("no\nway"), "no way");
        let long = wire("x").without_password(&"é".repeat(1000));
        assert_eq!(long.chars().count(), LONGEST_CAUSE);
    }
}
