//! The one HTTP kit: how connectors speak to the world. Time limits, size limits, no redirects, no
//! addresses that the operator does not permit, and every failure turned into one of the kinds.
//! Nothing here retries or logs.

mod answer;
mod call;

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use tokio::net::TcpStream;

use crate::address::{GuardedResolver, OutboundPolicy};
use crate::error::ConnectorError;

pub use call::Call;

/// The bounds of one call.
#[derive(Clone, Copy, Debug)]
pub struct HttpLimits {
    /// To a connection, TLS included.
    pub connect_timeout: Duration,
    /// From the beginning to the last byte of the answer.
    pub total_timeout: Duration,
    /// The largest answer that is read.
    pub answer_max_bytes: usize,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(30),
            answer_max_bytes: 8 * 1024 * 1024,
        }
    }
}

/// The kit. Cheap to clone; one per process is enough, as it keeps connections open for reuse. To make one reads the
/// system's certificates, which takes milliseconds.
#[derive(Clone, Debug)]
pub struct Http {
    client: reqwest::Client,
    policy: OutboundPolicy,
    limits: HttpLimits,
}

impl Http {
    /// Makes a kit.
    ///
    /// # Errors
    /// [`ConnectorError::Unsupported`] when TLS cannot be set up on this machine.
    #[expect(clippy::disallowed_methods, reason = "the one place where HTTP clients are made")]
    pub fn new(policy: OutboundPolicy, limits: HttpLimits) -> Result<Self, ConnectorError> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("Rollcall/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .dns_resolver(Arc::new(GuardedResolver(policy)))
            .build()
            .map_err(|_| ConnectorError::unsupported("TLS cannot be set up on this machine"))?;
        Ok(Self { client, policy, limits })
    }

    /// The same kit, whose calls may take so long from the beginning to the last byte of the answer.
    pub fn within(&self, total_timeout: Duration) -> Self {
        Self { limits: HttpLimits { total_timeout, ..self.limits }, ..self.clone() }
    }

    /// A bare connection to a host, for a protocol that is not HTTP. Where it leads is checked alike.
    ///
    /// # Errors
    /// [`ConnectorError::Unsupported`] when the host may not be called; [`ConnectorError::Transient`] when no
    /// connection comes about in time.
    pub async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, ConnectorError> {
        let connecting = self.policy.connect(host, port);
        match tokio::time::timeout(self.limits.connect_timeout, connecting).await {
            Ok(connected) => connected,
            Err(_) => Err(ConnectorError::transient("no connection to it could be made in time")),
        }
    }

    /// A system at an address, which is checked against the policy here.
    ///
    /// # Errors
    /// [`ConnectorError::Unsupported`] when it is no address, or not one that may be called.
    pub fn endpoint(&self, base_url: &str) -> Result<Endpoint, ConnectorError> {
        let base = Url::parse(base_url)
            .ok()
            .filter(|url| !url.cannot_be_a_base())
            .ok_or_else(|| ConnectorError::unsupported("its address is not a URL"))?;
        self.policy.check(&base)?;
        Ok(Endpoint { http: self.clone(), base })
    }
}

/// A system at its address.
#[derive(Clone, Debug)]
pub struct Endpoint {
    http: Http,
    base: Url,
}

impl Endpoint {
    /// Begins a GET of the path that is made of these segments, below the base address.
    pub fn get(&self, path: &[&str]) -> Call {
        self.call(reqwest::Method::GET, path)
    }

    /// Begins a POST.
    pub fn post(&self, path: &[&str]) -> Call {
        self.call(reqwest::Method::POST, path)
    }

    /// Begins a PUT.
    pub fn put(&self, path: &[&str]) -> Call {
        self.call(reqwest::Method::PUT, path)
    }

    /// Begins a POST to the very address.
    pub fn post_here(&self) -> Call {
        Call::new(self.http.clone(), reqwest::Method::POST, self.base.clone())
    }

    /// Begins a GET of the very address.
    pub fn get_here(&self) -> Call {
        Call::new(self.http.clone(), reqwest::Method::GET, self.base.clone())
    }

    /// Begins a PUT to the very address.
    pub fn put_here(&self) -> Call {
        Call::new(self.http.clone(), reqwest::Method::PUT, self.base.clone())
    }

    /// Begins a DELETE of the very address.
    pub fn delete_here(&self) -> Call {
        Call::new(self.http.clone(), reqwest::Method::DELETE, self.base.clone())
    }

    /// Begins a DELETE.
    pub fn delete(&self, path: &[&str]) -> Call {
        self.call(reqwest::Method::DELETE, path)
    }

    fn call(&self, method: reqwest::Method, path: &[&str]) -> Call {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            // Segments are encoded one by one: a slash within one cannot change the path.
            segments.pop_if_empty().extend(path);
        }
        Call::new(self.http.clone(), method, url)
    }
}
