//! Ranges of addresses, and the range that counts as one caller.
use std::{
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

const IPV4_BITS: u32 = 32;
const IPV6_BITS: u32 = 128;
/// An IPv6 range of at least this length may lie within the IPv4-mapped addresses.
const MAPPED_BITS: u32 = 96;

/// A range of addresses in CIDR notation; an address alone is a range of one. IPv4-mapped IPv6
/// counts as IPv4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u32,
}

/// Why a text is not a range of addresses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Before the slash there is no IPv4 or IPv6 address.
    #[error("{0:?} is not an IP address")]
    Address(String),
    /// After the slash there is no length that fits the address.
    #[error("{0:?} is not a prefix length for this address")]
    Prefix(String),
    /// The address has bits after its prefix, so it is unclear which range is meant.
    #[error("the range of {given} begins at {first}")]
    HostBits {
        /// The address as it was given.
        given: IpAddr,
        /// Where the range of this length begins.
        first: IpAddr,
    },
}

impl Network {
    /// Whether the address lies in this range.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && cut(address, self.bits) == self.first
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let not_address = |_| NetworkError::Address(address.to_owned());
        let given = IpAddr::from_str(address).map_err(not_address)?;
        let width = if given.is_ipv4() {
            IPV4_BITS
        } else {
            IPV6_BITS
        };
        let bits = prefix.map_or(Some(width), |prefix| prefix_bits(prefix, width));
        let not_prefix = || NetworkError::Prefix(prefix.unwrap_or_default().to_owned());
        let (given, bits) = canonical(given, bits.ok_or_else(not_prefix)?);
        let first = cut(given, bits);
        if first != given {
            return Err(NetworkError::HostBits { given, first });
        }
        Ok(Self { first, bits })
    }
}

/// The range that counts as one caller, as its first address: an IPv4 address alone, the /64 of an
/// IPv6 address. This is the key for limits by address, since a network with one address of a /64
/// usually has all of them.
pub fn client_network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => cut(IpAddr::V6(address), 64),
    }
}

fn prefix_bits(text: &str, width: u32) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let bits = text.parse().ok().filter(|_| digits)?;
    (bits <= width).then_some(bits)
}

fn canonical(address: IpAddr, bits: u32) -> (IpAddr, u32) {
    match address.to_canonical() {
        IpAddr::V4(mapped) if address.is_ipv6() && bits >= MAPPED_BITS => {
            (IpAddr::V4(mapped), bits - MAPPED_BITS)
        }
        IpAddr::V4(plain) if address.is_ipv4() => (IpAddr::V4(plain), bits),
        _ => (address, bits),
    }
}

/// The address with all bits after the first `bits` cleared.
fn cut(address: IpAddr, bits: u32) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(IPV4_BITS - bits).unwrap_or(0);
            IpAddr::V4((address.to_bits() & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(IPV6_BITS - bits).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_holds_its_first_and_last_address_and_not_their_neighbours() {
        for (range, inside, outside) in [
            (
                "10.0.0.0/8",
                ["10.0.0.0", "10.255.255.255"],
                ["9.255.255.255", "11.0.0.0"],
            ),
            (
                "192.0.2.6/31",
                ["192.0.2.6", "192.0.2.7"],
                ["192.0.2.5", "192.0.2.8"],
            ),
            (
                "192.0.2.6",
                ["192.0.2.6", "::ffff:192.0.2.6"],
                ["192.0.2.5", "192.0.2.7"],
            ),
            (
                "2001:db8::/32",
                ["2001:db8::", "2001:db8:ffff::1"],
                ["2001:db7::", "2001:db9::"],
            ),
            ("::1", ["::1", "0::1"], ["::", "::2"]),
            (
                "0.0.0.0/0",
                ["0.0.0.0", "255.255.255.255"],
                ["::1", "2001:db8::1"],
            ),
            ("::/0", ["::1", "ffff::"], ["127.0.0.1", "::ffff:127.0.0.1"]),
            (
                "::ffff:10.0.0.0/104",
                ["10.0.0.1", "::ffff:10.9.9.9"],
                ["11.0.0.1", "::a00:1"],
            ),
        ] {
            for text in inside {
                assert!(network(range).contains(address(text)), "{text} in {range}");
            }
            for text in outside {
                assert!(
                    !network(range).contains(address(text)),
                    "{text} not in {range}"
                );
            }
        }
    }

    #[test]
    fn a_malformed_range_is_refused_with_its_reason() {
        let prefix = |text: &str| NetworkError::Prefix(text.to_owned());
        let no_address = |text: &str| NetworkError::Address(text.to_owned());
        for (text, why) in [
            ("", no_address("")),
            ("proxy.internal", no_address("proxy.internal")),
            ("10.0.0/8", no_address("10.0.0")),
            (" 10.0.0.0/8", no_address(" 10.0.0.0")),
            ("10.0.0.0/", prefix("")),
            ("10.0.0.0/33", prefix("33")),
            ("10.0.0.0/+8", prefix("+8")),
            ("10.0.0.0/8/8", prefix("8/8")),
            ("10.0.0.0/99999999999", prefix("99999999999")),
            ("::/129", prefix("129")),
        ] {
            assert_eq!(Network::from_str(text).unwrap_err(), why, "{text}");
        }
    }

    #[test]
    fn a_range_with_host_bits_is_refused() {
        let refused = Network::from_str("10.1.2.3/8").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the range of 10.1.2.3 begins at 10.0.0.0"
        );
        assert!(Network::from_str("2001:db8::1/64").is_err());
    }

    #[test]
    fn a_caller_is_one_ipv4_address_or_a_64_of_ipv6() {
        for (given, owned) in [
            ("192.0.2.6", "192.0.2.6"),
            ("::ffff:192.0.2.6", "192.0.2.6"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
            ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ] {
            assert_eq!(client_network(address(given)), address(owned));
        }
    }
}
