//! What was told of a link by mail, so that nothing is told twice, and an all-clear follows what was told.

use jiff::Timestamp;

use rollcall_domain::{WfmLinkId, time};

use crate::error::StorageError;
use crate::tx::Tx;

/// What people who get mail of a link believe of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Told {
    /// That it is well: nothing was told, or an all-clear was.
    #[default]
    Well,
    /// That a run is held.
    Held,
    /// That the WFM does not do what it is asked.
    Failing,
}

/// The state of a link's notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WfmNotice {
    /// The link.
    pub link: WfmLinkId,
    /// What was told last.
    pub told: Told,
    /// When.
    pub told_at: Option<Timestamp>,
    /// Nothing is sent before this: somebody is at it, it failed, or the last mail is fresh.
    pub next_at: Timestamp,
    /// Why the last mail did not go out.
    pub problem: Option<String>,
}

/// Writes the state of a link's notices.
///
/// # Errors
/// When the database refuses.
pub fn save(tx: &mut Tx<'_>, notice: &WfmNotice) -> Result<(), StorageError> {
    tx.execute(
        "insert into wfm_notice (tenant_id, link_id, told, told_at, next_at, problem)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, link_id) do update set told = excluded.told, told_at = excluded.told_at,
         next_at = excluded.next_at, problem = excluded.problem",
        &[
            (&notice.link.to_string()).into(),
            text(notice.told).into(),
            notice.told_at.map(time::to_text).as_ref().into(),
            (&time::to_text(notice.next_at)).into(),
            notice.problem.as_ref().into(),
        ],
    )?;
    Ok(())
}

/// The state of a link's notices; `None` where nothing was ever told.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<Option<WfmNotice>, StorageError> {
    tx.optional(
        "select link_id, told, told_at, next_at, problem from wfm_notice where tenant_id = $1 and link_id = $2",
        &[(&link.to_string()).into()],
        |row| {
            Ok(WfmNotice {
                link: row.parsed(0, ("wfm_notice", "link_id"))?,
                told: match row.text(1)? {
                    "well" => Told::Well,
                    "held" => Told::Held,
                    "failing" => Told::Failing,
                    _ => {
                        return Err(StorageError::Inconsistent {
                            table: "wfm_notice",
                            column: "told",
                            row: row.owned(0)?,
                        });
                    }
                },
                told_at: row.moment_or_null(2)?,
                next_at: row.moment(3)?,
                problem: row.owned_or_null(4)?,
            })
        },
    )
}

fn text(told: Told) -> &'static str {
    match told {
        Told::Well => "well",
        Told::Held => "held",
        Told::Failing => "failing",
    }
}
