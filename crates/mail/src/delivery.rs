//! By which way mail goes, as one setting.
use std::{fmt, path::PathBuf, str::FromStr};

use url::{Host, Url};
use zeroize::Zeroizing;

/// The way that mail goes. It is written as
/// `smtps://user:password@host:port`, `smtp://…?tls=required` (STARTTLS or nothing),
/// `smtp://…?tls=opportunistic` (STARTTLS if the server has it), `smtp://…` (in the clear),
/// `file:<folder>` or `log:`. In a user and a password, special characters are percent-encoded. A
/// path gives the name with which the server is greeted: `smtps://host/qm.example.com`.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// To a mail server.
    Smtp(SmtpServer),
    /// Into a folder, a readable `.eml` file each.
    File(PathBuf),
    /// Into the log, with its text. For development: the text may hold links that let people in.
    Log,
}

/// A mail server and the login to it. `Debug` and `Display` show neither user nor password.
#[derive(Clone)]
pub struct SmtpServer {
    url: Zeroizing<String>,
    shown: String,
}

/// Why a text names no way to deliver mail. None of these repeats the text, which may hold a
/// password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// It begins with none of the known schemes.
    #[error("mail delivery must begin with smtp://, smtps://, file: or log:")]
    Scheme,
    /// It is no well-formed URL.
    #[error("the mail URL is malformed")]
    Malformed,
    /// The server must have a name, which its certificate then carries, or an IPv4 address.
    #[error("the mail URL needs a host name or an IPv4 address")]
    Host,
    /// `tls` is `required` or `opportunistic`, once, and only with `smtp://`.
    #[error(
        "after the mail URL's '?' only tls=required or tls=opportunistic is known, for smtp://"
    )]
    Parameter,
    /// A user without a password, or the other way round.
    #[error("the mail URL needs both a user and a password, or neither")]
    Login,
    /// `file:` without a folder.
    #[error("file: needs a folder")]
    Folder,
}

impl SmtpServer {
    /// The URL with its password, for the one place that needs it.
    pub(crate) fn reveal(&self) -> &str {
        &self.url
    }
}

impl fmt::Display for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpServer({})", self.shown)
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp(server) => server.fmt(f),
            Self::File(folder) => write!(f, "file:{}", folder.display()),
            Self::Log => f.write_str("log:"),
        }
    }
}

impl FromStr for Delivery {
    type Err = DeliveryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "log:" {
            return Ok(Self::Log);
        }
        if let Some(folder) = text.strip_prefix("file:") {
            let folder = folder.strip_prefix("//").unwrap_or(folder);
            return match folder {
                "" => Err(DeliveryError::Folder),
                folder => Ok(Self::File(PathBuf::from(folder))),
            };
        }
        if !text.starts_with("smtp://") && !text.starts_with("smtps://") {
            return Err(DeliveryError::Scheme);
        }
        smtp(text).map(Self::Smtp)
    }
}

/// Stricter than the library, which lets a misspelt `tls` or a lone user pass in silence, and would
/// then send in the clear or without a login.
fn smtp(text: &str) -> Result<SmtpServer, DeliveryError> {
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::EmptyHost => DeliveryError::Host,
        _ => DeliveryError::Malformed,
    })?;
    let host = match url.host() {
        Some(Host::Domain(name)) if !name.is_empty() => name.to_owned(),
        Some(Host::Ipv4(address)) => address.to_string(),
        _ => return Err(DeliveryError::Host),
    };
    let tls = tls(&url)?;
    let password = url.password().unwrap_or_default();
    if url.username().is_empty() != password.is_empty() {
        return Err(DeliveryError::Login);
    }
    let port = url.port().map(|port| format!(":{port}"));
    let port = port.unwrap_or_default();
    Ok(SmtpServer {
        shown: format!("{}://{host}{port}{tls}", url.scheme()),
        url: Zeroizing::new(text.to_owned()),
    })
}

fn tls(url: &Url) -> Result<&'static str, DeliveryError> {
    if url.fragment().is_some() {
        return Err(DeliveryError::Malformed);
    }
    match (url.scheme(), url.query()) {
        (_, None) => Ok(""),
        ("smtp", Some("tls=required")) => Ok("?tls=required"),
        ("smtp", Some("tls=opportunistic")) => Ok("?tls=opportunistic"),
        _ => Err(DeliveryError::Parameter),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn delivery(text: &str) -> Delivery {
        text.parse().unwrap()
    }

    #[test]
    fn every_way_has_its_form() {
        assert!(matches!(delivery("log:"), Delivery::Log));
        for (text, folder) in [
            ("file:/var/mail", "/var/mail"),
            ("file:///var/mail", "/var/mail"),
            ("file:data/mail", "data/mail"),
        ] {
            let Delivery::File(found) = delivery(text) else {
                panic!("{text} is a folder");
            };
            assert_eq!(found, PathBuf::from(folder));
        }
        for text in [
            "smtp://localhost:1025",
            "smtp://127.0.0.1",
            "smtp://ada:secret@mail.test:587?tls=required",
            "smtp://mail.test?tls=opportunistic",
            "smtps://ada:secret@mail.test/qm.example.test",
        ] {
            assert!(matches!(delivery(text), Delivery::Smtp(_)), "{text}");
        }
    }

    #[test]
    fn what_is_no_way_is_refused_with_its_reason() {
        for (text, why) in [
            ("", DeliveryError::Scheme),
            ("log", DeliveryError::Scheme),
            ("mail.test:25", DeliveryError::Scheme),
            ("http://mail.test", DeliveryError::Scheme),
            ("file:", DeliveryError::Folder),
            ("file://", DeliveryError::Folder),
            ("smtp://", DeliveryError::Host),
            ("smtp://ada:secret@", DeliveryError::Host),
            ("smtp://[::1]:25", DeliveryError::Host),
            ("smtp://mail.test:port", DeliveryError::Malformed),
            ("smtp://mail.test#tls=required", DeliveryError::Malformed),
            ("smtp://mail.test?tsl=required", DeliveryError::Parameter),
            ("smtp://mail.test?tls=require", DeliveryError::Parameter),
            (
                "smtp://mail.test?tls=required&tls=opportunistic",
                DeliveryError::Parameter,
            ),
            (
                "smtps://mail.test?tls=opportunistic",
                DeliveryError::Parameter,
            ),
            ("smtp://ada@mail.test", DeliveryError::Login),
            ("smtp://:secret@mail.test", DeliveryError::Login),
        ] {
            assert_eq!(Delivery::from_str(text).unwrap_err(), why, "{text}");
        }
    }

    #[test]
    fn neither_debug_nor_display_shows_the_login() {
        let server = delivery("smtp://ada:hunter2@mail.test:587?tls=required");
        for shown in [
            format!("{server:?}"),
            format!("{server:#?}"),
            server.to_string(),
        ] {
            assert!(
                shown.contains("smtp://mail.test:587?tls=required"),
                "{shown}"
            );
            assert!(
                !shown.contains("hunter2") && !shown.contains("ada"),
                "{shown}"
            );
        }
    }

    #[test]
    fn no_refusal_repeats_the_password() {
        for text in [
            "hunter2://x",
            "smtp://a:hunter2@",
            "smtp://a:hunter2@m:x",
            "smtp://hunter2@m",
        ] {
            let refused = Delivery::from_str(text).unwrap_err();
            assert!(!format!("{refused} {refused:?}").contains("hunter2"));
        }
    }
}
