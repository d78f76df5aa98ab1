//! Parsers for the values of configuration keys.
use std::{num::NonZeroUsize, str::FromStr, time::Duration};

use tracing_subscriber::{EnvFilter, filter::LevelFilter};

use crate::{edge::cors::Origins, secret::Secret};
use credentials::{Cost, password::PasswordRules};
use domain::text::Email;
use limits::{HopHeader, Network, Quota};
use mail::{Delivery, Mailbox};
use relay::BusUrl;

/// Shape of the log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            other => Err(format!("expected json or text, got `{other}`")),
        }
    }
}

/// `true` or `false`.
pub fn switch(text: &str) -> Result<bool, String> {
    text.parse()
        .map_err(|_| format!("expected true or false, got `{text}`"))
}

/// A duration above zero, like `1s` or `500ms`.
pub fn duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        Ok(_) => Err(format!("expected more than zero, got `{text}`")),
        Err(error) => Err(format!(
            "expected a duration like 1s or 500ms, got `{text}` ({error})"
        )),
    }
}

/// A duration, or `off`.
pub fn interval(text: &str) -> Result<Option<Duration>, String> {
    match text {
        "off" => Ok(None),
        text => duration(text)
            .map(Some)
            .map_err(|reason| format!("{reason}; or `off`")),
    }
}

/// A whole number of at least 1.
pub fn count(text: &str) -> Result<u32, String> {
    match text.parse::<u32>() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("expected a whole number from 1, got `{text}`")),
    }
}

/// A size in bytes, `KiB` or `MiB`, up to 1 GiB.
pub fn size(text: &str) -> Result<usize, String> {
    const LARGEST: usize = 1 << 30;
    let wrong =
        || format!("expected a size up to 1024MiB, like 65536, 512KiB or 1MiB, got `{text}`");
    let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let unit = match text[digits.len()..].trim() {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        _ => return Err(wrong()),
    };
    digits
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_mul(unit))
        .filter(|bytes| (1..=LARGEST).contains(bytes))
        .ok_or_else(wrong)
}

/// Ports that webhooks may call beside the usual ones, or `any`.
pub fn webhook_ports(text: &str) -> Result<webhook::Ports, String> {
    if text == "any" {
        return Ok(webhook::Ports::Any);
    }
    let ports = text.split(',').map(|port| port.trim().parse::<u16>());
    let ports: Result<Vec<u16>, _> = ports.collect();
    ports
        .map(webhook::Ports::UsualAnd)
        .map_err(|_| format!("expected ports with commas between, or `any`, got `{text}`"))
}

/// A base URL of http or https, without a slash at the end.
pub fn public_url(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.contains(['@', '?', '#', ' ']) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err(format!(
            "expected a URL like https://id.example.com, got `{text}`"
        )),
    }
}

/// An email address.
pub fn email(text: &str) -> Result<Email, String> {
    Email::parse(text, "").map_err(|wrong| format!("{}, got `{text}`", wrong.message))
}

/// A password that the password rules accept. Errors do not repeat the text.
pub fn password(text: &str) -> Result<Secret, String> {
    let password = Secret::new(text.to_owned());
    let checked = PasswordRules::default().check(&password, "", "");
    checked.map_err(|weakness| weakness.to_string())?;
    Ok(password)
}

/// The URL of the bus. Errors do not repeat the text, because it may contain a password.
pub fn bus(text: &str) -> Result<BusUrl, String> {
    text.parse()
        .map_err(|error: relay::BusUrlError| error.to_string())
}

/// How mail is sent. Errors do not repeat the text, because it may contain a password.
pub fn delivery(text: &str) -> Result<Delivery, String> {
    text.parse()
        .map_err(|error: mail::DeliveryError| error.to_string())
}

/// A mailbox: `Name <address>`, or the address alone.
pub fn mailbox(text: &str) -> Result<Mailbox, String> {
    let (name, address) = match text
        .trim()
        .strip_suffix('>')
        .and_then(|t| t.split_once('<'))
    {
        Some((name, address)) => (name.trim(), address),
        None => ("", text.trim()),
    };
    Mailbox::new(name, address).map_err(|error| format!("{error}, got `{text}`"))
}

/// How long an access token lasts.
pub fn token_life(text: &str) -> Result<Duration, String> {
    let most = identity::LONGEST_TOKEN;
    match duration(text)? {
        life if life <= most => Ok(life),
        _ => Err(format!("expected at most 1h, got `{text}`")),
    }
}

/// The cost of hashing a password: `m=19456,t=2,p=1`.
pub fn password_cost(text: &str) -> Result<Cost, String> {
    let wrong = || format!("expected m=KIB,t=PASSES,p=LANES, like m=19456,t=2,p=1, got `{text}`");
    let mut parts = text.split(',');
    let mut part = |name: &str| {
        let part = parts.next()?.trim().strip_prefix(name)?;
        part.strip_prefix('=')?.parse::<u32>().ok()
    };
    let numbers = part("m").zip(part("t")).zip(part("p"));
    let ((memory, passes), lanes) = numbers.ok_or_else(wrong)?;
    Cost::new(memory, passes, lanes).map_err(|error| format!("{error}, got `{text}`"))
}

