//! Listening on an address.

use std::io::ErrorKind;
use std::net::SocketAddr;

use anyhow::{Result, anyhow};
use tokio::net::TcpListener;

/// Listens on an address, or says what is in the way and which setting or option chooses another.
pub(crate) async fn bind(address: SocketAddr, setting: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => taken(address, setting),
        ErrorKind::PermissionDenied => {
            anyhow!(
                "this user may not listen on {address}; choose a port from 1024 up with {setting}"
            )
        }
        _ => anyhow!(error).context(format!("cannot listen on {address}")),
    })
}

/// What is said when another program listens there.
pub(crate) fn taken(address: SocketAddr, setting: &str) -> anyhow::Error {
    anyhow!(
        "another program listens on {address} already; end it, or choose another address with {setting}"
    )
}
