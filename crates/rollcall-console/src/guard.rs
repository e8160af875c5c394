//! What holds for each answer and each request, whoever asks: headers, and no forms from other sites.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::policy::CONTENT_SECURITY_POLICY;

/// Puts the headers on. Pages are never kept by a browser or a proxy; assets say otherwise themselves.
pub(crate) async fn headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    // A page may have a policy of its own.
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses what another site sends in a person's name. Browsers say where a request comes from
/// (`Sec-Fetch-Site`, W3C Fetch Metadata; older ones `Origin`, RFC 6454 §7); what says nothing is no browser,
/// and carries no cookie of ours unless it was given one.
pub(crate) async fn same_site(request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && is_from_elsewhere(request.headers()) {
        let words =
            "This form was sent by another site, so it was refused and nothing was changed.\n";
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    next.run(request).await
}

fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match text(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => !matches!(site, "same-origin" | "none"),
        None => match (text(header::ORIGIN), text(header::HOST)) {
            (Some(origin), Some(host)) => origin.split("://").nth(1) != Some(host),
            (Some(_), None) => true,
            (None, _) => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(&'static str, &'static str)], elsewhere: bool) {
        let headers = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        assert_eq!(is_from_elsewhere(&headers), elsewhere, "{pairs:?}");
    }

    #[test]
    fn forms_of_other_sites_are_told_apart() {
        check(&[("sec-fetch-site", "same-origin")], false);
        check(&[("sec-fetch-site", "cross-site")], true);
        check(&[("sec-fetch-site", "same-site")], true);
        check(&[("origin", "http://a.example"), ("host", "a.example")], false);
        check(&[("origin", "http://b.example"), ("host", "a.example")], true);
        check(&[("origin", "null"), ("host", "a.example")], true);
        check(&[("host", "a.example")], false);
    }
}
