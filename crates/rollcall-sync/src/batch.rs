//! From the people who are due to what is written about them. Pure.

use aws_lc_rs::digest;
use rollcall_connector::wfm::{OptionalField, WfmWrite};
use rollcall_domain::wfm::{Candidate, FieldSwitches, ManagementUnit, Step, WfmAgent};
use rollcall_domain::{BusinessUnitId, EmployeeId, WfmLinkId};
use rollcall_storage::wfm::outbox::{self, Due, Mark};
use rollcall_storage::wfm::wfm_standing;

/// What kind of write a person needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Arrive,
    Update,
    Depart,
}

impl Kind {
    /// As it is stored in an outcome.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Arrive => "arrive",
            Self::Update => "update",
            Self::Depart => "depart",
        }
    }
}

/// What follows from a write that the WFM accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// The WFM holds what it should.
    Settled,
    /// It is known what the WFM holds, and that is not what it should: the person stays due.
    Due,
}

/// What is to be written about one person.
#[derive(Clone, Debug)]
pub(crate) struct Intent {
    pub(crate) mark: Mark,
    pub(crate) kind: Kind,
    pub(crate) write: WfmWrite,
    /// What was sent before and never confirmed.
    pub(crate) sent: Vec<WfmAgent>,
    /// What the answer is worth.
    pub(crate) then: Then,
    /// What tells this write from an earlier one with the same values.
    origin: String,
}

/// As much that was never confirmed is remembered of one person; of more, what is newest.
const SENT_MAX: usize = 8;

impl Intent {
    /// What is not confirmed once this was sent, as it is stored.
    pub(crate) fn sent_text(&self) -> String {
        let mut sent = self.sent.clone();
        if !sent.contains(&self.write.agent) {
            sent.push(self.write.agent.clone());
        }
        let surplus = sent.len().saturating_sub(SENT_MAX);
        outbox::sent_text(sent.get(surplus..).unwrap_or_default())
    }
}

/// What a batch of due people comes to.
#[derive(Debug, Default)]
pub(crate) struct Planned {
    pub(crate) intents: Vec<Intent>,
    /// People of whom the WFM holds what it should.
    pub(crate) unchanged: Vec<Mark>,
    /// People who were kept in the WFM, and belong there again.
    pub(crate) released: Vec<EmployeeId>,
}

impl Planned {
    pub(crate) fn departures(&self) -> i64 {
        let departures = self.intents.iter().filter(|intent| intent.kind == Kind::Depart);
        i64::try_from(departures.count()).unwrap_or(i64::MAX)
    }

    /// What is written down before anything is sent: of whom what was not sent before.
    pub(crate) fn unsent(&self) -> Vec<(EmployeeId, String)> {
        let fresh = self.intents.iter().filter(|it| !it.sent.contains(&it.write.agent));
        fresh.map(|intent| (intent.mark.employee, intent.sent_text())).collect()
    }

    pub(crate) fn writes(&self) -> Vec<WfmWrite> {
        self.intents.iter().map(|intent| intent.write.clone()).collect()
    }

    /// The name of this batch. A repeat of the same writes for the same changes has the same name, so that
    /// the WFM applies it once. The same values for a later change have another: after A, B and A again,
    /// the second A is not taken for the first.
    pub(crate) fn key(&self, link: WfmLinkId, salt: u32) -> String {
        let mut content = format!("{link} {salt}");
        for Intent { write, origin, .. } in &self.intents {
            let write = serde_json::to_string(write).unwrap_or_default();
            content += &format!("\n{origin} {write}");
        }
        digest(content.as_bytes())
    }
}

