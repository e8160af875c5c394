//! Writes down what a comparison found, for people to read, before anything is healed.

use rollcall_connector::wfm::WfmStranger;
use rollcall_domain::EmployeeId;
use rollcall_domain::employee::Employee;
use rollcall_domain::wfm::WfmAgent;
use rollcall_storage::wfm::sync_drift::{self, DriftKind, SyncDrift};
use rollcall_storage::{StorageError, Tx, directory::employee};

use crate::compare::{Comparison, Double, Drift};
use crate::halt::Halt;
use crate::run::Run;

/// A few reads for each.
const CHUNK: usize = 200;
/// People of one address that are looked at for one who looks like an agent.
const NAMESAKES_MAX: i64 = 10;

/// Something that was found.
#[derive(Clone)]
enum Found {
    Drift(Drift),
    Stray(WfmAgent),
    Stranger(WfmStranger),
    Double(Double),
}

/// Writes all of it down.
pub(crate) async fn record(
    run: &Run,
    comparison: &Comparison,
    doubles: &[Double],
) -> Result<(), Halt> {
    let mut found: Vec<Found> = comparison.drifts.iter().cloned().map(Found::Drift).collect();
    found.extend(comparison.strays.iter().cloned().map(Found::Stray));
    found.extend(comparison.strangers.iter().cloned().map(Found::Stranger));
    found.extend(doubles.iter().copied().map(Found::Double));
    let (id, mut position) = (run.record.id, 0_i64);
    for chunk in found.chunks(CHUNK) {
        let (chunk, first) = (chunk.to_vec(), position);
        position = position.saturating_add(i64::try_from(chunk.len()).unwrap_or(i64::MAX));
        run.fenced(move |tx| {
            let mut rows = Vec::with_capacity(chunk.len());
            for (found, position) in chunk.iter().zip(first..) {
                rows.push(SyncDrift { position, ..describe(tx, found)? });
            }
            sync_drift::insert(tx, id, &rows)
        })
        .await?;
    }
    Ok(())
}

fn describe(tx: &mut Tx<'_>, found: &Found) -> Result<SyncDrift, StorageError> {
    match found {
        Found::Drift(drift) => differing(tx, drift),
        Found::Stray(agent) => {
            let traits = Traits {
                key: agent.agent_number.to_string(),
                names: (&agent.first_name, &agent.last_name),
                email: &agent.email,
                personal_id: agent.personal_id.as_deref(),
            };
            unknown(tx, &traits)
        }
        Found::Stranger(stranger) => {
            let traits = Traits {
                key: stranger.key.clone(),
                names: (&stranger.first_name, &stranger.last_name),
                email: &stranger.email,
                personal_id: stranger.personal_id.as_deref(),
            };
            let drift = unknown(tx, &traits)?;
            let detail =
                format!("{}; its key is no agent number, so it is left alone", drift.detail);
            Ok(SyncDrift { kind: DriftKind::Foreign, detail, ..drift })
        }
        Found::Double(double) => Ok(SyncDrift {
            position: 0,
            kind: DriftKind::Double,
            agent: double.number.to_string(),
            name: String::new(),
            employee: None,
            detail: if double.alike {
                "a repeated request made it twice; the older record is removed".to_owned()
            } else {
                "its records tell of different people; nothing is merged".to_owned()
            },
        }),
    }
}

fn differing(tx: &mut Tx<'_>, drift: &Drift) -> Result<SyncDrift, StorageError> {
    let person = employee::get(tx, drift.employee)?;
    let (kind, detail) = match (&drift.held, drift.fields.is_empty()) {
        (None, _) => (DriftKind::Missing, "the WFM lacks the agent".to_owned()),
        (Some(_), true) => {
            (DriftKind::Differs, "the WFM was not known to have the agent".to_owned())
        }
        (Some(_), false) => (DriftKind::Differs, drift.fields.join(", ")),
    };
    Ok(SyncDrift {
        position: 0,
        kind,
        agent: drift.number.to_string(),
        name: person.as_ref().map(name).unwrap_or_default(),
        employee: Some(drift.employee),
        detail,
    })
}

/// What an agent shows of itself.
struct Traits<'a> {
    key: String,
    names: (&'a str, &'a str),
    email: &'a str,
    personal_id: Option<&'a str>,
}

/// An agent whom nobody here knows by number: perhaps one of our people, who came by another route.
fn unknown(tx: &mut Tx<'_>, traits: &Traits<'_>) -> Result<SyncDrift, StorageError> {
    let (first, last) = traits.names;
    let drift = SyncDrift {
        position: 0,
        kind: DriftKind::Stray,
        agent: traits.key.clone(),
        name: format!("{first} {last}"),
        employee: None,
        detail: "in the WFM, and in no ACD".to_owned(),
    };
    let Some((twin, by)) = twin(tx, traits)? else { return Ok(drift) };
    let detail = format!(
        "it has the {by} of {}, agent {}; nothing is merged",
        name(&twin),
        twin.agent_number.0
    );
    Ok(SyncDrift { kind: DriftKind::Duplicate, employee: Some(twin.id), detail, ..drift })
}

/// The person whom an agent looks like, and by what.
fn twin(
    tx: &mut Tx<'_>,
    traits: &Traits<'_>,
) -> Result<Option<(Employee, &'static str)>, StorageError> {
    let id: Option<EmployeeId> = traits.personal_id.and_then(|id| id.parse().ok());
    if let Some(id) = id
        && let Some(person) = employee::get(tx, id)?
    {
        return Ok(Some((person, "Personal ID")));
    }
    let namesakes = employee::list_by_email(tx, traits.email, NAMESAKES_MAX)?;
    let is_one = |person: &Employee| {
        (person.profile.first_name.as_str(), person.profile.last_name.as_str()) == traits.names
    };
    Ok(namesakes.into_iter().find(is_one).map(|person| (person, "name and e-mail address")))
}

fn name(person: &Employee) -> String {
    format!("{} {}", person.profile.first_name, person.profile.last_name)
}
