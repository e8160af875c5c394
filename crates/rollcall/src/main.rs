//! The binary: serve, demo, doctor, migrate, tenant, scim-token; configuration and wiring.
fn main() {}
