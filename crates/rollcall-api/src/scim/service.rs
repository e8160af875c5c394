//! What every SCIM handler has at hand.

use std::sync::Arc;

use rollcall_app::App;
use rollcall_scim::{Limits, PageSize};

use crate::Options;

/// Where SCIM is served.
pub(crate) const BASE: &str = "/scim/v2";
/// What one page holds.
pub(crate) const PAGE_SIZE: PageSize = PageSize { default: 100, most: 1_000 };

/// The use cases, and how they are served.
#[derive(Clone)]
pub(crate) struct Scim {
    pub(crate) app: App,
    pub(crate) options: Arc<Options>,
    pub(crate) limits: Limits,
}
