//! Which addresses the policy lets through, one by one.

use super::*;

fn check(policy: OutboundPolicy, url: &str) -> bool {
    policy.check(&Url::parse(url).unwrap()).is_ok()
}

const STRICT: OutboundPolicy = OutboundPolicy { allow_loopback: false, allow_private: false };
const LOOPBACK: OutboundPolicy = OutboundPolicy { allow_loopback: true, allow_private: false };
const PRIVATE: OutboundPolicy = OutboundPolicy { allow_loopback: false, allow_private: true };

#[test]
fn public_addresses_need_tls() {
    for url in ["https://wfm.example.com", "https://93.184.215.14/x", "https://[2606:2800::1]"] {
        assert!(check(STRICT, url), "{url}");
    }
    for url in ["http://wfm.example.com", "ftp://wfm.example.com", "https://user@wfm.example.com"] {
        assert!(!check(STRICT, url), "{url}");
        assert!(!check(LOOPBACK, url), "{url}");
    }
}

#[test]
fn loopback_is_for_whom_the_operator_permits_it() {
    for url in ["http://127.0.0.1:8080", "http://[::1]:8080", "http://127.9.9.9"] {
        assert!(!check(STRICT, url), "{url}");
        assert!(!check(PRIVATE, url), "{url}");
        assert!(check(LOOPBACK, url), "{url}");
    }
    assert!(check(LOOPBACK, "http://localhost:8080"));
    // Odd spellings of a number are read as browsers read them (WHATWG URL), and refused as such.
    for url in
        ["https://2130706433", "https://0x7f.1", "https://0177.0.0.1", "https://[::ffff:127.0.0.1]"]
    {
        assert!(!check(STRICT, url), "{url}");
    }
}

#[test]
fn private_networks_are_for_whom_the_operator_permits_them() {
    for url in [
        "https://10.1.2.3",
        "https://172.16.0.1",
        "https://192.168.1.1",
        "https://100.64.0.1",
        "https://[fd12::1]",
    ] {
        assert!(!check(STRICT, url), "{url}");
        assert!(!check(LOOPBACK, url), "{url}");
        assert!(check(PRIVATE, url), "{url}");
    }
}

#[test]
fn some_addresses_are_never_called() {
    let all = OutboundPolicy { allow_loopback: true, allow_private: true };
    for url in [
        "https://169.254.169.254/latest",
        "https://[fd00:ec2::254]",
        "https://[fe80::1]",
        "https://0.0.0.0",
        "https://[::]",
        "https://224.0.0.1",
        "https://255.255.255.255",
        "https://[64:ff9b::a9fe:a9fe]",
        "https://[2002:7f00:1::]",
        "https://[::ffff:169.254.169.254]",
    ] {
        assert!(!check(all, url), "{url}");
    }
}

#[tokio::test]
async fn a_name_is_as_good_as_its_addresses() {
    let resolve = |policy| GuardedResolver(policy).resolve("localhost".parse().unwrap());
    assert!(resolve(STRICT).await.is_err());
    assert!(resolve(LOOPBACK).await.unwrap().all(|address| address.ip().is_loopback()));
}
