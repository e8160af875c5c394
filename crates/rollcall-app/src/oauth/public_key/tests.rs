//! Public keys as administrators enter them.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

use super::*;

/// A public key as PEM, and as the JWK that it is.
type Pair = (String, Value);

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}

fn elliptic(algorithm: &'static EcdsaSigningAlgorithm, curve: &str) -> Pair {
    let pair = EcdsaKeyPair::generate(algorithm).unwrap();
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(if curve == "P-256" { 32 } else { 48 });
    let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    (pem(der.as_ref()), json!({"kty": "EC", "crv": curve, "x": x, "y": y}))
}

fn p256() -> Pair {
    elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256")
}

fn edwards() -> Pair {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    (pem(der.as_ref()), json!({"kty": "OKP", "crv": "Ed25519", "x": x}))
}

#[test]
fn pem_and_jwk_are_the_same_key() {
    let rsa = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let der: PublicKeyX509Der<'_> = rsa.public_key().as_der().unwrap();
    let kept = parse(&pem(der.as_ref())).unwrap();
    assert_eq!(list(&kept).pop().unwrap().kind, "RSA");
    for (kind, (pem, jwk)) in [
        ("P-256", p256()),
        ("P-384", elliptic(&ECDSA_P384_SHA384_FIXED_SIGNING, "P-384")),
        ("Ed25519", edwards()),
    ] {
        let (of_pem, of_jwk) = (parse(&pem).unwrap(), parse(&jwk.to_string()).unwrap());
        assert_eq!(list(&of_pem), list(&of_jwk), "{kind}");
        assert_eq!(list(&of_pem).pop().unwrap().kind, kind);
        assert_eq!(read(&of_pem), read(&of_jwk));
    }
    let both = parse(&format!("{}\n{}", p256().0, edwards().0)).unwrap();
    assert_eq!(list(&both).len(), 2);
}

#[test]
fn a_thumbprint_is_that_of_the_rfc() {
    // RFC 8037, appendix A.3.
    let key =
        json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    let listed = list(&parse(&key.to_string()).unwrap());
    assert_eq!(listed[0].id, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn keys_come_and_go_two_at_a_time() {
    let (first, second) = (p256(), edwards());
    let kept = add(None, &first.0).unwrap();
    let refused = add(Some(&kept), &first.1.to_string()).unwrap_err().to_string();
    assert!(refused.contains("there already"), "{refused}");
    let kept = add(Some(&kept), &second.1.to_string()).unwrap();
    let refused = add(Some(&kept), &p256().0).unwrap_err().to_string();
    assert!(refused.contains("two public keys at the most"), "{refused}");
    let keys = list(&kept);
    assert_eq!(remove(&kept, "another"), Some(kept.clone()));
    let kept = remove(&kept, &keys[0].id).unwrap();
    assert_eq!(list(&kept), keys[1..]);
    assert_eq!(remove(&kept, &keys[1].id), None);
    assert_ne!(keys[0].handle(), keys[1].handle());
}

#[test]
fn only_public_keys_are_taken() {
    let (text, public) = p256();
    let with = |name: &str, value: Value| {
        let mut key = public.clone();
        key[name] = value;
        key
    };
    for bad in [
        json!({}),
        json!([]),
        json!({"keys": []}),
        json!({"keys": {}}),
        json!({"keys": [public, p256().1, p256().1]}),
        json!({"keys": [public, public]}),
        json!({"keys": [with("kid", json!("1")), with("kid", json!("1"))]}),
        json!({"kty": "oct", "k": "c2VjcmV0"}),
        with("d", json!("c2VjcmV0")),
        with("crv", json!("P-521")),
        with("x", json!("?")),
        with("alg", json!("HS256")),
        with("kid", json!("k".repeat(201))),
    ] {
        assert!(parse(&bad.to_string()).is_err(), "{bad}");
    }
    let private = text.replace("PUBLIC", "PRIVATE");
    assert!(parse(&private).unwrap_err().to_string().contains("private or shared key"));
    let certificate = text.replace("PUBLIC KEY", "CERTIFICATE");
    let broken = text.replace("-----END", "-----");
    let empty = pem(&[]);
    let odd = pem(b"\x30\x03\x02\x01\x00");
    for bad in ["no JSON", "-----BEGIN", &certificate, &broken, &empty, &odd, &" ".repeat(9_000)] {
        assert!(parse(bad).is_err(), "{bad}");
    }
    assert_eq!(parse(&public.to_string()).unwrap(), json!({"keys": [public]}).to_string());
}
