//! How far the application of a template to people who are there already has come.

use jiff::Timestamp;

use rollcall_domain::source::Actor;
use rollcall_domain::{TemplateId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

/// The last application of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The template.
    pub template: TemplateId,
    /// Who wanted it.
    pub actor: Actor,
    /// What became of it.
    pub state: ApplicationState,
    /// How many people it is about.
    pub total: i64,
    /// At how many of them it has looked.
    pub looked: i64,
    /// How many of those it changed.
    pub changed: i64,
    /// How many of those have a field that it left alone.
    pub kept: i64,
    /// Why it ended before its end.
    pub problem: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last heard of.
    pub touched_at: Timestamp,
}

/// What became of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationState {
    /// It goes on, or did when it was last heard of.
    Running,
    /// It looked at everyone.
    Done,
    /// It ended before.
    Failed,
}

impl ApplicationState {
    fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn from_word(word: &str) -> Self {
        match word {
            "running" => Self::Running,
            "done" => Self::Done,
            _ => Self::Failed,
        }
    }
}

/// Writes an application over the one before.
///
/// # Errors
/// When the database refuses.
pub fn save(tx: &mut Tx<'_>, application: &Application) -> Result<(), StorageError> {
    tx.execute(
        "insert into template_application
         (tenant_id, template_id, actor, state, total, looked, changed, kept, problem, started_at, touched_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (tenant_id, template_id) do update set actor = excluded.actor, state = excluded.state,
         total = excluded.total, looked = excluded.looked, changed = excluded.changed, kept = excluded.kept,
         problem = excluded.problem, started_at = excluded.started_at, touched_at = excluded.touched_at",
        &[
            (&application.template.to_string()).into(),
            (&application.actor.to_string()).into(),
            application.state.word().into(),
            application.total.into(),
            application.looked.into(),
            application.changed.into(),
            application.kept.into(),
            application.problem.as_ref().into(),
            (&time::to_text(application.started_at)).into(),
            (&time::to_text(application.touched_at)).into(),
        ],
    )?;
    tx.change(Change::People);
    Ok(())
}

/// The last application of a template.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, template: TemplateId) -> Result<Option<Application>, StorageError> {
    tx.optional(
        "select template_id, actor, state, total, looked, changed, kept, problem, started_at, touched_at
         from template_application where tenant_id = $1 and template_id = $2",
        &[(&template.to_string()).into()],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<Application, StorageError> {
    Ok(Application {
        template: row.parsed(0, ("template_application", "template_id"))?,
        actor: row.parsed(1, ("template_application", "actor"))?,
        state: ApplicationState::from_word(row.text(2)?),
        total: row.int(3)?,
        looked: row.int(4)?,
        changed: row.int(5)?,
        kept: row.int(6)?,
        problem: row.owned_or_null(7)?,
        started_at: row.moment(8)?,
        touched_at: row.moment(9)?,
    })
}
