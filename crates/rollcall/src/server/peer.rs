//! Who is at the other end of connections, and how many of the places for connections one of them may take:
//! one machine alone must not keep all others out.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The part of an IPv6 address that a provider gives to one customer, who may use any address in it
/// (RFC 6177 §2: at least a /64).
const CUSTOMER_BITS: u32 = 64;

/// All places.
#[derive(Clone)]
pub(crate) struct Places {
    free: Arc<Semaphore>,
    of_one: usize,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One place, free again when it is dropped.
pub(crate) struct Place {
    places: Places,
    peer: IpAddr,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    /// As many places as `all`, of which one peer may take `of_one`.
    pub(crate) fn new(all: usize, of_one: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(all)), of_one, taken: Arc::default() }
    }

    /// Waits for a free place. The answer is `None` only if there will never be one again.
    pub(crate) async fn free(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).acquire_owned().await.ok()
    }

    /// Gives a free place to a peer, unless it has its share already.
    pub(crate) fn give(&self, permit: OwnedSemaphorePermit, peer: IpAddr) -> Option<Place> {
        let mut taken = self.taken();
        let count = taken.entry(peer).or_default();
        if *count >= self.of_one {
            return None;
        }
        *count += 1;
        drop(taken);
        Some(Place { places: self.clone(), peer, _permit: permit })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(count) = taken.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.peer);
            }
        }
    }
}

/// The address under which a peer is counted: of IPv6, the network that it can choose addresses from.
pub(crate) fn counted(peer: SocketAddr) -> SocketAddr {
    let address = match peer.ip().to_canonical() {
        IpAddr::V6(address) => {
            let mask = u128::MAX << (u128::BITS - CUSTOMER_BITS);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
        address => address,
    };
    SocketAddr::new(address, peer.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_peer_leaves_places_to_others() {
        let places = Places::new(4, 2);
        let (here, there) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let take = async |peer| places.give(places.free().await.unwrap(), peer);
        let first = take(here).await.unwrap();
        let _second = take(here).await.unwrap();
        assert!(take(here).await.is_none());
        let _other = take(there).await.unwrap();
        drop(first);
        let _third = take(here).await.unwrap();
        assert!(take(here).await.is_none());
    }

    #[tokio::test]
    async fn who_has_left_is_forgotten() {
        let places = Places::new(1, 1);
        drop(places.give(places.free().await.unwrap(), IpAddr::from([192, 0, 2, 1])));
        assert!(places.taken().is_empty());
        assert_eq!(places.free.available_permits(), 1);
    }

    #[test]
    fn one_customer_of_ipv6_counts_once_and_each_of_ipv4_for_itself() {
        let counted = |text: &str| counted(text.parse().unwrap()).to_string();
        assert_eq!(counted("[2001:db8:1:2:3:4:5:6]:80"), "[2001:db8:1:2::]:80");
        assert_eq!(counted("[2001:db8:1:2:ffff::1]:80"), "[2001:db8:1:2::]:80");
        assert_eq!(counted("[2001:db8:1:3::1]:80"), "[2001:db8:1:3::]:80");
        assert_eq!(counted("[::ffff:192.0.2.7]:80"), "192.0.2.7:80");
        assert_eq!(counted("192.0.2.8:80"), "192.0.2.8:80");
    }
}
