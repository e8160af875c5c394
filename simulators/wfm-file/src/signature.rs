//! AWS Signature Version 4 in the query of a request, checked from its description ("Authenticating Requests: Using
//! Query Parameters", Amazon S3 API Reference).

use aws_lc_rs::{digest, hmac};
use http::{HeaderMap, Method};

/// A request as it came in: its path as it is written there, and its query, decoded.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) query: &'a [(String, String)],
    pub(crate) headers: &'a HeaderMap,
}

/// Whether a request is signed by whom it says, with this key.
pub(crate) fn is_good(request: &Request<'_>, access_key_id: &str, secret: &str) -> bool {
    check(request, access_key_id, secret).unwrap_or(false)
}

fn check(request: &Request<'_>, access_key_id: &str, secret: &str) -> Option<bool> {
    let find = |name: &str| {
        let mut pairs = request.query.iter();
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    };
    let (scope, date) = (find("X-Amz-Credential")?, find("X-Amz-Date")?);
    let (key, scope) = scope.split_once('/')?;
    let mut parts = scope.split('/');
    let (day, region) = (parts.next()?, parts.next()?);
    let is_known = key == access_key_id
        && scope.ends_with("/s3/aws4_request")
        && find("X-Amz-Algorithm")? == "AWS4-HMAC-SHA256"
        && find("X-Amz-Expires")?.parse::<u32>().is_ok_and(|s| s <= 604_800)
        && date.starts_with(day);
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex(&sha256(&canonical(request)?)));
    let mut signing = format!("AWS4{secret}").into_bytes();
    for part in [day, region, "s3", "aws4_request", &text] {
        signing = sign(&signing, part);
    }
    Some(is_known && hex(&signing) == find("X-Amz-Signature")?)
}

fn canonical(request: &Request<'_>) -> Option<String> {
    let signed = request.query.iter().find(|(key, _)| key == "X-Amz-SignedHeaders")?;
    let mut query: Vec<String> = request
        .query
        .iter()
        .filter(|(key, _)| key != "X-Amz-Signature")
        .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
        .collect();
    query.sort();
    let mut headers = String::new();
    for name in signed.1.split(';') {
        let value = request.headers.get(name)?.to_str().ok()?.trim();
        headers.push_str(&format!("{name}:{value}\n"));
    }
    Some(format!(
        "{}\n{}\n{}\n{headers}\n{}\nUNSIGNED-PAYLOAD",
        request.method,
        request.path,
        query.join("&"),
        signed.1
    ))
}

/// All but the unreserved characters, as `UriEncode` there.
fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

fn sha256(text: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, text.as_bytes()).as_ref().to_vec()
}

fn sign(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
