//! What the overview remembers of its chart.

use std::collections::HashMap;
use std::sync::Mutex;

use rollcall_domain::TenantId;

/// Points of the chart that lie in the past and do not change any more.
#[derive(Default)]
pub(crate) struct ChartCache {
    /// In and out, by tenant and step.
    pub(crate) past: Mutex<HashMap<(TenantId, i64), (i64, i64)>>,
}
