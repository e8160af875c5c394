//! WFM links: who is due at them, what they hold of whom, and their runs.

pub mod former_agent;
pub mod kept_agent;
pub mod link_lease;
pub mod link_removal;
pub mod marking;
pub mod outbox;
pub mod sync_drift;
pub mod sync_history;
pub mod sync_run;
pub mod wfm_link;
pub mod wfm_notice;
pub mod wfm_standing;

use rollcall_domain::{EmployeeId, WfmLinkId};

use crate::error::StorageError;
use crate::row::Value;
use crate::tx::Tx;

/// Runs a statement for each of these people: `$2` is the link, `$3` the person.
fn for_each(
    tx: &mut Tx<'_>,
    sql: &str,
    (link, people): (WfmLinkId, &[EmployeeId]),
) -> Result<(), StorageError> {
    let link = link.to_string();
    let people: Vec<String> = people.iter().map(ToString::to_string).collect();
    let rows: Vec<[Value<'_>; 2]> =
        people.iter().map(|employee| [(&link).into(), employee.into()]).collect();
    tx.execute_each(sql, &rows)
}
