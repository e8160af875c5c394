//! Security events (RFC 9967): what changed at the SCIM front door, told to whoever subscribed.
//!
//! An event is written in the transaction of the change that it tells of, once for each receiver, and is kept
//! until the receiver has acknowledged it. Where nobody subscribed, nothing is written and nothing is asked.

mod claim;
mod delivery;
mod record;
mod signer;
mod stream;

pub use delivery::{POLL_MAX, PollRequest, Polled, Push, Receiver, Waiting};
pub use stream::{
    BACKLOG_MAX, IssuedStream, NewDelivery, NewStream, STREAMS_MAX, StreamDetail, WAITING_DAYS_MAX,
};

pub use rollcall_storage::record::security_event_stream::Delivery;

pub(crate) use record::{
    group_changed, group_created, group_deleted, operation_done, removed_from_feed, user_changed,
    user_created, user_deleted, user_put_back, user_restored,
};
pub(crate) use signer::SignerSlot;

/// What the names of all events begin with.
const PREFIX: &str = "urn:ietf:params:scim:event:";

/// The events that a receiver can be told of. There is no `prov:put`: a change is told by what it changed,
/// whichever request made it.
pub const EVENT_URIS: &[&str] = &[
    "urn:ietf:params:scim:event:feed:add",
    "urn:ietf:params:scim:event:feed:remove",
    "urn:ietf:params:scim:event:prov:create:notice",
    "urn:ietf:params:scim:event:prov:create:full",
    "urn:ietf:params:scim:event:prov:patch:notice",
    "urn:ietf:params:scim:event:prov:patch:full",
    "urn:ietf:params:scim:event:prov:delete",
    "urn:ietf:params:scim:event:prov:activate",
    "urn:ietf:params:scim:event:prov:deactivate",
    "urn:ietf:params:scim:event:misc:asyncresp",
];
