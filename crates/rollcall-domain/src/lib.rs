//! The nouns of a contact centre and the rules they keep.
//!
//! Pure values and functions from values to values: no I/O, no async, no clock of its own. Every other
//! crate may import this one; it imports none of them.

pub mod adherence;
pub mod agent_state;
pub mod attribute;
pub mod audit;
pub mod authority;
pub mod detail;
pub mod employee;
pub mod environment;
pub mod id;
pub mod interval;
pub mod letter;
pub mod optional;
pub mod origin;
pub mod permission;
pub mod pkce;
pub mod policy;
pub mod source;
pub mod structure;
pub mod take_over;
pub mod template;
pub mod time;
pub mod unavailable_code;
pub mod user_name;
pub mod wfm;

pub use environment::{Clock, Ids};
pub use id::{
    AccessKeyId, AdministratorId, AgentSessionId, ApiTokenId, AuditEntryId, BulkRequestId,
    BusinessUnitId, EmployeeId, EventStreamId, GroupId, LoginAuthenticatorId, OauthApplicationId,
    OauthGrantId, RoleId, RunId, ScimConnectionId, ScimTokenId, SecurityEventId, TeamId,
    TemplateId, TenantId, WfmLinkId,
};
