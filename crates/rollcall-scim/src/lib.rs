//! SCIM 2.0 as a language (RFC 7643, RFC 7644): schemas, filters, paths, PATCH, errors and the dialects of
//! identity providers. It knows nothing of Rollcall, does no input or output and reads no clock, so any
//! server can use it.
//!
//! A request goes one way through it: [`parse_object`] turns bytes into a bounded JSON object,
//! [`normalise`] turns that into a resource in canonical form, [`PatchRequest`] changes such a resource, and
//! [`Projection`] and [`ListWriter`] prepare it for the answer. A [`Filter`] is bound to the schemas of a
//! resource type ([`Filter::bind`]) before it is evaluated or translated to a query. A [`Dialect`] says
//! which mistakes of a client are repaired; every failure is a [`ScimError`], which knows its status and body.
//!
//! ```
//! use rollcall_scim::{Dialect, Filter, Limits, PatchRequest, Schemas, normalise, parse_object};
//!
//! # fn main() -> Result<(), rollcall_scim::ScimError> {
//! let (schemas, dialect, limits) = (Schemas::USER, Dialect::ENTRA, Limits::default());
//!
//! let body = br#"{"USERNAME": "ada@example.org", "active": "True", "groups": [], "shoeSize": 38}"#;
//! let read = normalise(parse_object(body, &limits)?, &schemas, &dialect)?;
//! assert_eq!(read.ignored, ["shoeSize"]);
//! let mut ada = read.attributes;
//!
//! let body = br#"{"Operations": [{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "a@b"}]}"#;
//! let patch = PatchRequest::parse(parse_object(body, &limits)?, &dialect, &limits)?;
//! assert!(patch.apply(&mut ada, &schemas, &dialect)?.changed);
//!
//! let filter = Filter::parse(r#"active eq true and emails[type eq "work"].value sw "a@""#, &limits)?;
//! assert!(filter.bind(&schemas)?.matches(&ada));
//! # Ok(())
//! # }
//! ```

mod attribute_path;
mod body;
mod bulk;
mod cursor;
mod dialect;
mod discovery;
mod error;
mod etag;
mod filter;
mod limit;
mod list;
mod patch;
mod path;
mod projection;
mod query;
mod resource;
mod schema;
mod search;
mod sort;

pub use attribute_path::AttributePath;
pub use body::parse_object;
pub use bulk::{BulkIds, BulkRequest, RequestedOperation};
pub use cursor::Cursor;
pub use dialect::{Dialect, DialectName, UnknownDialect};
pub use discovery::{
    AuthenticationScheme, BulkBounds, Pagination, ResourceType, SecurityEvents, ServiceProvider,
};
pub use error::{ERROR_SCHEMA, ErrorKind, ScimError};
pub use etag::{EntityTags, etag};
pub use filter::{BoundFilter, Filter, Literal, Operator, Restricted};
pub use limit::Limits;
pub use list::ListWriter;
pub use patch::{Operation, OperationKind, Outcome, PatchRequest, Scope};
pub use path::Path;
pub use projection::Projection;
pub use query::{ListQuery, PageSize, Paging};
pub use resource::{Normalised, normalise};
pub use schema::user;
pub use schema::{
    Attribute, COMMON_ATTRIBUTES, ENTERPRISE_USER, GROUP, Kind, Mutability, Place, Returned,
    Schema, Schemas, USER, Uniqueness,
};
pub use sort::{Sort, SortKey};
