//! Clients that prove themselves by a signature (RFC 7523 §2.2, the method `private_key_jwt` of OpenID Connect):
//! their assertions are held against the public keys that an administrator entered.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, Validation};
use serde_json::{Map, Value};

use super::public_key;
use crate::secret;

/// The signatures that are understood, as `alg` names them (RFC 7518 §3.1, RFC 8037 §3.1).
pub const SIGNATURES: [&str; 9] =
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];
/// An assertion is made for one request; one that works for longer than this was made for something else.
const LIFETIME_MAX: SignedDuration = SignedDuration::from_hours(1);
/// By so much the clocks of two machines may differ.
const LEEWAY: SignedDuration = SignedDuration::from_secs(30);

/// An assertion that is what it says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Checked {
    /// What makes it one of its kind, as a hash: its `jti`, or all of it.
    pub(super) mark: String,
    /// Until when it could be used again.
    pub(super) expires_at: Timestamp,
    /// The key that it was signed with, by its id.
    pub(super) key: String,
}

/// The client that an assertion speaks of, whether it may or not (RFC 7523 §3: `iss` and `sub` are the client).
#[must_use]
pub fn claimed_client(assertion: &str) -> Option<String> {
    let claims: Map<String, Value> =
        jsonwebtoken::dangerous::insecure_decode_claims(assertion).ok()?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let subject = text("sub")?;
    (text("iss") == Some(subject)).then(|| subject.to_owned())
}

/// Holds an assertion against the keys of its client. The refusal is for the owner of the connection.
pub(super) fn check(
    keys: &str,
    assertion: &str,
    (client_id, audiences): (&str, &[String]),
    now: Timestamp,
) -> Result<Checked, &'static str> {
    const UNREADABLE: &str = "The assertion is no signed JWT.";
    let header = jsonwebtoken::decode_header(assertion).map_err(|_| UNREADABLE)?;
    if header.crit.is_some() {
        return Err("The assertion asks for an extension that is not understood.");
    }
    let keys = public_key::read(keys).ok_or("The application's keys cannot be read.")?;
    let named = |key: &&Jwk| match (&header.kid, &key.common.key_id) {
        (Some(wanted), Some(id)) => wanted == id,
        _ => true,
    };
    let signed = keys.iter().filter(named).find_map(|key| {
        let mut validation = Validation::new(header.alg);
        validation.algorithms = public_key::signatures(key);
        validation.set_audience(audiences);
        validation.set_issuer(&[client_id]);
        validation.sub = Some(client_id.to_owned());
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        // By our own clock, below.
        (validation.validate_exp, validation.validate_nbf) = (false, false);
        let check = DecodingKey::from_jwk(key).ok()?;
        let decoded = jsonwebtoken::decode::<Map<String, Value>>(assertion, &check, &validation);
        decoded.ok().map(|decoded| (public_key::key_id(key), decoded.claims))
    });
    let (key, claims) = signed.ok_or(
        "No key of the application fits the assertion's signature, or it is made out to another server.",
    )?;
    let expires_at = moment(&claims, "exp").ok_or("The assertion does not say when it ends.")?;
    if now >= later(expires_at, LEEWAY) {
        return Err("The assertion has ended.");
    }
    if expires_at > later(later(now, LIFETIME_MAX), LEEWAY) {
        return Err("The assertion works for more than an hour.");
    }
    if moment(&claims, "nbf").is_some_and(|begins| begins > later(now, LEEWAY)) {
        return Err("The assertion does not work yet.");
    }
    let mark = claims.get("jti").and_then(Value::as_str).unwrap_or(assertion);
    Ok(Checked { mark: secret::hash(mark), expires_at: later(expires_at, LEEWAY), key })
}

/// A `NumericDate` (RFC 7519 §2), which may have a fraction.
fn moment(claims: &Map<String, Value>, name: &str) -> Option<Timestamp> {
    let value = claims.get(name)?;
    match value.as_i64() {
        Some(seconds) => Timestamp::from_second(seconds).ok(),
        None => {
            let seconds = SignedDuration::try_from_secs_f64(value.as_f64()?).ok()?;
            Timestamp::UNIX_EPOCH.checked_add(seconds).ok()
        }
    }
}

fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
