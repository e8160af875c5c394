//! What a browser may do with our pages: load our own files, send forms to us, and nothing else.

/// The `Content-Security-Policy` of each answer. No inline script or style exists in our templates.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
