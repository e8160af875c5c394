//! Which addresses may be called: an administrator types them in, so that one could otherwise point the
//! server at its own network (server-side request forgery, OWASP A10:2021).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr as _;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::TcpStream;

use crate::error::ConnectorError;

/// What the operator permits beyond public addresses. Addresses of cloud metadata services and other
/// link-local ones are never called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboundPolicy {
    /// This machine, also without TLS: for simulators and tests.
    pub allow_loopback: bool,
    /// Private networks (RFC 1918, RFC 4193, RFC 6598): for a system in the operator's own house.
    pub allow_private: bool,
}

/// What an address is, as far as the policy tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Public,
    Private,
    Loopback,
    /// Link-local, multicast, unspecified, reserved: nothing there that a connector could mean.
    Never,
}

impl OutboundPolicy {
    /// Checks an address before any call: the scheme, and the host where it is written as a number.
    ///
    /// # Errors
    /// [`ConnectorError::Unsupported`] with the reason.
    pub(crate) fn check(self, url: &Url) -> Result<(), ConnectorError> {
        let host = url.host_str().unwrap_or_default();
        let number = IpAddr::from_str(host.trim_start_matches('[').trim_end_matches(']')).ok();
        let local = number.map_or(host == "localhost", |ip| reach(ip) == Reach::Loopback);
        match url.scheme() {
            "https" => {}
            "http" if local && self.allow_loopback => {}
            _ => return Err(ConnectorError::unsupported("its address does not begin with https")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ConnectorError::unsupported("its address holds a user name or password"));
        }
        match number {
            Some(ip) if !self.permits(ip) => Err(ConnectorError::unsupported(NOT_PERMITTED)),
            _ => Ok(()),
        }
    }

    /// Connects to the first permitted address of a host.
    pub(crate) async fn connect(self, host: &str, port: u16) -> Result<TcpStream, ConnectorError> {
        let unreachable = |_| ConnectorError::transient("no connection to it could be made");
        let found = tokio::net::lookup_host((host, port)).await.map_err(unreachable)?;
        let permitted: Vec<SocketAddr> =
            found.filter(|address| self.permits(address.ip())).collect();
        if permitted.is_empty() {
            return Err(ConnectorError::unsupported(NOT_PERMITTED));
        }
        TcpStream::connect(permitted.as_slice()).await.map_err(unreachable)
    }

    fn permits(self, ip: IpAddr) -> bool {
        match reach(ip) {
            Reach::Public => true,
            Reach::Private => self.allow_private,
            Reach::Loopback => self.allow_loopback,
            Reach::Never => false,
        }
    }
}

/// What is said of an address that the policy does not permit.
pub(crate) const NOT_PERMITTED: &str = "its address belongs to this machine or to a private network, which the operator does not permit";

/// Resolves names and keeps the permitted addresses only. The connection is made to exactly those, so
/// that a name cannot change its address between check and use.
pub(crate) struct GuardedResolver(pub(crate) OutboundPolicy);

/// All addresses of a name are forbidden.
#[derive(Debug, thiserror::Error)]
#[error("no address of the name is permitted")]
pub(crate) struct NotPermitted;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let permitted: Vec<SocketAddr> =
                found.into_iter().filter(|address| policy.permits(address.ip())).collect();
            if permitted.is_empty() {
                return Err(NotPermitted.into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

fn reach(ip: IpAddr) -> Reach {
    match ip {
        IpAddr::V4(ip) => reach_v4(ip),
        IpAddr::V6(ip) => ip.to_ipv4_mapped().map_or_else(|| reach_v6(ip), reach_v4),
    }
}

/// IANA IPv4 Special-Purpose Address Registry (RFC 6890).
fn reach_v4(ip: Ipv4Addr) -> Reach {
    let [first, second, third, _] = ip.octets();
    if ip.is_loopback() {
        return Reach::Loopback;
    }
    let shared = first == 100 && second & 0b1100_0000 == 64;
    if ip.is_private() || shared {
        return Reach::Private;
    }
    let protocol = first == 192 && second == 0 && third == 0;
    let benchmark = first == 198 && second & 0b1111_1110 == 18;
    let never = first == 0
        || first >= 224
        || ip.is_link_local()
        || ip.is_documentation()
        || protocol
        || benchmark;
    if never { Reach::Never } else { Reach::Public }
}

/// IANA IPv6 Special-Purpose Address Registry (RFC 6890).
fn reach_v6(ip: Ipv6Addr) -> Reach {
    if ip.is_loopback() {
        return Reach::Loopback;
    }
    if ip == AWS_METADATA {
        return Reach::Never;
    }
    if ip.is_unique_local() {
        return Reach::Private;
    }
    // Only 2000::/3 is handed out. Of it, 6to4 and Teredo carry an IPv4 address inside, and NAT64
    // (64:ff9b::/96) lies outside: none of them leads to a system that is meant.
    let [first, second, ..] = ip.segments();
    let global = first & 0xe000 == 0x2000;
    let tunnel = first == 0x2002 || (first == 0x2001 && second == 0);
    let documentation = first == 0x2001 && second == 0x0db8;
    if global && !tunnel && !documentation { Reach::Public } else { Reach::Never }
}

/// Amazon's instance metadata over IPv6 lies inside the private range (AWS EC2 user guide, IMDS).
const AWS_METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

#[cfg(test)]
mod tests;
