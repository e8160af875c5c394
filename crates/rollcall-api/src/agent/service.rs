//! What every handler of the agent API has at hand.

use rollcall_app::App;

/// Where the agent API is served.
pub(crate) const BASE: &str = "/api/v1";

/// The use cases.
#[derive(Clone)]
pub(crate) struct Agents {
    pub(crate) app: App,
}
