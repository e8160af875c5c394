//! How clients get tokens: an access key or a registered application is exchanged for a bearer token of an hour.
//!
//! Whoever asks here has no token yet, so nothing is told that a stranger may not know: a wrong key, a wrong
//! secret and a key that was stopped are refused in the same words, and the connection's journal says which it was.

mod body;
mod client;
mod form;
mod key;
mod keys;
mod metadata;
mod refusal;
mod revocation;
mod token;
mod trace;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::routing::{MethodRouter, get, post};
use http::request::Parts;

use rollcall_app::App;
use rollcall_app::throttle::Throttle;

use crate::Options;
use crate::authentication::refusal::Refusal;

/// Where an access key is exchanged.
pub(crate) const ACCESS_KEY: &str = "/authentication/v1/token/access-key";
/// Where registered applications get tokens.
pub(crate) const TOKEN: &str = "/oauth/token";
/// Where they give them back.
pub(crate) const REVOCATION: &str = "/oauth/revoke";
/// Where they find out about the others.
pub(crate) const METADATA: &str = "/.well-known/oauth-authorization-server";

/// Where receivers of security events find the keys by which these are signed.
pub(crate) const KEYS: &str = "/.well-known/jwks.json";

/// Every route with its methods.
pub(crate) const ROUTES: &[(&str, &[&str])] = &[
    (ACCESS_KEY, &["POST"]),
    (TOKEN, &["POST"]),
    (REVOCATION, &["POST"]),
    (METADATA, &["GET"]),
    (KEYS, &["GET"]),
];

/// What every handler has at hand.
#[derive(Clone)]
pub(crate) struct Authentication {
    pub(crate) app: App,
    pub(crate) options: Arc<Options>,
    pub(crate) throttle: Arc<Throttle>,
}

pub(crate) fn router(app: App, options: Options) -> Router {
    let authentication =
        Authentication { app, options: Arc::new(options), throttle: Arc::default() };
    let mut router = Router::new();
    for (path, methods) in ROUTES {
        let served: MethodRouter<Authentication> = match *path {
            ACCESS_KEY => post(key::exchange),
            TOKEN => post(token::issue),
            REVOCATION => post(revocation::revoke),
            KEYS => get(keys::show),
            _ => get(metadata::show),
        };
        let served = served.fallback(move || async move { Refusal::method(methods) });
        router = router.route(path, served);
    }
    router.fallback(|| async { Refusal::nowhere() }).with_state(authentication)
}

/// Where a request comes from, if the server that carries us says so.
pub(crate) struct Peer(Option<std::net::IpAddr>);

impl FromRequestParts<Authentication> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &Authentication,
    ) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map(|ConnectInfo(address)| address.ip())))
    }
}

impl Authentication {
    /// Counts a try with a name: a key's id, or a client's.
    pub(crate) fn count(&self, peer: &Peer, name: &str) -> Result<(), Refusal> {
        self.throttle.check(peer.0, name).map_err(Refusal::throttled)
    }
}
