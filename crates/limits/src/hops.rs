//! Reads the list of hops that proxies write into a request, from its end.
use std::net::{IpAddr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

/// Splits off what the nearest proxy wrote. Read from the right, since entries further left may
/// come from the caller and must not change how the rest is parsed.
pub(crate) fn last_entry(list: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut quoted = false;
    for (index, byte) in list.iter().enumerate().rev() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => return (&list[index + 1..], Some(&list[..index])),
            _ => {}
        }
    }
    (list, None)
}

/// The address in an entry of `X-Forwarded-For`, with or without a port.
pub(crate) fn plain(entry: &[u8]) -> Option<IpAddr> {
    node(str::from_utf8(entry).ok()?.trim_matches([' ', '\t']))
}

/// The address in an entry of `Forwarded`, whose other parameters do not matter here.
pub(crate) fn parameters(entry: &[u8]) -> Option<IpAddr> {
    let entry = str::from_utf8(entry).ok()?;
    let pairs = entry.split(';').filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter_map(|(name, value)| {
        let name = name.trim_matches([' ', '\t']);
        name.eq_ignore_ascii_case("for").then_some(value)
    });
    let value = values.next()?.trim_matches([' ', '\t']);
    if values.next().is_some() {
        return None;
    }
    let inside = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    node(inside.unwrap_or(value))
}

/// `192.0.2.6`, `192.0.2.6:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn node(text: &str) -> Option<IpAddr> {
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']');
    let address = text
        .parse()
        .ok()
        .or_else(|| bracketed()?.parse::<Ipv6Addr>().ok().map(IpAddr::V6))
        .or_else(|| text.parse::<SocketAddrV4>().ok().map(|a| (*a.ip()).into()))
        .or_else(|| text.parse::<SocketAddrV6>().ok().map(|a| (*a.ip()).into()))?;
    Some(address.to_canonical())
}