/// A whole number of at least 1, as a `usize`.
pub fn positive(text: &str) -> Result<NonZeroUsize, String> {
    let number = count(text)? as usize;
    NonZeroUsize::new(number).ok_or_else(|| "expected a whole number from 1".to_owned())
}

/// Origins with commas between, or `*`.
pub fn origins(text: &str) -> Result<Origins, String> {
    if text.trim() == "*" {
        return Ok(Origins::Any);
    }
    let origins = text.split(',').map(str::trim).map(|origin| {
        let host = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"));
        match host {
            Some(host) if !host.is_empty() && !host.contains(['/', ' ', '*', '@']) => {
                Ok(origin.to_owned())
            }
            _ => Err(format!(
                "expected origins like https://app.example.com, got `{origin}`"
            )),
        }
    });
    origins.collect::<Result<_, _>>().map(Origins::These)
}

/// Networks with commas between.
pub fn networks(text: &str) -> Result<Vec<Network>, String> {
    let networks = text.split(',').map(str::trim).map(|text| {
        let wrong = |error: limits::NetworkError| format!("{error}, got `{text}`");
        text.parse().map_err(wrong)
    });
    networks.collect()
}

/// The header in which proxies name the client.
pub fn hop_header(text: &str) -> Result<HopHeader, String> {
    match text.to_ascii_lowercase().as_str() {
        "x-forwarded-for" => Ok(HopHeader::XForwardedFor),
        "forwarded" => Ok(HopHeader::Forwarded),
        _ => Err(format!(
            "expected x-forwarded-for or forwarded, got `{text}`"
        )),
    }
}

/// A number per duration, like `600/1m`, or `off`.
pub fn quota(text: &str) -> Result<Option<Quota>, String> {
    if text == "off" {
        return Ok(None);
    }
    let wrong = || format!("expected NUMBER/DURATION like 600/1m, or `off`, got `{text}`");
    let (limit, window) = text.split_once('/').ok_or_else(wrong)?;
    let limit = count(limit).map_err(|_| wrong())?;
    let window = duration(window).map_err(|_| wrong())?;
    Ok(Some(Quota { limit, window }))
}

/// A size per duration, like `64MiB/16s`, or `off`.
pub fn byte_quota(text: &str) -> Result<Option<Quota>, String> {
    if text == "off" {
        return Ok(None);
    }
    let wrong = || format!("expected SIZE/DURATION like 64MiB/16s, or `off`, got `{text}`");
    let (limit, window) = text.split_once('/').ok_or_else(wrong)?;
    let limit = size(limit).ok().and_then(|size| u32::try_from(size).ok());
    let window = duration(window).map_err(|_| wrong())?;
    let limit = limit.ok_or_else(wrong)?;
    Ok(Some(Quota { limit, window }))
}

/// A filter for log lines: a level, or levels by target.
pub fn log_filter(text: &str) -> Result<String, String> {
    for directive in text.split(',').filter(|part| !part.contains('=')) {
        // EnvFilter takes an unknown level for a target and enables only that target,
        // so a mistyped level would silence all others.
        if directive.trim().parse::<LevelFilter>().is_err() {
            return Err(format!(
                "`{directive}` is neither off, error, warn, info, debug, trace nor TARGET=LEVEL"
            ));
        }
    }
    match EnvFilter::builder().parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("`{text}` is not a filter: {error}")),
    }
}

/// The base address of an OpenTelemetry collector.
pub fn collector(text: &str) -> Result<String, String> {
    if !cfg!(feature = "otel") {
        return Err("this binary was built without the feature `otel`".to_owned());
    }
    match text.strip_prefix("http://") {
        Some(rest) if !rest.is_empty() && !rest.contains('@') => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err(
            "expected http://HOST:PORT; for TLS or credentials run a collector beside the service"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(size("1"), Ok(1));
        assert_eq!(size("512KiB"), Ok(512 * 1024));
        assert_eq!(size("1 MiB"), Ok(1024 * 1024));
        for bad in [
            "",
            "0",
            "-1",
            "1GB",
            "MiB",
            "99999999999999999999",
            "2000MiB",
            "1e3",
        ] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_per_duration() {
        let quota = byte_quota("64MiB/16s").unwrap().unwrap();
        assert_eq!(
            (quota.limit, quota.window),
            (64 << 20, Duration::from_secs(16))
        );
        assert_eq!(byte_quota("off"), Ok(None));
        for bad in ["", "64MiB", "64MiB/", "0/1s", "1/never", "2000MiB/1s"] {
            assert!(byte_quota(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn durations_and_switches() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(interval("off"), Ok(None));
        assert_eq!(interval("2m"), Ok(Some(Duration::from_secs(120))));
        assert!(duration("0s").is_err() && duration("5").is_err() && interval("never").is_err());
        assert_eq!(switch("false"), Ok(false));
        assert!(switch("no").is_err());
        assert!(count("0").is_err() && count("x").is_err());
    }

    #[test]
    fn a_mistyped_log_level_is_refused() {
        assert!(log_filter("info,persistence=debug").is_ok());
        assert!(log_filter("inof").is_err());
        assert!(log_filter("info,persistence=loud").is_err());
    }
}
