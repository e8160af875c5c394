//! The public keys of applications as administrators enter them: a JWK, a JWK set, or PEM. They are kept as a JWK
//! set (RFC 7517 §5).

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey};
use rustls_pki_types::SubjectPublicKeyInfoDer;
use rustls_pki_types::pem::PemObject;
use serde_json::Value;

use crate::error::ChangeError;
use crate::secret;

/// As many public keys of an application are live at a time: the one in use, and the one that replaces it.
pub const PUBLIC_KEYS_MAX: usize = 2;
const BYTES_MAX: usize = 8 * 1024;
const KEY_ID_BYTES_MAX: usize = 200;

/// What the `SubjectPublicKeyInfo` of an uncompressed point of P-256 begins with (RFC 5480 §2).
const P256: &[u8] = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
/// The same of P-384.
const P384: &[u8] =
    b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00";
/// The same of Ed25519 (RFC 8410 §4).
const ED25519: &[u8] = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

const NONE: &str = "the public keys are neither a JWK, nor a JWK set, nor PEM that begins with -----BEGIN PUBLIC KEY-----";
const NOT_UNDERSTOOD: &str =
    "a public key is of a kind that is not understood; RSA, P-256, P-384 and Ed25519 are";
const PRIVATE: &str = "a private or shared key was entered; the public half is needed, and the other one is known to others now: make a new pair";

/// A public key of an application, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// What it is known by: its `kid`, or its thumbprint (RFC 7638).
    pub id: String,
    /// Its kind, such as "P-256".
    pub kind: &'static str,
}

impl PublicKey {
    /// A short name of the key that may stand in an address, whatever its id is.
    #[must_use]
    pub fn handle(&self) -> String {
        secret::hash(&self.id).chars().take(16).collect()
    }
}

type Result<T> = std::result::Result<T, ChangeError>;

/// The keys of a text that an administrator entered, in the form in which they are kept.
///
/// # Errors
/// [`ChangeError::Invalid`] when it holds none, too many, or one that is not public or not understood.
pub(super) fn parse(text: &str) -> Result<String> {
    if text.len() > BYTES_MAX {
        return refuse("the public keys have more than 8,192 bytes");
    }
    let keys = if text.contains("-----BEGIN") { from_pem(text)? } else { from_json(text)? };
    keep(&keys)
}

/// The keys that are kept, with those of a text added.
///
/// # Errors
/// As [`parse`]; also when a key is there already.
pub(super) fn add(kept: Option<&str>, text: &str) -> Result<String> {
    let added = raw(&parse(text)?);
    let mut keys = kept.map(raw).unwrap_or_default();
    keys.extend(added);
    keep(&keys)
}

/// The keys that are kept without one of them; `None` when it was the last.
pub(super) fn remove(kept: &str, id: &str) -> Option<String> {
    let is_it = |key: &Value| {
        serde_json::from_value::<Jwk>(key.clone()).is_ok_and(|key| key_id(&key) == id)
    };
    let left: Vec<Value> = raw(kept).into_iter().filter(|key| !is_it(key)).collect();
    (!left.is_empty()).then(|| set(&left))
}

/// The keys that are kept, for people.
pub(super) fn list(kept: &str) -> Vec<PublicKey> {
    let keys = read(kept).unwrap_or_default();
    keys.iter().map(|key| PublicKey { id: key_id(key), kind: kind(key) }).collect()
}

/// The keys that are kept, to check signatures with.
pub(super) fn read(kept: &str) -> Option<Vec<Jwk>> {
    serde_json::from_str::<JwkSet>(kept).ok().map(|set| set.keys)
}

/// What a key is known by: its `kid`, or its thumbprint.
pub(super) fn key_id(key: &Jwk) -> String {
    let named = key.common.key_id.clone().filter(|id| !id.is_empty());
    named.unwrap_or_else(|| key.thumbprint(ThumbprintHash::SHA256).unwrap_or_default())
}

