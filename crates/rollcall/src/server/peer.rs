//! Who is at the other end of connections, and how many of the places for connections one of them may take:
//! one machine alone must not keep all others out.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// The part of an IPv6 address that a provider gives to one customer, who may use any address in it
/// (RFC 6177 §2: at least a /64).
const CUSTOMER_BITS: u32 = 64;

/// All places.
#[derive(Clone)]
pub(crate) struct Places {
    free: Arc<Semaphore>,
    of_one: usize,
    taken: Arc<Mutex<HashMap<IpAddr, Vec<Guest>>>>,
}

/// Who has a place.
#[derive(Clone)]
pub(crate) struct Guest {
    /// How many requests of the connection are being handled.
    busy: Arc<AtomicUsize>,
    leave: CancellationToken,
}

/// One place, free again when it is dropped.
pub(crate) struct Place {
    places: Places,
    peer: IpAddr,
    guest: Guest,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    /// As many places as `all`, of which one peer may take `of_one`.
    pub(crate) fn new(all: usize, of_one: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(all)), of_one, taken: Arc::default() }
    }

    /// Gives a place to a peer, unless it has its share already. Where none is free, the peer with the most of them
    /// gives up one in which nothing is handled: a few machines that only sit there keep nobody out. Else it waits.
    pub(crate) async fn give(&self, peer: IpAddr) -> Option<Place> {
        let has = self.taken().get(&peer).map_or(0, Vec::len);
        if has >= self.of_one {
            return None;
        }
        let permit = match Arc::clone(&self.free).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                self.make_room();
                Arc::clone(&self.free).acquire_owned().await.ok()?
            }
        };
        let mut taken = self.taken();
        let guests = taken.entry(peer).or_default();
        let guest = Guest { busy: Arc::default(), leave: CancellationToken::new() };
        guests.push(guest.clone());
        drop(taken);
        Some(Place { places: self.clone(), peer, guest, _permit: permit })
    }

    fn make_room(&self) {
        let taken = self.taken();
        let most = taken.values().max_by_key(|guests| guests.len());
        // The newest are asked last: a caller that has just come is about to ask for something.
        let idle = most.and_then(|guests| guests.iter().find(|guest| guest.is_idle()));
        if let Some(guest) = idle {
            guest.leave.cancel();
        }
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<IpAddr, Vec<Guest>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guest {
    fn is_idle(&self) -> bool {
        self.busy.load(Ordering::Relaxed) == 0 && !self.leave.is_cancelled()
    }
}

impl Place {
    /// Counts what is being handled for the guest.
    pub(crate) fn busy(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.guest.busy)
    }

    /// Ends when the place is needed for somebody else.
    pub(crate) fn needed(&self) -> WaitForCancellationFutureOwned {
        self.guest.leave.clone().cancelled_owned()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(guests) = taken.get_mut(&self.peer) {
            guests.retain(|guest| !Arc::ptr_eq(&guest.busy, &self.guest.busy));
            if guests.is_empty() {
                taken.remove(&self.peer);
            }
        }
    }
}

/// The address under which a peer is counted: of IPv6, the network that it can choose addresses from.
pub(crate) fn counted(peer: SocketAddr) -> SocketAddr {
    let address = match peer.ip().to_canonical() {
        // The machine itself is nobody's customer.
        IpAddr::V6(address) if !address.is_loopback() => {
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
        let take = async |peer| places.give(peer).await;
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
        drop(places.give(IpAddr::from([192, 0, 2, 1])).await);
        assert!(places.taken().is_empty());
        assert_eq!(places.free.available_permits(), 1);
    }

    #[tokio::test]
    async fn who_only_sits_there_makes_room() {
        let places = Places::new(4, 3);
        let [crowd, other, new] = [1, 2, 3].map(|last| IpAddr::from([192, 0, 2, last]));
        let mut here = Vec::new();
        for _ in 0..3 {
            here.push(places.give(crowd).await.unwrap());
        }
        let alone = places.give(other).await.unwrap();
        here[0].busy().fetch_add(1, Ordering::Relaxed);
        let second = here.remove(1);
        let leaving = async {
            second.needed().await;
            drop(second);
        };
        let (place, ()) = tokio::join!(places.give(new), leaving);
        assert!(place.is_some());
        let asked = |place: &Place| place.guest.leave.is_cancelled();
        assert!(!here.iter().any(asked) && !asked(&alone), "one is enough");
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
