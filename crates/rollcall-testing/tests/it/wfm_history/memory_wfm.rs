//! A WFM in memory, by the rules of `simulators/iex/CONTRACT.md`: a unique key, idempotency keys, faults. It keeps
//! a journal of every batch that was sent to it, whatever became of it. Or, in its place, the simulated one over HTTP.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{Answer, OptionalField, WfmPage, WfmReceipt, WfmTarget, WfmWrite};
use rollcall_domain::wfm::{ManagementUnit, WfmAgent};
use rollcall_domain::{Clock, TenantId};
use rollcall_storage::wfm::wfm_link::WfmLink;
use rollcall_sync::WfmTargets;

use super::http_wfm::HttpWfm;
use super::operation::{Fault, Moment};
use super::place::ACDS;

/// How long a call takes when nothing is wrong; a slow body as long as that.
const ON_THE_WAY: Duration = Duration::from_millis(1);
const SLOW: Duration = Duration::from_secs(20);
/// A page of the list.
const PAGE: usize = 3;
/// A family name that it refuses.
pub(crate) const UNBEARABLE: &str = "Unbearable";

/// All of it, shared by the connectors of all links.
#[derive(Clone)]
pub(crate) struct MemoryWfm {
    state: Arc<Mutex<State>>,
    clock: Arc<dyn Clock>,
    http: Option<Arc<HttpWfm>>,
}

#[derive(Clone, Default)]
pub(crate) struct State {
    pub(crate) acds: BTreeMap<String, BTreeMap<i64, Record>>,
    pub(crate) journal: Vec<Event>,
    keys: HashMap<(String, String), (String, Vec<WfmReceipt>)>,
    faults: HashMap<String, VecDeque<Fault>>,
    crashes: HashMap<String, Moment>,
    under_way: Vec<(String, String, Vec<WfmWrite>)>,
    /// The engine died in the middle of a call, and has not been buried yet.
    pub(crate) engine_died: bool,
}

/// An agent there. The unit is its own people's to choose, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) agent: WfmAgent,
    pub(crate) posted: bool,
}

/// What happened, in order.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A batch was sent.
    Sent(Call),
    /// A batch that its sender knew nothing more of was applied after all.
    Landed { acd: String, writes: Vec<WfmWrite> },
    /// The engine died: of the last batch of each acd nobody knows whether its answer was kept. So many states of
    /// each person were expected in each unit by then; of whoever had not been told the last one, something may
    /// have been about to be sent.
    Died(Vec<Vec<usize>>),
}

/// One batch.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) acd: String,
    pub(crate) at: Timestamp,
    pub(crate) key: String,
    pub(crate) writes: Vec<WfmWrite>,
    pub(crate) heard: Heard,
}

/// What the sender of a batch heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Receipts(Vec<WfmReceipt>),
    /// That it was not taken.
    Refusal,
    /// Nothing that tells whether it was applied.
    Nothing,
}

impl MemoryWfm {
    pub(crate) fn new(state: State, clock: Arc<dyn Clock>) -> Self {
        Self { state: Arc::new(Mutex::new(state)), clock, http: None }
    }

    /// The simulated WFM over HTTP; only the journal is in memory.
    pub(crate) fn over_http(http: HttpWfm, clock: Arc<dyn Clock>) -> Self {
        Self { http: Some(Arc::new(http)), ..Self::new(State::default(), clock) }
    }