/// The signatures that a key may make. Never one by a shared secret, which a public key is not.
pub(super) fn signatures(key: &Jwk) -> Vec<Algorithm> {
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

fn kind(key: &Jwk) -> &'static str {
    match signatures(key).first() {
        Some(Algorithm::ES256) => "P-256",
        Some(Algorithm::ES384) => "P-384",
        Some(Algorithm::EdDSA) => "Ed25519",
        Some(_) => "RSA",
        None => "not understood",
    }
}

fn from_json(text: &str) -> Result<Vec<Value>> {
    let given: Value = serde_json::from_str(text).or(refuse(NONE))?;
    match given.get("keys") {
        Some(Value::Array(keys)) => Ok(keys.clone()),
        Some(_) => refuse(NONE),
        None => Ok(vec![given]),
    }
}

fn from_pem(text: &str) -> Result<Vec<Value>> {
    if text.contains("PRIVATE KEY-----") {
        return refuse(PRIVATE);
    }
    let mut keys = Vec::new();
    for block in SubjectPublicKeyInfoDer::pem_slice_iter(text.as_bytes()) {
        let key = from_spki(&block.or(refuse(NONE))?)?;
        keys.push(serde_json::to_value(key).or(refuse(NOT_UNDERSTOOD))?);
    }
    if keys.is_empty() { refuse(NONE) } else { Ok(keys) }
}

/// A `SubjectPublicKeyInfo` (RFC 5280 §4.1) as a JWK.
fn from_spki(spki: &[u8]) -> Result<Jwk> {
    let point = |prefix: &[u8]| spki.strip_prefix(prefix);
    let key = if let Some(point) = point(P256).or_else(|| point(P384)) {
        DecodingKey::from_ec_der(point)
    } else if let Some(point) = point(ED25519) {
        DecodingKey::from_ed_der(point)
    } else {
        // Whatever else it is, it is read as RSA, or refused.
        DecodingKey::from_rsa_der(spki)
    };
    Jwk::from_decoding_key(&key, None).or(refuse(NOT_UNDERSTOOD))
}

/// Holds keys against what may be kept.
fn keep(keys: &[Value]) -> Result<String> {
    if keys.is_empty() {
        return refuse(NONE);
    }
    if keys.len() > PUBLIC_KEYS_MAX {
        return refuse(
            "an application has two public keys at the most; remove the one that is no longer in use",
        );
    }
    if keys.iter().any(|key| key.get("d").is_some() || key.get("k").is_some()) {
        return refuse(PRIVATE);
    }
    let mut ids = Vec::new();
    for key in keys {
        let key: Jwk = serde_json::from_value(key.clone()).or(refuse(NONE))?;
        if signatures(&key).is_empty() || DecodingKey::from_jwk(&key).is_err() {
            return refuse(NOT_UNDERSTOOD);
        }
        let (id, print) = (key_id(&key), key.thumbprint(ThumbprintHash::SHA256));
        if id.len() > KEY_ID_BYTES_MAX {
            return refuse("the id of a public key has more than 200 bytes");
        }
        let print = print.or(refuse(NOT_UNDERSTOOD))?;
        if ids.iter().any(|(known, seen)| *known == id || *seen == print) {
            return refuse("a public key is there already, or one of the same id");
        }
        ids.push((id, print));
    }
    Ok(set(keys))
}

fn set(keys: &[Value]) -> String {
    serde_json::json!({ "keys": keys }).to_string()
}

/// The keys that are kept as they were entered, with whatever else stands in them.
fn raw(kept: &str) -> Vec<Value> {
    let mut set: Value = serde_json::from_str(kept).unwrap_or_default();
    match set.get_mut("keys").map(Value::take) {
        Some(Value::Array(keys)) => keys,
        _ => Vec::new(),
    }
}

fn refuse<T>(why: &str) -> Result<T> {
    Err(ChangeError::Invalid(why.to_owned()))
}

#[cfg(test)]
mod tests;