/// Plans for people who are due at the link of a business unit, with its switches.
pub(crate) fn plan(due: Vec<Due>, unit: BusinessUnitId, switches: &FieldSwitches) -> Planned {
    let mut planned = Planned::default();
    for due in due {
        let (known, sent) = (known(&due), sent(&due));
        let candidate = candidate(&due, unit, (known.as_ref(), &sent));
        if due.kept && candidate.qualifies() {
            planned.released.push(due.employee.id);
        }
        match intent(candidate.decide(switches), known.as_ref(), &sent) {
            Some((kind, then, write)) => {
                let (mark, origin) = (due.mark, origin(&due));
                planned.intents.push(Intent { mark, kind, write, sent, then, origin });
            }
            None => planned.unchanged.push(due.mark),
        }
    }
    planned
}

/// Someone who is due, as the domain decides about them.
pub(crate) fn candidate<'a>(
    due: &'a Due,
    unit: BusinessUnitId,
    (known, sent): (Option<&'a WfmAgent>, &'a [WfmAgent]),
) -> Candidate<'a> {
    let (employee, team_features) = (&due.employee, due.team_features.as_slice());
    Candidate { employee, team_features, unit, known, kept: due.kept, sent }
}

/// The change that a write is for: the person's version, the mark (which tells by its time, as versions do
/// not count changes of the team), and what the WFM held before.
fn origin(due: &Due) -> String {
    let Mark { employee, generation, changed_at, attempts, .. } = due.mark;
    let (version, known) = (due.employee.version, due.known.as_deref().unwrap_or_default());
    format!("{employee} {version} {generation} {changed_at} {attempts} {known}")
}

/// What is recorded, as a value. A record that cannot be read counts as none: then the person is written
/// as a new one, which the WFM's unique key makes good.
pub(crate) fn known(due: &Due) -> Option<WfmAgent> {
    let read = wfm_standing::known_from_text(due.known.as_deref()?);
    read.inspect_err(
        |error| tracing::warn!(employee.id = %due.employee.id, %error, "taken as unknown"),
    )
    .ok()
}

/// What was sent and never confirmed. A record that cannot be read counts as none.
pub(crate) fn sent(due: &Due) -> Vec<WfmAgent> {
    let read = |text: &String| {
        outbox::sent_from_text(text).inspect_err(
            |error| tracing::warn!(employee.id = %due.employee.id, %error, "taken as nothing"),
        )
    };
    let (disowned, sent) = (due.disowned.iter(), due.sent.iter());
    disowned.chain(sent).filter_map(|text| read(text).ok()).flatten().collect()
}

/// `mu` goes with arrivals and departures only: the WFM's own people may have moved the agent.
fn intent(
    step: Step,
    known: Option<&WfmAgent>,
    sent: &[WfmAgent],
) -> Option<(Kind, Then, WfmWrite)> {
    let then = if matches!(step, Step::Ask(_)) { Then::Due } else { Then::Settled };
    let (kind, unit, agent) = match step {
        Step::Nothing => return None,
        Step::Arrive(agent) => (Kind::Arrive, Some(ManagementUnit::Arrived), agent),
        Step::Update(agent) | Step::Ask(agent) => (Kind::Update, None, agent),
        Step::Depart(agent) => (Kind::Depart, Some(ManagementUnit::Departed), agent),
    };
    let cleared = cleared(&agent, known, sent);
    Some((kind, then, WfmWrite { agent, unit, cleared }))
}

/// A value is cleared where we know that it stands or may stand, and it should not; otherwise an absent one is left
/// alone, because the WFM's own people may have set it.
fn cleared(agent: &WfmAgent, known: Option<&WfmAgent>, sent: &[WfmAgent]) -> Vec<OptionalField> {
    type Read = fn(&WfmAgent) -> bool;
    let fields: [(OptionalField, Read); 2] = [
        (OptionalField::PersonalId, |agent| agent.personal_id.is_some()),
        (OptionalField::ExternalId, |agent| agent.external_id.is_some()),
    ];
    let may_stand = |has: Read| known.into_iter().chain(sent).any(has);
    let gone = fields.into_iter().filter(|(_, has)| !has(agent) && may_stand(*has));
    gone.map(|(field, _)| field).collect()
}

/// SHA-256, in hexadecimal.
pub(crate) fn digest(content: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA256, content);
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
