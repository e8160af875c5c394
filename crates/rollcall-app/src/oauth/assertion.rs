//! Clients that prove themselves by a signature (RFC 7523 §2.2, the method `private_key_jwt` of OpenID Connect):
//! the public keys that an administrator registers, and the assertions that are held against them.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value, json};

use crate::error::ChangeError;
use crate::secret;

/// The signatures that are understood, as `alg` names them (RFC 7518 §3.1, RFC 8037 §3.1).
pub const SIGNATURES: [&str; 9] =
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];
/// The keys of a client: the one in use, the next one, and some to spare.
const KEYS_MAX: usize = 5;
const KEYS_BYTES_MAX: usize = 8 * 1024;
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
    let keys = read(keys).ok_or("The application's keys cannot be read.")?;
    let named = |key: &&Jwk| match (&header.kid, &key.common.key_id) {
        (Some(wanted), Some(id)) => wanted == id,
        _ => true,
    };
    let claims = keys.iter().filter(named).find_map(|key| {
        let mut validation = Validation::new(header.alg);
        validation.algorithms = signatures(key);
        validation.set_audience(audiences);
        validation.set_issuer(&[client_id]);
        validation.sub = Some(client_id.to_owned());
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        // By our own clock, below.
        (validation.validate_exp, validation.validate_nbf) = (false, false);
        let key = DecodingKey::from_jwk(key).ok()?;
        let decoded = jsonwebtoken::decode::<Map<String, Value>>(assertion, &key, &validation);
        decoded.ok().map(|decoded| decoded.claims)
    });
    let claims = claims.ok_or(
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
    Ok(Checked { mark: secret::hash(mark), expires_at: later(expires_at, LEEWAY) })
}

/// The public keys that an administrator enters, in the form in which they are kept: a JWK set (RFC 7517 §5).
///
/// # Errors
/// [`ChangeError::Invalid`] when it is none, or holds a key that is not public or not understood.
pub(super) fn parse(text: &str) -> Result<String, ChangeError> {
    let refuse = |why: &str| Err(ChangeError::Invalid(why.to_owned()));
    let none = "the public keys are no JSON of a JWK or a JWK set";
    if text.len() > KEYS_BYTES_MAX {
        return refuse("the public keys have more than 8,192 bytes");
    }
    let Ok(given) = serde_json::from_str::<Value>(text) else { return refuse(none) };
    let keys = match given.get("keys") {
        Some(Value::Array(keys)) => keys.clone(),
        Some(_) => return refuse(none),
        None => vec![given],
    };
    if keys.is_empty() || keys.len() > KEYS_MAX {
        return refuse("an application has 1 to 5 public keys");
    }
    if keys.iter().any(|key| key.get("d").is_some() || key.get("k").is_some()) {
        return refuse(
            "a private or shared key was entered; the public half is needed, and the other one is known to others now: make a new pair",
        );
    }
    for key in &keys {
        let Ok(key) = serde_json::from_value::<Jwk>(key.clone()) else { return refuse(none) };
        if signatures(&key).is_empty() || DecodingKey::from_jwk(&key).is_err() {
            return refuse(
                "a public key is of a kind that is not understood; RSA, P-256, P-384 and Ed25519 are",
            );
        }
    }
    Ok(json!({"keys": keys}).to_string())
}

fn read(keys: &str) -> Option<Vec<Jwk>> {
    let keys: jsonwebtoken::jwk::JwkSet = serde_json::from_str(keys).ok()?;
    Some(keys.keys)
}

/// The signatures that a key may make. Never one by a shared secret, which a public key is not.
fn signatures(key: &Jwk) -> Vec<Algorithm> {
    let all: &[Algorithm] = match &key.algorithm {
        AlgorithmParameters::RSA(_) => &[
            Algorithm::RS256,
            Algorithm::RS384,
            Algorithm::RS512,
            Algorithm::PS256,
            Algorithm::PS384,
            Algorithm::PS512,
        ],
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            &[Algorithm::ES256]
        }
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => {
            &[Algorithm::ES384]
        }
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            &[Algorithm::EdDSA]
        }
        _ => &[],
    };
    let said = key.common.key_algorithm.map(Algorithm::try_from);
    all.iter()
        .copied()
        .filter(|one| said.as_ref().is_none_or(|said| said.as_ref().is_ok_and(|said| said == one)))
        .collect()
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