    /// Brings what a WFM over HTTP holds here.
    pub(crate) fn fetch(&self) {
        if let Some(http) = &self.http {
            for acd in ACDS {
                self.lock().acds.insert(acd.to_owned(), http.records(acd).collect());
            }
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn arm(&self, acd: &str, fault: Fault, times: u8) {
        if let Some(http) = &self.http {
            return http.arm(fault, times);
        }
        let mut state = self.lock();
        let waiting = state.faults.entry(acd.to_owned()).or_default();
        waiting.extend(std::iter::repeat_n(fault, times.into()));
    }

    pub(crate) fn crash_at(&self, acd: &str, moment: Moment) {
        self.lock().crashes.insert(acd.to_owned(), moment);
    }

    /// No fault waits any more, and no crash.
    pub(crate) fn mend(&self) {
        if let Some(http) = &self.http {
            http.mend();
        }
        let mut state = self.lock();
        state.faults.clear();
        state.crashes.clear();
    }

    /// Requests that were under way arrive.
    pub(crate) fn arrive(&self) {
        let mut state = self.lock();
        for (acd, key, writes) in std::mem::take(&mut state.under_way) {
            if !state.keys.contains_key(&(acd.clone(), key.clone())) {
                state.apply(&acd, &key, &writes);
                state.journal.push(Event::Landed { acd, writes });
            }
        }
    }

    pub(crate) fn post(&self, acd: &str, number: i64) {
        let mut state = self.lock();
        let record = state.acds.get_mut(acd).and_then(|agents| agents.get_mut(&number));
        if let Some(record) = record
            && record.agent.management_unit == ManagementUnit::Arrived
        {
            record.posted = true;
        }
    }
}

impl State {
    fn apply(&mut self, acd: &str, key: &str, writes: &[WfmWrite]) -> Vec<WfmReceipt> {
        let receipts: Vec<_> = writes.iter().map(|write| self.put(acd, write)).collect();
        let content = content(writes);
        self.keys.insert((acd.to_owned(), key.to_owned()), (content, receipts.clone()));
        receipts
    }

    fn hear(&mut self, at: usize, heard: Heard) {
        if let Some(Event::Sent(call)) = self.journal.get_mut(at) {
            call.heard = heard;
        }
    }

    fn put(&mut self, acd: &str, write: &WfmWrite) -> WfmReceipt {
        let agents = self.acds.entry(acd.to_owned()).or_default();
        let WfmWrite { agent, unit, cleared } = write;
        if agent.last_name == UNBEARABLE {
            return WfmReceipt::Refused { reason: "The lastName is unbearable.".to_owned() };
        }
        let before = agents.get(&agent.agent_number);
        if before.is_none() && unit.is_none() {
            return WfmReceipt::Unknown;
        }
        let of_before = |field: fn(&WfmAgent) -> &Option<String>| {
            before.and_then(|before| field(&before.agent).clone())
        };
        let optional = |field, value: &Option<String>, before| {
            if cleared.contains(&field) { None } else { value.clone().or(before) }
        };
        let (personal_id, external_id) = (
            optional(OptionalField::PersonalId, &agent.personal_id, of_before(|a| &a.personal_id)),
            optional(OptionalField::ExternalId, &agent.external_id, of_before(|a| &a.external_id)),
        );
        let stays = before.map(|before| before.agent.management_unit);
        let management_unit = unit.or(stays).unwrap_or(ManagementUnit::Arrived);
        let posted = unit.is_none() && before.is_some_and(|before| before.posted);
        let agent = WfmAgent { personal_id, external_id, management_unit, ..agent.clone() };
        agents.insert(agent.agent_number, Record { agent, posted });
        WfmReceipt::Accepted
    }
}

/// The bytes of a batch, for telling one from another.
pub(crate) fn content(writes: &[WfmWrite]) -> String {
    serde_json::to_string(writes).unwrap_or_default()
}

impl WfmTargets for MemoryWfm {
    fn open(
        &self,
        _tenant: TenantId,
        link: &WfmLink,
    ) -> Result<Arc<dyn WfmTarget>, ConnectorError> {
        let http = self.http.as_ref().map(|http| http.open(link, &self.clock)).transpose()?;
        Ok(Arc::new(Acd { wfm: self.clone(), acd: link.acd_id.clone(), http }))
    }
}

/// The way to one acd.
struct Acd {
    wfm: MemoryWfm,
    acd: String,
    http: Option<Arc<dyn WfmTarget>>,
}

impl Acd {
    fn strike(&self) -> Option<Fault> {
        self.wfm.lock().faults.get_mut(&self.acd)?.pop_front()
    }

    /// Nobody hears of this call again.
    async fn die(&self) {
        self.wfm.lock().engine_died = true;
        std::future::pending::<()>().await;
    }

    /// Sends a batch over HTTP, and notes it.
    async fn send_on(
        &self,
        http: &dyn WfmTarget,
        batch: &[WfmWrite],
        key: &str,
    ) -> Result<Vec<WfmReceipt>, ConnectorError> {
        let crash = self.wfm.lock().crashes.remove(&self.acd);
        let at = self.note(batch, key);
        if crash == Some(Moment::BeforeSending) {
            self.die().await;
        }
        let answer = http.write(batch, key).await;
        if crash.is_some() {
            self.die().await;
        }
        self.wfm.lock().hear(at, heard(&answer));
        answer
    }

    /// Puts a batch into the journal, and says where it stands there.
    fn note(&self, batch: &[WfmWrite], key: &str) -> usize {
        let (at, mut state) = (self.wfm.clock.now(), self.wfm.lock());
        state.journal.push(Event::Sent(Call {
            acd: self.acd.clone(),
            at,
            key: key.to_owned(),
            writes: batch.to_vec(),
            heard: Heard::Nothing,
        }));
        state.journal.len() - 1
    }

    async fn send(&self, batch: &[WfmWrite], key: &str) -> Result<Vec<WfmReceipt>, ConnectorError> {
        tokio::time::sleep(ON_THE_WAY).await;
        let crash = self.wfm.lock().crashes.remove(&self.acd);
        let fault = if crash.is_some() { None } else { self.strike() };
        let (at, answer) = self.take(batch, key, crash, fault);
        if crash.is_some() {
            self.die().await;
        }
        if fault == Some(Fault::SlowBody) {
            tokio::time::sleep(SLOW).await;
        }
        tokio::time::sleep(ON_THE_WAY).await;
        // Whoever hung up meanwhile has heard nothing.
        self.wfm.lock().hear(at, heard(&answer));
        answer
    }

    /// What becomes of a batch: where it stands in the journal, and its answer.
    fn take(
        &self,
        batch: &[WfmWrite],
        key: &str,
        crash: Option<Moment>,
        fault: Option<Fault>,
    ) -> (usize, Result<Vec<WfmReceipt>, ConnectorError>) {
        let at = self.note(batch, key);
        let mut state = self.wfm.lock();
        let name = (self.acd.clone(), key.to_owned());
        let answer = match (crash, fault) {
            (Some(Moment::BeforeSending), _) => Err(transient("it was never sent")),
            (Some(Moment::UnderWay), _) | (_, Some(Fault::Delayed)) => {
                state.under_way.push((self.acd.clone(), key.to_owned(), batch.to_vec()));
                Err(transient("no answer came in time"))
            }
            (_, Some(Fault::HalfApplied)) => {
                for write in batch.iter().take(batch.len() / 2) {
                    state.put(&self.acd, write);
                }
                Err(transient("it answered 500"))
            }
            (_, Some(fault @ (Fault::RateLimited | Fault::Error | Fault::ExpiredToken))) => {
                Err(refusal(fault))
            }
            _ => match state.keys.get(&name) {
                Some((known, receipts)) if *known == content(batch) => Ok(receipts.clone()),
                Some(_) => Err(ConnectorError::Conflict { reason: "it answered 422".to_owned() }),
                None => Ok(state.apply(&self.acd, key, batch)),
            },
        };
        let answer = match fault {
            Some(Fault::TimeoutAfterApplying) => Err(transient("no answer came in time")),
            Some(Fault::Garbled) => Err(ConnectorError::Malformed { reason: "garbled".to_owned() }),
            _ => answer,
        };
        (at, answer)
    }

    fn page(&self, cursor: Option<&str>, fault: Option<Fault>) -> WfmPage {
        let state = self.wfm.lock();
        let none = BTreeMap::new();
        let agents = state.acds.get(&self.acd).unwrap_or(&none);
        let from: i64 = cursor.and_then(|text| text.parse().ok()).unwrap_or(i64::MIN);
        let mut rows: Vec<_> = agents.range(from..).map(|(_, it)| it.agent.clone()).collect();
        let next = rows.get(PAGE).map(|agent| agent.agent_number.to_string());
        rows.truncate(PAGE);
        let lost = fault == Some(Fault::LostPage);
        if lost {
            rows.truncate(rows.len() / 2);
        }
        let total = u64::try_from(agents.len()).unwrap_or(u64::MAX);
        let next_cursor = next.filter(|_| !lost);
        WfmPage { agents: rows, foreign: Vec::new(), next_cursor, total }
    }
}

fn heard(answer: &Result<Vec<WfmReceipt>, ConnectorError>) -> Heard {
    match answer {
        Ok(receipts) => Heard::Receipts(receipts.clone()),
        Err(ConnectorError::Transient { .. } | ConnectorError::Malformed { .. }) => Heard::Nothing,
        Err(_) => Heard::Refusal,
    }
}

fn transient(reason: &str) -> ConnectorError {
    ConnectorError::Transient { reason: reason.to_owned() }
}

fn refusal(fault: Fault) -> ConnectorError {
    match fault {
        Fault::RateLimited => ConnectorError::RateLimited {
            retry_after: Some(Duration::from_secs(2)),
            reason: "it answered 429".to_owned(),
        },
        Fault::ExpiredToken => {
            ConnectorError::Unauthorized { reason: "it answered 401".to_owned() }
        }
        _ => transient("it answered 500"),
    }
}

impl WfmTarget for Acd {
    fn write<'a>(&'a self, batch: &'a [WfmWrite], key: &'a str) -> Answer<'a, Vec<WfmReceipt>> {
        Box::pin(async move {
            match &self.http {
                Some(http) => self.send_on(http.as_ref(), batch, key).await,
                None => self.send(batch, key).await,
            }
        })
    }

    fn list<'a>(&'a self, cursor: Option<&'a str>) -> Answer<'a, Option<WfmPage>> {
        if let Some(http) = &self.http {
            return http.list(cursor);
        }
        Box::pin(async move {
            tokio::time::sleep(ON_THE_WAY).await;
            let fault = self.strike();
            match fault {
                None | Some(Fault::SlowBody | Fault::LostPage) => {
                    Ok(Some(self.page(cursor, fault)))
                }
                Some(fault) => Err(refusal(fault)),
            }
        })
    }

    fn mend(&self, _agent_number: i64) -> Answer<'_, u64> {
        // Its key is unique: there is never a double.
        Box::pin(async move { Ok(0) })
    }

    fn probe(&self) -> Answer<'_, ()> {
        if let Some(http) = &self.http {
            return http.probe();
        }
        Box::pin(async move {
            tokio::time::sleep(ON_THE_WAY).await;
            match self.strike() {
                None | Some(Fault::SlowBody | Fault::LostPage) => Ok(()),
                Some(fault) => Err(refusal(fault)),
            }
        })
    }
}
