//! The settings of unavailable codes. Which team has which stands with the team.

use rollcall_domain::unavailable_code::{CodeKind, CodeName, UnavailableCode};

use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

const COLUMNS: &str = "select name, kind, timeout_min, retired from unavailable_code";

/// The settings of a code; `None` when nothing was set.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, name: &CodeName) -> Result<Option<UnavailableCode>, StorageError> {
    let sql = format!("{COLUMNS} where tenant_id = $1 and name_key = $2");
    tx.optional(&sql, &[(&name.key()).into()], read)
}

/// All codes of which something was set, by name.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<UnavailableCode>, StorageError> {
    tx.query(&format!("{COLUMNS} where tenant_id = $1 order by name_key"), &[], read)
}

/// Writes the settings of a code. Its name stays as it was written first.
///
/// # Errors
/// When the database refuses.
pub fn save(tx: &mut Tx<'_>, code: &UnavailableCode) -> Result<(), StorageError> {
    tx.execute(
        "insert into unavailable_code (tenant_id, name_key, name, kind, timeout_min, retired)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, name_key) do update set kind = excluded.kind,
         timeout_min = excluded.timeout_min, retired = excluded.retired",
        &[
            (&code.name.key()).into(),
            code.name.as_str().into(),
            code.kind.name().into(),
            code.timeout_min.into(),
            code.retired.into(),
        ],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<UnavailableCode, StorageError> {
    let unreadable = |column| StorageError::Inconsistent {
        table: "unavailable_code",
        column,
        row: row.text(0).unwrap_or_default().to_owned(),
    };
    Ok(UnavailableCode {
        name: CodeName::parse(row.text(0)?).map_err(|_| unreadable("name"))?,
        kind: CodeKind::from_name(row.text(1)?).ok_or_else(|| unreadable("kind"))?,
        timeout_min: row.int(2)?,
        retired: row.flag(3)?,
    })
}
