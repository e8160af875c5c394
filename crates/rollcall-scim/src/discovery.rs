//! What a server says about itself: `ServiceProviderConfig`, `ResourceTypes` and `Schemas` (RFC 7643 §5 to §7).
//! The facts are the caller's; this file only knows their form. Every field is always written, because some
//! clients take a missing one for "not supported" (authentik, with `bulk.maxOperations`).

use serde_json::{Value, json};

use crate::schema::Schemas;

/// What a server supports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceProvider {
    /// Where SCIM is served, without a slash at the end; locations begin with it.
    pub base_url: String,
    /// Where an administrator can read more.
    pub documentation_uri: Option<String>,
    /// Whether PATCH works.
    pub patch: bool,
    /// The bounds of `/Bulk`; `None` if there is none.
    pub bulk: Option<BulkBounds>,
    /// The most results of a filter; `None` if filters do not work.
    pub filter_max_results: Option<u32>,
    /// Whether a password can be changed.
    pub change_password: bool,
    /// Whether lists can be sorted.
    pub sort: bool,
    /// Whether ETags work.
    pub etag: bool,
    /// How lists are paged (RFC 9865 §4).
    pub pagination: Pagination,
    /// What it tells of itself by security events (RFC 9967 §4).
    pub security_events: Option<SecurityEvents>,
    /// How clients prove who they are; the first one is the preferred one.
    pub authentication_schemes: Vec<AuthenticationScheme>,
}

/// What a server can do after its answer (RFC 9967 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecurityEvents {
    /// Whether requests are carried out after their answer where the client asks for it.
    pub asynchronous_requests: bool,
    /// The kinds of event that it tells of.
    pub event_uris: &'static [&'static str],
}

/// The bounds of a bulk request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkBounds {
    /// The most operations.
    pub max_operations: u32,
    /// The longest body, in bytes.
    pub max_payload_bytes: u64,
}

/// How lists are paged. Paging by index always works; it is the default method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pagination {
    /// Whether cursors work too, and for how many seconds.
    pub cursor_timeout_seconds: Option<u32>,
    /// How many resources a page has if the client does not say.
    pub default_page_size: u32,
    /// The most resources of a page.
    pub max_page_size: u32,
}

/// One way for a client to prove who it is (RFC 7643 §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthenticationScheme {
    /// The keyword, such as `oauthbearertoken`.
    pub kind: &'static str,
    /// A short name.
    pub name: &'static str,
    /// A sentence for humans.
    pub description: &'static str,
    /// Where the scheme is specified.
    pub spec_uri: &'static str,
}

impl AuthenticationScheme {
    /// A bearer token in the `Authorization` header (RFC 6750).
    pub const BEARER: Self = Self {
        kind: "oauthbearertoken",
        name: "OAuth Bearer Token",
        description: "A token that an administrator made for this connection, or that an access key was exchanged for.",
        spec_uri: "https://www.rfc-editor.org/info/rfc6750",
    };

    /// A registered client that gets such tokens by itself (RFC 6749).
    pub const OAUTH2: Self = Self {
        kind: "oauth2",
        name: "OAuth 2.0",
        description: "A registered application: client credentials, or authorization code with PKCE; /.well-known/oauth-authorization-server says where.",
        spec_uri: "https://www.rfc-editor.org/info/rfc6749",
    };
}

/// A kind of resource that a server serves (RFC 7643 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceType {
    /// The name, which is also the id and what `meta.resourceType` says.
    pub name: &'static str,
    /// The path after the base URL, such as `/Users`.
    pub endpoint: &'static str,
    /// A sentence for humans.
    pub description: &'static str,
    /// Its schemas.
    pub schemas: Schemas,
}

impl ServiceProvider {
    /// The `ServiceProviderConfig` resource.
    pub fn to_json(&self) -> Value {
        let bulk = self.bulk.unwrap_or(BulkBounds { max_operations: 0, max_payload_bytes: 0 });
        let mut config = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "patch": {"supported": self.patch},
            "bulk": {
                "supported": self.bulk.is_some(),
                "maxOperations": bulk.max_operations,
                "maxPayloadSize": bulk.max_payload_bytes,
            },
            "filter": {
                "supported": self.filter_max_results.is_some(),
                "maxResults": self.filter_max_results.unwrap_or(0),
            },
            "changePassword": {"supported": self.change_password},
            "sort": {"supported": self.sort},
            "etag": {"supported": self.etag},
            "pagination": self.pagination.to_json(),
            "authenticationSchemes": self.authentication_schemes(),
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": format!("{}/ServiceProviderConfig", self.base_url),
            },
        });
        if let (Some(uri), Some(members)) = (&self.documentation_uri, config.as_object_mut()) {
            members.insert("documentationUri".to_owned(), uri.as_str().into());
        }
        if let (Some(events), Some(members)) = (self.security_events, config.as_object_mut()) {
            let told = json!({
                "asyncRequest": if events.asynchronous_requests { "request" } else { "none" },
                "eventUris": events.event_uris,
            });
            members.insert("securityEvents".to_owned(), told);
        }
        config
    }

    fn authentication_schemes(&self) -> Vec<Value> {
        let schemes = self.authentication_schemes.iter().enumerate().map(|(index, scheme)| {
            json!({
                "type": scheme.kind,
                "name": scheme.name,
                "description": scheme.description,
                "specUri": scheme.spec_uri,
                "primary": index == 0,
            })
        });
        schemes.collect()
    }
}

impl Pagination {
    fn to_json(self) -> Value {
        let mut pagination = json!({
            "cursor": self.cursor_timeout_seconds.is_some(),
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": self.default_page_size,
            "maxPageSize": self.max_page_size,
        });
        // A timeout without cursors would be a statement about nothing.
        if let (Some(seconds), Some(members)) =
            (self.cursor_timeout_seconds, pagination.as_object_mut())
        {
            members.insert("cursorTimeout".to_owned(), seconds.into());
        }
        pagination
    }
}

impl ResourceType {
    /// The `ResourceType` resource. No extension is ever required.
    pub fn to_json(&self, base_url: &str) -> Value {
        let extensions: Vec<Value> = self
            .schemas
            .extensions
            .iter()
            .map(|schema| json!({"schema": schema.id, "required": false}))
            .collect();
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": self.name,
            "name": self.name,
            "endpoint": self.endpoint,
            "description": self.description,
            "schema": self.schemas.core.id,
            "schemaExtensions": extensions,
            "meta": {
                "resourceType": "ResourceType",
                "location": format!("{base_url}/ResourceTypes/{}", self.name),
            },
        })
    }
}
