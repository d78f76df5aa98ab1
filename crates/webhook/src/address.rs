//! Which addresses a webhook may be sent to.
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::LazyLock,
};

use limits::Network;

/// What of IPv4 and of the IPv6 unicast space is not for everybody, after the registries of
/// special addresses of IANA.
const NOT_PUBLIC: [&str; 23] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    // Azure answers here, inside each virtual machine only.
    "168.63.129.16",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    // Multicast, what is reserved, and broadcast.
    "224.0.0.0/3",
    "2001::/23",
    "2001:db8::/32",
    "3fff::/20",
    // Not unicast, or not given to anybody: everything outside of 2000::/3.
    "::/3",
    "4000::/2",
    "8000::/2",
    "c000::/3",
    "e000::/3",
];

static REFUSED: LazyLock<Vec<Network>> = LazyLock::new(|| {
    let parse = |text: &&str| text.parse();
    let parsed: Result<_, _> = NOT_PUBLIC.iter().map(parse).collect();
    parsed.expect("the table holds ranges in CIDR notation")
});

/// Which addresses may be reached: those that everybody on the internet can reach, and the
/// networks that are allowed besides.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    allowed: Vec<Network>,
}

impl Reach {
    /// Public addresses, and these networks whatever they are.
    pub fn with(allowed: Vec<Network>) -> Self {
        Self { allowed }
    }

    /// Whether a webhook may be sent to this address. An IPv6 address that carries an IPv4 address
    /// is judged by that one, because that is where its packets go.
    pub fn permits(&self, address: IpAddr) -> bool {
        let judged = carried(address);
        let holds = |network: &Network| network.contains(address) || network.contains(judged);
        let refused = REFUSED.iter().any(|network| network.contains(judged));
        !refused || self.allowed.iter().any(holds)
    }
}

/// The IPv4 address that an IPv6 address stands for, or the address itself.
fn carried(address: IpAddr) -> IpAddr {
    let IpAddr::V6(outer) = address else {
        return address;
    };
    match outer.segments() {
        // Unspecified and loopback are not IPv4, though they look it.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => address,
        // Compatible, mapped, and translated by the well-known prefix of NAT64.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            ipv4(high, low)
        }
        // 6to4.
        [0x2002, high, low, ..] => ipv4(high, low),
        _ => IpAddr::V6(outer),
    }
}

fn ipv4(high: u16, low: u16) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn permits(allowed: &[&str], address: &str) -> bool {
        let networks = allowed.iter().map(|network| network.parse().unwrap());
        Reach::with(networks.collect()).permits(address.parse().unwrap())
    }

    /// Each range that is refused, by its first and last address.
    const REFUSED_RANGES: [(&str, &str); 29] = [
        ("0.0.0.0", "0.255.255.255"),
        ("10.0.0.0", "10.255.255.255"),
        ("100.64.0.0", "100.127.255.255"),
        ("127.0.0.0", "127.255.255.255"),
        ("168.63.129.16", "168.63.129.16"),
        ("169.254.0.0", "169.254.255.255"),
        ("172.16.0.0", "172.31.255.255"),
        ("192.0.0.0", "192.0.0.255"),
        ("192.0.2.0", "192.0.2.255"),
        ("192.88.99.0", "192.88.99.255"),
        ("192.168.0.0", "192.168.255.255"),
        ("198.18.0.0", "198.19.255.255"),
        ("198.51.100.0", "198.51.100.255"),
        ("203.0.113.0", "203.0.113.255"),
        ("224.0.0.0", "239.255.255.255"),
        ("240.0.0.0", "255.255.255.255"),
        ("::", "::1"),
        ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
        ("64:ff9b:1::808:808", "64:ff9b:1::808:808"),
        ("100::", "100::ffff:ffff:ffff:ffff"),
        ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("4000::", "5f00::1"),
        ("8000::", "dfff::"),
        ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ];

    #[test]
    fn what_is_not_for_everybody_is_refused() {
        for (first, last) in REFUSED_RANGES {
            for address in [first, last] {
                assert!(!permits(&[], address), "{address}");
            }
        }
    }

    #[test]
    fn the_neighbours_of_what_is_refused_may_be_reached() {
        for address in [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.15",
            "168.63.129.17",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "191.255.255.255",
            "192.0.1.0",
            "192.0.3.0",
            "192.88.98.255",
            "192.88.100.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "198.51.99.255",
            "198.51.101.0",
            "203.0.112.255",
            "203.0.114.0",
            "223.255.255.255",
            "2000::",
            "2001:200::",
            "2001:db7:ffff::",
            "2001:db9::",
            "2606:4700::1111",
            "3ffe:ffff::",
            "3fff:1000::",
        ] {
            assert!(permits(&[], address), "{address}");
        }
    }

    #[test]
    fn ipv4_inside_ipv6_is_judged_by_the_ipv4_address() {
        let spellings = |high: &str, low: &str| {
            [
                format!("::ffff:{high}:{low}"),
                format!("::{high}:{low}"),
                format!("64:ff9b::{high}:{low}"),
                format!("2002:{high}:{low}::1"),
            ]
        };
        // Loopback, private, metadata and multicast; then a public one.
        for (high, low) in [("7f00", "1"), ("a00", "1"), ("a9fe", "a9fe"), ("e000", "1")] {
            for address in spellings(high, low) {
                assert!(!permits(&[], &address), "{address}");
            }
        }
        for address in spellings("808", "808") {
            assert!(permits(&[], &address), "{address}");
        }
    }

    #[test]
    fn a_network_can_be_allowed() {
        let allowed = ["127.0.0.0/8", "fd00::/8"];
        for address in [
            "127.0.0.1",
            "::ffff:127.9.9.9",
            "64:ff9b::7f00:1",
            "fd00::1",
        ] {
            assert!(permits(&allowed, address), "{address}");
        }
        for address in ["10.0.0.1", "::1", "fc00::1", "169.254.169.254"] {
            assert!(!permits(&allowed, address), "{address}");
        }
        assert!(permits(&["::1"], "::1"));
        assert!(!permits(&["0.0.0.0/8"], "::1"));
        assert!(permits(&["2002::/16"], "2002:a00:1::1"));
        assert!(permits(&["64:ff9b:1::/48"], "64:ff9b:1::a00:1"));
    }
}
