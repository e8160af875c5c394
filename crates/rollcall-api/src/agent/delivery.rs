//! Intervals that other systems counted: importers, and whoever else has the history of an ACD. A batch is taken
//! whole or refused whole, and may be sent again.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use rollcall_app::ChangeError;
use rollcall_app::api_token::Scope;
use rollcall_app::history::{BATCH_ROWS_MAX, IntervalBatch, RowFault, Unchanged};
use rollcall_domain::interval::Kind;
use rollcall_domain::interval::entry::{AgentEntry, EntryFault, QueueEntry, SourceName};

use crate::agent::caller::Caller;
use crate::agent::name;
use crate::agent::problem::Problem;
use crate::agent::{Agents, answer, body};

const MOST_BYTES: usize = 2 * 1024 * 1024;
/// As many faults are told of one batch.
const FAULTS_MAX: usize = 100;

/// A batch. Rows are read one by one, so that each can be refused by its number.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Told {
    source: String,
    revision: i64,
    business_unit: Option<String>,
    #[serde(default)]
    queues: Vec<Value>,
    #[serde(default)]
    agents: Vec<Value>,
}

pub(crate) async fn deliver(
    State(agents): State<Agents>,
    caller: Caller,
    body: Body,
) -> Result<Response, Problem> {
    let tenant = caller.with(Scope::HistoryDelivery)?;
    let told: Told = body::read_large(body, MOST_BYTES).await?;
    let unit = name::one_business_unit(&agents, tenant, told.business_unit.as_deref()).await?.id;
    let source = SourceName::parse(&told.source)
        .map_err(|error| Problem::invalid(format!("Not a source: {error}.")))?;
    if told.queues.len() + told.agents.len() > BATCH_ROWS_MAX {
        let detail = format!("A batch has {BATCH_ROWS_MAX} rows at the most; send several.");
        return Err(Problem::invalid(detail));
    }
    if told.revision < 0 {
        return Err(Problem::invalid("revision is a whole number, 0 or more."));
    }
    let mut faults = Vec::new();
    let queues = rows(Kind::Queues, told.queues, QueueEntry::read, &mut faults);
    let people = rows(Kind::Agents, told.agents, AgentEntry::read, &mut faults);
    if !faults.is_empty() {
        return Err(refused(faults));
    }
    let revision = told.revision;
    let batch = IntervalBatch { unit, source: source.clone(), revision, queues, agents: people };
    let outcome = agents.app.deliver_intervals(tenant, batch).await.map_err(problem)?;
    let unchanged: Vec<Value> =
        outcome.unchanged.iter().map(|row| standing(row, &source)).collect();
    let body = json!({
        "source": source.as_str(), "revision": revision, "businessUnitId": unit,
        "taken": outcome.taken, "unchanged": unchanged,
    });
    Ok(answer::json_answer(StatusCode::OK, &body))
}

/// Reads the rows of a list, and notes those that cannot be read.
fn rows<E: DeserializeOwned, T>(
    kind: Kind,
    values: Vec<Value>,
    read: impl Fn(E) -> Result<T, EntryFault>,
    faults: &mut Vec<Value>,
) -> Vec<T> {
    let mut rows = Vec::new();
    for (index, value) in values.into_iter().enumerate() {
        let reason = match serde_json::from_value::<E>(value).map(&read) {
            Ok(Ok(row)) => {
                rows.push(row);
                continue;
            }
            Ok(Err(fault)) => fault.to_string(),
            Err(error) => error.to_string(),
        };
        faults.push(fault(kind, index + 1, &reason));
    }
    rows
}

fn fault(kind: Kind, row: usize, reason: &str) -> Value {
    json!({"list": kind.name(), "row": row, "reason": reason})
}

fn problem(error: ChangeError<Vec<RowFault>>) -> Problem {
    match error {
        ChangeError::Refused(faults) => {
            let told = |one: &RowFault| fault(one.kind, one.row, &one.refusal.to_string());
            refused(faults.iter().map(told).collect())
        }
        ChangeError::Storage(error) => error.into(),
        other => Problem::invalid(format!("{other}.")),
    }
}

fn refused(mut faults: Vec<Value>) -> Problem {
    let count = faults.len();
    faults.truncate(FAULTS_MAX);
    let rows = if count == 1 { "row of the batch is" } else { "rows of the batch are" };
    let detail =
        format!("{count} {rows} at fault, and nothing of it was taken; rows are counted from 1.");
    Problem::invalid(detail).listing(faults)
}

/// A row that changed nothing, with whose count stands and why.
fn standing(row: &Unchanged, source: &SourceName) -> Value {
    let reason = if row.source == source.as_str() { "revision" } else { "source" };
    json!({
        "list": row.kind.name(), "row": row.row, "reason": reason,
        "source": row.source, "revision": row.revision,
    })
}
