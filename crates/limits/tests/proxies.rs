//! The address of the caller, with honest proxies, forged entries and malformed entries.
#![allow(clippy::unwrap_used)]

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue};
use limits::{HopHeader, NetworkError, TrustedProxies};

const RANGES: [&str; 3] = ["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.1"];

fn map(name: &str, lines: &[&[u8]]) -> HeaderMap {
    let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
    let values = lines
        .iter()
        .map(|line| HeaderValue::from_bytes(line).unwrap());
    values.map(|value| (name.clone(), value)).collect()
}

fn client(header: HopHeader, peer: &str, headers: &HeaderMap) -> String {
    let proxies = TrustedProxies::parse(RANGES, header).unwrap();
    proxies.client(peer.parse().unwrap(), headers).to_string()
}

fn forwarded_for(peer: &str, lines: &[&str]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
    client(
        HopHeader::XForwardedFor,
        peer,
        &map("x-forwarded-for", &lines),
    )
}

fn forwarded(peer: &str, lines: &[&str]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
    client(HopHeader::Forwarded, peer, &map("forwarded", &lines))
}

#[test]
fn without_trusted_proxies_no_header_is_read() {
    let peer: IpAddr = "10.0.0.1".parse().unwrap();
    let headers = map("x-forwarded-for", &[b"198.51.100.7"]);
    assert_eq!(TrustedProxies::default().client(peer, &headers), peer);
}

#[test]
fn an_untrusted_peer_is_the_caller_whatever_it_writes() {
    assert_eq!(
        forwarded_for("203.0.113.9", &["198.51.100.7"]),
        "203.0.113.9"
    );
}

#[test]
fn the_walk_goes_from_the_right_while_hops_are_trusted() {
    for (lines, caller) in [
        (vec!["198.51.100.7"], "198.51.100.7"),
        (vec!["1.1.1.1, 198.51.100.7"], "198.51.100.7"),
        (
            vec!["1.1.1.1,198.51.100.7 ,\t10.9.9.9, 192.0.2.1"],
            "198.51.100.7",
        ),
        (
            vec!["198.51.100.7", "10.9.9.9", "2001:db8:ffff::1"],
            "198.51.100.7",
        ),
        (vec!["1.1.1.1", "198.51.100.7, 10.9.9.9"], "198.51.100.7"),
        (vec!["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
        (vec![], "10.0.0.1"),
    ] {
        assert_eq!(forwarded_for("10.0.0.1", &lines), caller, "{lines:?}");
    }
}

#[test]
fn addresses_may_have_ports_and_brackets() {
    for (entry, caller) in [
        ("198.51.100.7:1234", "198.51.100.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:1234", "2001:db8::7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("[::ffff:198.51.100.7]:1234", "198.51.100.7"),
    ] {
        assert_eq!(forwarded_for("10.0.0.1", &[entry]), caller);
    }
}

#[test]
fn ipv4_mapped_peers_and_hops_are_ipv4() {
    assert_eq!(
        forwarded_for("::ffff:10.0.0.1", &["198.51.100.7"]),
        "198.51.100.7"
    );
    assert_eq!(forwarded_for("::ffff:203.0.113.9", &[]), "203.0.113.9");
    let through_mapped = ["198.51.100.7, ::ffff:10.3.3.3"];
    assert_eq!(forwarded_for("10.0.0.1", &through_mapped), "198.51.100.7");
}

#[test]
fn garbage_stops_the_walk_at_the_last_hop_that_is_known() {
    for garbage in [
        "",
        "unknown",
        "_hidden",
        "10.0.0",
        "[2001:db8::7",
        "a b",
        "1.1.1.1 x",
        "\"",
    ] {
        let line = format!("198.51.100.7, {garbage}, 10.9.9.9");
        assert_eq!(forwarded_for("10.0.0.1", &[&line]), "10.9.9.9", "{garbage}");
        assert_eq!(
            forwarded_for("10.0.0.1", &["198.51.100.7", garbage]),
            "10.0.0.1"
        );
    }
}

#[test]
fn forged_entries_cannot_hide_the_entry_of_the_proxy() {
    for lie in ["\"", "for=\"", "\\\"", "for=1.1.1.1;by=\"", ",", ",,\";"] {
        let line = format!("{lie}, 198.51.100.7");
        assert_eq!(forwarded_for("10.0.0.1", &[&line]), "198.51.100.7", "{lie}");
        let line = format!("{lie}, for=198.51.100.7;proto=https");
        assert_eq!(forwarded("10.0.0.1", &[&line]), "198.51.100.7", "{lie}");
        let line = format!("{lie}, for=\"[2001:db8::7]:80\";by=\"[2001:db8::9]\"");
        assert_eq!(forwarded("10.0.0.1", &[&line]), "2001:db8::7", "{lie}");
    }
    let bytes = map("x-forwarded-for", &[b"\xff\xfe, 198.51.100.7"]);
    assert_eq!(
        client(HopHeader::XForwardedFor, "10.0.0.1", &bytes),
        "198.51.100.7"
    );
}

#[test]
fn forwarded_gives_its_for_parameter() {
    for (line, caller) in [
        ("for=198.51.100.7", "198.51.100.7"),
        (
            "For=\"198.51.100.7:80\"; proto=http ; by=10.0.0.1",
            "198.51.100.7",
        ),
        ("by=10.0.0.1;for=\"[2001:db8::7]\"", "2001:db8::7"),
        (
            "for=198.51.100.7, for=10.9.9.9;host=\"a,b\"",
            "198.51.100.7",
        ),
        ("for=unknown", "10.0.0.1"),
        ("for=_secret", "10.0.0.1"),
        ("proto=https", "10.0.0.1"),
        ("198.51.100.7", "10.0.0.1"),
        ("for=198.51.100.7;for=10.9.9.9", "10.0.0.1"),
    ] {
        assert_eq!(forwarded("10.0.0.1", &[line]), caller, "{line}");
    }
}

#[test]
fn only_the_header_that_the_proxies_write_is_read() {
    let mut both = map("x-forwarded-for", &[b"198.51.100.7"]);
    both.extend(map("forwarded", &[b"for=203.0.113.9"]));
    let read = |header| client(header, "10.0.0.1", &both);
    assert_eq!(read(HopHeader::XForwardedFor), "198.51.100.7");
    assert_eq!(read(HopHeader::Forwarded), "203.0.113.9");
}

#[test]
fn a_list_with_a_range_that_cannot_be_read_is_refused() {
    let refused = TrustedProxies::parse(["10.0.0.0/8", "10.0.0.0/40"], HopHeader::default());
    assert_eq!(refused.unwrap_err(), NetworkError::Prefix("40".to_owned()));
}
