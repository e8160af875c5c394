//! What a server says that it offers. What it says nothing about counts as offered: then it is tried.

use serde_json::Value;

use crate::json;
use crate::person::ENTERPRISE;

/// What not every server has to offer (RFC 7643 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feature {
    Patch,
    Bulk,
    Filter,
    Sort,
    ETag,
    /// RFC 9865.
    Cursor,
    Groups,
    /// The enterprise extension of User (RFC 7643 §4.3).
    Enterprise,
    /// A token, without which nothing can be said about tokens.
    Token,
}

/// The three discovery endpoints, as far as they were answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offer {
    pub(crate) config: Value,
    /// The list of `/ResourceTypes`.
    pub(crate) types: Value,
    /// The list of `/Schemas`.
    pub(crate) schemas: Value,
    pub(crate) token: bool,
}

impl Offer {
    /// Why a feature is not there; `None` when it is, or may be.
    pub(crate) fn lacks(&self, feature: Feature) -> Option<String> {
        let flag = |name: &str| {
            let value = self.config.pointer(&format!("/{name}/supported"));
            (value == Some(&Value::Bool(false)))
                .then(|| format!("ServiceProviderConfig says {name}.supported false"))
        };
        match feature {
            Feature::Patch => flag("patch"),
            Feature::Bulk => flag("bulk"),
            Feature::Filter => flag("filter"),
            Feature::Sort => flag("sort"),
            Feature::ETag => flag("etag"),
            Feature::Cursor => (self.config.pointer("/pagination/cursor")
                != Some(&Value::Bool(true)))
            .then(|| "ServiceProviderConfig has no pagination.cursor true".to_owned()),
            Feature::Groups => {
                let missing = self.types.is_object() && self.resource_type("/Groups").is_none();
                missing.then(|| "ResourceTypes names no type at /Groups".to_owned())
            }
            Feature::Enterprise => {
                let user = self.resource_type("/Users");
                let has = user.is_none_or(|user| {
                    json::list(user, "/schemaExtensions").iter().any(|extension| {
                        let urn = extension.get("schema").and_then(Value::as_str);
                        urn.is_some_and(|urn| urn.eq_ignore_ascii_case(ENTERPRISE))
                    })
                });
                (!has).then(|| "User has no enterprise extension in ResourceTypes".to_owned())
            }
            Feature::Token => (!self.token).then(|| "the run has no token".to_owned()),
        }
    }

    pub(crate) fn resource_type(&self, endpoint: &str) -> Option<&Value> {
        let mut all = json::list(&self.types, "/Resources").iter();
        all.find(|one| {
            let found = one.get("endpoint").and_then(Value::as_str);
            found.is_some_and(|found| found.trim_end_matches('/').ends_with(endpoint))
        })
    }

    /// A schema of `/Schemas`.
    pub(crate) fn schema(&self, urn: &str) -> Option<&Value> {
        let mut all = json::list(&self.schemas, "/Resources").iter();
        all.find(|one| {
            one.get("id").and_then(Value::as_str).is_some_and(|id| id.eq_ignore_ascii_case(urn))
        })
    }

    /// Whether an attribute is published; where nothing is published, all are assumed.
    pub(crate) fn publishes(&self, urn: &str, attribute: &str) -> bool {
        self.schema(urn).is_none_or(|schema| {
            json::list(schema, "/attributes").iter().any(|one| {
                let name = one.get("name").and_then(Value::as_str);
                name.is_some_and(|name| name.eq_ignore_ascii_case(attribute))
            })
        })
    }

    /// A number of the configuration.
    pub(crate) fn number(&self, pointer: &str) -> Option<u64> {
        self.config.pointer(pointer)?.as_u64()
    }
}
