//! Who asks, where a proxy of the operator's stands in between: it says so in `X-Forwarded-For`, and nobody else is
//! believed. Without it all the world would have the proxy's address, and whoever tries passwords would use up the
//! tries of everybody.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use anyhow::{Result, anyhow};
use http::HeaderMap;
use serde::{Deserialize, Deserializer, de};

use super::peer;

/// Written by each proxy on the way, at its end the address that it was asked from.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// A request that came through more of them is counted as the last of these.
const PROXIES_MAX: usize = 16;

/// Addresses that begin alike, such as `10.0.0.0/8`; or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    first: IpAddr,
    bits: u32,
}

impl FromStr for Network {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let none = || anyhow!("{text:?} is neither an address nor a network such as 10.0.0.0/8");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().map_err(|_| none())?)),
            None => (text, None),
        };
        let first = address.parse::<IpAddr>().map_err(|_| none())?.to_canonical();
        let most = if first.is_ipv4() { u32::BITS } else { u128::BITS };
        let bits = bits.unwrap_or(most);
        if bits > most { Err(none()) } else { Ok(Self { first, bits }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

impl Network {
    fn holds(self, address: IpAddr) -> bool {
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let differs = first.to_bits() ^ address.to_bits();
                differs.leading_zeros() >= self.bits
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let differs = first.to_bits() ^ address.to_bits();
                differs.leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}

/// The proxies that are believed, written with commas between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies(Vec<Network>);

impl FromStr for Proxies {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(Network::from_str).collect::<Result<_>>().map(Self)
    }
}

impl fmt::Display for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&all.join(", "))
    }
}

impl<'de> Deserialize<'de> for Proxies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Proxies {
    /// Who asks, as they are counted: the peer, or whom a proxy that is believed says it asks for. What is written in
    /// front of the first address that is no such proxy's, anybody may have written.
    pub(crate) fn caller(&self, headers: &HeaderMap, peer: SocketAddr) -> SocketAddr {
        let mut caller = peer;
        if !self.trusts(peer.ip()) {
            return caller;
        }
        let all = headers.get_all(FORWARDED_FOR).iter().rev();
        let texts = all.filter_map(|value| value.to_str().ok());
        let named = texts.flat_map(|text| text.rsplit(',')).take(PROXIES_MAX);
        for text in named {
            let Some(address) = address(text.trim()) else { break };
            caller = peer::counted(SocketAddr::new(address, peer.port()));
            if !self.trusts(address) {
                break;
            }
        }
        caller
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }
}

/// An address, as some proxies write it with a port.
fn address(text: &str) -> Option<IpAddr> {
    let alone = text.trim_start_matches('[').trim_end_matches(']').parse().ok();
    alone.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, forwarded: &[&'static str], expected: &str) {
        let proxies: Proxies = "127.0.0.1, 10.0.0.0/8,fd00::/8".parse().unwrap();
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        let found = proxies.caller(&headers, SocketAddr::new(peer.parse().unwrap(), 7));
        assert_eq!(found.ip().to_string(), expected, "{peer} {forwarded:?}");
    }

    #[test]
    fn only_a_proxy_of_the_operator_says_who_asks() {
        check("127.0.0.1", &["192.0.2.1"], "192.0.2.1");
        check("192.0.2.9", &["192.0.2.1"], "192.0.2.9");
        check("127.0.0.1", &[], "127.0.0.1");
        check("127.0.0.1", &["nonsense"], "127.0.0.1");
        // What the caller wrote itself stands in front.
        check("127.0.0.1", &["198.51.100.1, 192.0.2.1"], "192.0.2.1");
        check("127.0.0.1", &["198.51.100.1", "192.0.2.1"], "192.0.2.1");
        // Two proxies, one behind the other.
        check("127.0.0.1", &["198.51.100.1, 192.0.2.1, 10.1.2.3"], "192.0.2.1");
        check("127.0.0.1", &["192.0.2.1:4711"], "192.0.2.1");
        check("127.0.0.1", &["[2001:db8:1:2:3:4:5:6]"], "2001:db8:1:2::");
        check("::ffff:10.9.9.9", &["192.0.2.1"], "192.0.2.1");
    }

    #[test]
    fn a_network_is_written_as_usual() {
        for wrong in ["", "example.com", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
        let all: Network = "0.0.0.0/0".parse().unwrap();
        assert!(all.holds("192.0.2.1".parse().unwrap()) && !all.holds("::1".parse().unwrap()));
        assert_eq!("fd00::/8".parse::<Network>().unwrap().to_string(), "fd00::/8");
    }
}
