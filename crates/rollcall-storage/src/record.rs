//! What is told of changes: to auditors, to administrators, to receivers of security events.

pub mod alert;
pub mod audit;
pub mod security_event;
pub mod security_event_stream;
