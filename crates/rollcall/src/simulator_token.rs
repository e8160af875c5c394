//! How simulators are given their tokens.

/// The variables that hold the tokens of the simulated provider: arguments can be read by everyone.
pub(crate) const OKTA_TOKEN: &str = "ROLLCALL_SIMULATE_OKTA_TOKEN";
/// The same for the second connection.
pub(crate) const ENTRA_TOKEN: &str = "ROLLCALL_SIMULATE_ENTRA_TOKEN";

/// The same for the simulated ACD.
pub(crate) const ACD_TOKEN: &str = "ROLLCALL_SIMULATE_ACD_TOKEN";
