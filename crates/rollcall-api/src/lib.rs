//! HTTP for machines: the SCIM front door.
