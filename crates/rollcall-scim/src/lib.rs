//! SCIM 2.0 as a language (RFC 7643, RFC 7644): schemas, filters, paths, PATCH, errors and the dialects of
//! identity providers. It knows nothing of Rollcall, does no input or output and reads no clock.

mod body;
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

pub use body::parse_object;
pub use dialect::{Dialect, DialectName, UnknownDialect};
pub use discovery::{AuthenticationScheme, BulkBounds, Pagination, ResourceType, ServiceProvider};
pub use error::{ERROR_SCHEMA, ErrorKind, ScimError};
pub use etag::{EntityTags, etag};
pub use filter::{BoundFilter, Filter, Literal, Operator};
pub use limit::Limits;
pub use list::ListWriter;
pub use patch::{Operation, OperationKind, Outcome, PatchRequest};
pub use path::{AttributePath, Path};
pub use projection::Projection;
pub use query::{ListQuery, PageSize, Paging};
pub use resource::{Normalised, normalise};
pub use schema::{
    Attribute, COMMON_ATTRIBUTES, ENTERPRISE_USER, GROUP, Kind, Mutability, Place, Returned,
    Schema, Schemas, USER, Uniqueness,
};
