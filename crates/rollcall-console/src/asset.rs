//! The files that a browser loads beside the pages: style, scripts and icons, embedded in the program.
//!
//! Addresses carry a hash of the content, so that an answer may be kept for ever and a new version of Rollcall
//! is seen at once. Nothing is loaded from elsewhere.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use rust_embed::RustEmbed;

/// What `build.rs` gathered.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/served"]
struct Served;

/// One file to be served.
#[derive(Debug)]
pub struct Asset {
    /// The content.
    pub bytes: Cow<'static, [u8]>,
    /// For the `Content-Type` header.
    pub content_type: &'static str,
}

/// The address of a file by its plain name, such as `app.css`. A name that is not embedded gives an address that
/// answers 404; the test below keeps templates from naming one.
#[must_use]
pub fn url(name: &str) -> &'static str {
    URLS.get(name).map_or("/assets/missing", String::as_str)
}

/// Finds the file behind `/assets/{hash}/{name}`. The hash must be the current one: an older page's request for a
/// file that has changed since is told so, instead of being handed something it was not written for.
#[must_use]
pub fn find(hash: &str, name: &str) -> Option<Asset> {
    let expected = URLS.get(name)?;
    if *expected != format!("/assets/{hash}/{name}") {
        return None;
    }
    let bytes = Served::get(name)?.data;
    Some(Asset { bytes, content_type: content_type(name) })
}

/// Addresses by plain name, made once.
static URLS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    Served::iter()
        .filter_map(|name| {
            let hash = Served::get(&name)?.metadata.sha256_hash();
            let mut url = String::from("/assets/");
            for byte in hash.iter().take(6) {
                // Writing to a `String` cannot fail.
                let _ = write!(url, "{byte:02x}");
            }
            let _ = write!(url, "/{name}");
            Some((name.into_owned(), url))
        })
        .collect()
});

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_its_file_and_a_stale_one_does_not() {
        let address = url("app.css");
        let mut parts = address.rsplit('/');
        assert_eq!(parts.next(), Some("app.css"));
        let hash = parts.next().unwrap();
        assert_eq!(find(hash, "app.css").unwrap().content_type, "text/css; charset=utf-8");
        assert!(find("000000000000", "app.css").is_none());
        assert!(find(hash, "nothing.css").is_none());
    }

    #[test]
    fn a_first_load_stays_below_its_budget() {
        let bytes: usize =
            Served::iter().filter_map(|name| Served::get(&name)).map(|f| f.data.len()).sum();
        // Uncompressed; over the wire gzip makes it less than half.
        assert!(bytes < 200_000, "{bytes} bytes of assets");
    }
}
