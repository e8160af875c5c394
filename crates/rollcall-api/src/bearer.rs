//! The token that a request brings (RFC 6750 §2.1).

use http::{HeaderMap, header};

/// Longer tokens are none of ours, and are not hashed.
const TOKEN_MAX_BYTES: usize = 256;

/// The token of `Authorization: Bearer …`, the scheme in any case (RFC 9110 §11.1). A token that begins with
/// `bare_prefix` may stand alone: Okta's HTTP header mode sends the header as an administrator typed it, and
/// many leave the scheme out (docs/scim-clients.md, O20).
pub(crate) fn token<'a>(headers: &'a HeaderMap, bare_prefix: Option<&str>) -> Option<&'a str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?.trim();
    if values.next().is_some() {
        // What stands before us may have looked at the other one.
        return None;
    }
    let token = match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        None if bare_prefix.is_some_and(|prefix| value.starts_with(prefix)) => value,
        _ => return None,
    };
    (!token.is_empty() && token.len() <= TOKEN_MAX_BYTES).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_its_scheme_or_a_prefix_of_ours() {
        let read = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            token(&headers, Some("rct_")).map(str::to_owned)
        };
        for sound in ["Bearer rct_1", "bearer  rct_1 ", "rct_1", " rct_1"] {
            assert_eq!(read(sound).as_deref(), Some("rct_1"), "{sound:?}");
        }
        let long = format!("Bearer {}", "x".repeat(TOKEN_MAX_BYTES + 1));
        for wrong in ["", "Bearer", "Bearer ", "Basic rct_1", "secret", "rct_1 rct_2", &long] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
        assert_eq!(token(&HeaderMap::new(), None), None);
        let mut two = HeaderMap::new();
        two.append(header::AUTHORIZATION, "Bearer rct_1".parse().unwrap());
        two.append(header::AUTHORIZATION, "Bearer rct_2".parse().unwrap());
        assert_eq!(token(&two, None), None);
    }
}
