//! Employee templates.

use rollcall_domain::template::Template;
use rollcall_domain::user_name::fold;
use rollcall_domain::{TemplateId, time};

use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

const COLUMNS: &str =
    "select id, name, fields, version, created_at, updated_at from employee_template";

/// Adds a template.
///
/// # Errors
/// [`StorageError::Duplicate`] when the name is taken; or the database refuses.
pub fn insert(tx: &mut Tx<'_>, template: &Template) -> Result<(), StorageError> {
    tx.execute(
        "insert into employee_template (tenant_id, id, name, name_key, fields, version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            (&template.id.to_string()).into(),
            (&template.name).into(),
            (&fold(&template.name)).into(),
            (&fields_text(template)).into(),
            template.version.into(),
            (&time::to_text(template.created_at)).into(),
            (&time::to_text(template.updated_at)).into(),
        ],
    )?;
    Ok(())
}

/// Writes what may change of a template.
///
/// # Errors
/// As [`insert`].
pub fn save(tx: &mut Tx<'_>, template: &Template) -> Result<(), StorageError> {
    tx.execute(
        "update employee_template set name = $2, name_key = $3, fields = $4, version = $5, updated_at = $6
         where tenant_id = $1 and id = $7",
        &[
            (&template.name).into(),
            (&fold(&template.name)).into(),
            (&fields_text(template)).into(),
            template.version.into(),
            (&time::to_text(template.updated_at)).into(),
            (&template.id.to_string()).into(),
        ],
    )?;
    Ok(())
}

/// Removes a template, and what is known of its last application.
///
/// # Errors
/// When the database refuses.
pub fn delete(tx: &mut Tx<'_>, id: TemplateId) -> Result<(), StorageError> {
    for sql in [
        "delete from template_application where tenant_id = $1 and template_id = $2",
        "delete from employee_template where tenant_id = $1 and id = $2",
    ] {
        tx.execute(sql, &[(&id.to_string()).into()])?;
    }
    Ok(())
}

/// One template.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, id: TemplateId) -> Result<Option<Template>, StorageError> {
    let sql = format!("{COLUMNS} where tenant_id = $1 and id = $2");
    tx.optional(&sql, &[(&id.to_string()).into()], read)
}

/// The template of a name, whatever its letter case.
///
/// # Errors
/// When the database refuses.
pub fn find(tx: &mut Tx<'_>, name: &str) -> Result<Option<Template>, StorageError> {
    let sql = format!("{COLUMNS} where tenant_id = $1 and name_key = $2");
    tx.optional(&sql, &[(&fold(name)).into()], read)
}

/// All templates, by name.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Template>, StorageError> {
    tx.query(&format!("{COLUMNS} where tenant_id = $1 order by name_key"), &[], read)
}

fn fields_text(template: &Template) -> String {
    serde_json::to_string(&template.fields).unwrap_or_else(|_| "{}".to_owned())
}

fn read(row: &Row<'_>) -> Result<Template, StorageError> {
    Ok(Template {
        id: row.parsed(0, ("employee_template", "id"))?,
        name: row.owned(1)?,
        fields: row.json(2, ("employee_template", "fields"))?,
        version: row.int(3)?,
        created_at: row.moment(4)?,
        updated_at: row.moment(5)?,
    })
}
