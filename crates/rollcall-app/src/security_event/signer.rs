//! Signs events as compact JWS (RFC 8417, RFC 7515 §7.1) with ES256 (RFC 7518 §3.4). The key is derived from the
//! installation's key, so that every node has the same one and nothing more has to be kept.
//!
//! The libraries for it bring a second copy of what the cryptography is built on; signing alone is three parts in
//! base64.

use std::sync::OnceLock;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin, EcPublicKeyUncompressedBin};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::secret::{self, Sealer, SecretError};

/// The key, once somebody needed it.
#[derive(Default)]
pub(crate) struct SignerSlot(OnceLock<Option<Signer>>);

impl SignerSlot {
    pub(super) fn get(&self, sealer: &Sealer) -> Result<&Signer, SecretError> {
        self.0.get_or_init(|| Signer::derive(sealer)).as_ref().ok_or(SecretError::NotOurs)
    }
}

pub(super) struct Signer {
    pair: EcdsaKeyPair,
    public: Value,
    /// The first part of every token.
    header: String,
}

/// Of all numbers of 256 bits, one in four thousand million is no key of the curve.
const TRIES: u8 = 8;

impl Signer {
    fn derive(sealer: &Sealer) -> Option<Self> {
        (0..TRIES).find_map(|number| Self::from_number(&sealer.derive("security_event", number)))
    }

    fn from_number(number: &[u8; 32]) -> Option<Self> {
        let private = PrivateKey::from_private_key(&ECDH_P256, number).ok()?;
        let public = private.compute_public_key().ok()?;
        let point: EcPublicKeyUncompressedBin<'_> = public.as_be_bytes().ok()?;
        let bytes: EcPrivateKeyBin<'_> = private.as_be_bytes().ok()?;
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            algorithm,
            bytes.as_ref(),
            point.as_ref(),
        );
        let pair = pair.ok()?;
        // The point is a byte that says so, and two numbers of 32 bytes (SEC 1 §2.3.3).
        let (x, y) = point.as_ref().get(1..)?.split_at_checked(32)?;
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let key_id = key_id(&x, &y);
        let public = json!({
            "kty": "EC", "crv": "P-256", "x": x, "y": y,
            "use": "sig", "alg": "ES256", "kid": key_id,
        });
        let header = json!({"alg": "ES256", "typ": "secevent+jwt", "kid": key_id}).to_string();
        Some(Self { pair, public, header: URL_SAFE_NO_PAD.encode(header) })
    }

    /// Signs claims as a security event token.
    pub(super) fn sign(&self, claims: &Value) -> Result<String, SecretError> {
        let signed = format!("{}.{}", self.header, URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = signature.map_err(|_| SecretError::NoRandom)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// What a receiver needs to check signatures: a JWK Set (RFC 7517 §5).
    pub(super) fn key_set(&self) -> Value {
        json!({"keys": [self.public]})
    }
}

/// The thumbprint of the key (RFC 7638), cut short.
fn key_id(x: &str, y: &str) -> String {
    let text = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    let mut id = secret::hash(&text);
    id.truncate(16);
    id
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    fn unpack(part: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(part).unwrap()
    }

    #[test]
    fn a_token_is_checked_with_the_published_key_and_every_node_has_the_same() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let token = Signer::derive(&sealer).unwrap().sign(&json!({"iss": "us"})).unwrap();
        let set = Signer::derive(&sealer).unwrap().key_set();
        let key = &set["keys"][0];
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let header: Value = serde_json::from_slice(&unpack(header)).unwrap();
        assert_eq!(header, json!({"alg": "ES256", "typ": "secevent+jwt", "kid": key["kid"]}));
        assert_eq!(unpack(claims), br#"{"iss":"us"}"#);
        let mut point = vec![4];
        point.extend(["x", "y"].into_iter().flat_map(|name| unpack(key[name].as_str().unwrap())));
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point);
        public.verify(signed.as_bytes(), &unpack(signature)).unwrap();
        let other = Signer::derive(&Sealer::new(&[8; 32]).unwrap()).unwrap();
        assert_ne!(other.key_set(), set);
    }
}
