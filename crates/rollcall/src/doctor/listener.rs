//! Where the hub listens, and how many can be connected.

use super::finding::Finding;
use crate::descriptor;
use crate::server::CONNECTIONS_MAX;
use crate::setting::Settings;

/// Files besides connections: the database's, the log, outbound calls.
const OTHER_FILES: u64 = 128;

pub(crate) fn examine(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    let public = settings.public_url.as_deref();
    let listen = settings.listen;
    findings.push(match public {
        Some(url) if url.starts_with("https://") => Finding::fine("address", format!("{listen}, as {url}")),
        None if listen.ip().is_loopback() => Finding::fine(
            "address",
            format!("{listen}, for this machine; behind a proxy, name the proxy's address in public_url"),
        ),
        _ => Finding::note(
            "address",
            format!("{listen} is served without TLS; put a proxy with TLS before it and name its address in public_url"),
        ),
    });
    if public.is_none() && !listen.ip().is_loopback() {
        findings.push(Finding::note(
            "OAuth",
            "public_url is not set, so that the hub does not know its own address: its metadata \
             (/.well-known/oauth-authorization-server) and signed assertions of applications are refused",
        ));
    }
    let needed = u64::try_from(CONNECTIONS_MAX).unwrap_or(u64::MAX).saturating_add(OTHER_FILES);
    if let Some(limit) = descriptor::highest_limit().filter(|limit| *limit < needed) {
        findings.push(Finding::note(
            "open files",
            format!("at most {limit} are permitted; raise the limit to {needed} for {CONNECTIONS_MAX} connections"),
        ));
    }
    findings
}
