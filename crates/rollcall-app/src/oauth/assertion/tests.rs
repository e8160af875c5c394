//! Assertions as clients sign them, and keys as administrators enter them.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{EncodingKey, Header};

use jsonwebtoken::Algorithm;
use serde_json::json;

use super::*;
use crate::oauth::public_key::parse;

const NOW: i64 = 1_795_251_600;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

/// A pair: what signs, and the public half as a JWK.
fn pair(algorithm: Algorithm) -> (EncodingKey, Value) {
    let random = aws_lc_rs::rand::SystemRandom::new();
    if algorithm == Algorithm::EdDSA {
        let document = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let public = json!({"kty": "OKP", "crv": "Ed25519", "x": x});
        return (EncodingKey::from_ed_der(document.as_ref()), public);
    }
    if algorithm == Algorithm::RS256 {
        let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
        let document =
            aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'static>>::as_der(&pair)
                .unwrap();
        // The key stands in PKCS#1 behind the head of PKCS#8 (RFC 5208 §5), which has 26 bytes at this size.
        let key = EncodingKey::from_rsa_der(&document.as_ref()[26..]);
        let public = Jwk::from_encoding_key(&key, algorithm).unwrap();
        return (key, serde_json::to_value(public).unwrap());
    }
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let key = EncodingKey::from_ec_der(document.as_ref());
    let public = Jwk::from_encoding_key(&key, algorithm).unwrap();
    (key, serde_json::to_value(public).unwrap())
}

fn claims() -> Value {
    json!({
        "iss": "rca_1", "sub": "rca_1", "aud": "https://hub.example.com",
        "exp": NOW + 60, "jti": "1",
    })
}

fn sign(algorithm: Algorithm, key: &EncodingKey, claims: &Value) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, key).unwrap()
}

fn hold(keys: &str, assertion: &str) -> Result<Checked, &'static str> {
    check(keys, assertion, ("rca_1", &["https://hub.example.com".to_owned()]), now())
}

#[test]
fn an_assertion_is_held_against_each_key() {
    for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
        let ((key, public), (_, other)) = (pair(algorithm), pair(algorithm));
        let keys = parse(&json!({"keys": [other, public]}).to_string()).unwrap();
        let assertion = sign(algorithm, &key, &claims());
        let checked = hold(&keys, &assertion).unwrap();
        assert_eq!(checked.mark, secret::hash("1"));
        assert_eq!(checked.expires_at.as_second(), NOW + 90);
        assert_eq!(Some(checked.key), public_key::list(&keys).pop().map(|key| key.id));
        assert_eq!(claimed_client(&assertion).as_deref(), Some("rca_1"));
        let strangers = parse(&other.to_string()).unwrap();
        assert!(hold(&strangers, &assertion).unwrap_err().starts_with("No key"));
        let mut forged = assertion.clone();
        forged.insert(assertion.len() - 9, 'A');
        assert!(hold(&keys, &forged).is_err());
    }
}

#[test]
fn each_claim_decides() {
    let (key, public) = pair(Algorithm::EdDSA);
    let keys = parse(&public.to_string()).unwrap();
    let check = |name: &str, value: Value, good: bool| {
        let mut claims = claims();
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value,
        }
        let checked = hold(&keys, &sign(Algorithm::EdDSA, &key, &claims));
        assert_eq!(checked.is_ok(), good, "{claims}: {checked:?}");
    };
    check("aud", json!(["https://other.example", "https://hub.example.com"]), true);
    check("aud", json!("https://other.example"), false);
    check("aud", Value::Null, false);
    check("iss", json!("rca_2"), false);
    check("iss", Value::Null, false);
    check("sub", json!("rca_2"), false);
    check("sub", Value::Null, false);
    check("exp", json!(NOW - 29), true);
    check("exp", json!(NOW - 30), false);
    check("exp", json!(NOW as f64 + 0.5), true);
    check("exp", json!(NOW + 3_630), true);
    check("exp", json!(NOW + 3_631), false);
    check("exp", json!("soon"), false);
    check("exp", Value::Null, false);
    check("nbf", json!(NOW + 30), true);
    check("nbf", json!(NOW + 31), false);
    check("jti", Value::Null, true);
}

#[test]
fn a_shared_secret_signs_nothing() {
    let (_, public) = pair(Algorithm::EdDSA);
    let keys = parse(&public.to_string()).unwrap();
    let x = public["x"].as_str().unwrap();
    for secret in [x.as_bytes(), keys.as_bytes()] {
        let assertion = sign(Algorithm::HS256, &EncodingKey::from_secret(secret), &claims());
        assert!(hold(&keys, &assertion).is_err());
    }
    let unsigned = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJyY2FfMSJ9.";
    assert_eq!(hold(&keys, unsigned), Err("The assertion is no signed JWT."));
    assert_eq!(hold(&keys, ""), Err("The assertion is no signed JWT."));
    assert_eq!(claimed_client(unsigned), None, "without a subject it speaks of nobody");
}
