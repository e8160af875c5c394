//! Runs the checks one after another, and takes away at the end what they made.

use tokio_util::sync::CancellationToken;

use crate::area::AREAS;
use crate::check::{Area, Check};
use crate::client::{Client, NoAnswer};
use crate::outcome::Stop;
use crate::probe::{List, Probe};
use crate::report::{CheckReport, Report, Verdict};
use crate::request::Request;
use crate::target::Target;
use crate::text::{query, quoted};

/// What a run is told.
#[derive(Clone, Debug)]
pub struct Options {
    /// A part of every name that the run gives, which no other run has: letters and digits.
    pub run: String,
    /// Only checks whose id begins with one of these; all, where there are none.
    pub only: Vec<String>,
    /// What is made stays.
    pub keep: bool,
}

/// Why there is nothing to report.
#[derive(Debug, thiserror::Error)]
pub enum CannotRun {
    /// The machine cannot do TLS.
    #[error("no HTTP client can be made")]
    Client(#[source] reqwest::Error),
    /// Nobody answers.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// It answers, but not to this token.
    #[error("the server answers {0} to the token; is it a token of this server, and still valid?")]
    NotAdmitted(u16),
    /// It answers, but is something else.
    #[error(
        "there is no SCIM server at this address: /ServiceProviderConfig is answered with {config}, /Users with {users}"
    )]
    NoScim {
        /// The status of the first.
        config: u16,
        /// The status of the second.
        users: u16,
    },
    /// `only` fits nothing.
    #[error("no check begins with {0:?}")]
    NoSuchCheck(String),
}

/// The areas in the order in which they run: name, what it looks at, and the ids of its checks.
pub fn areas() -> impl Iterator<Item = (&'static str, &'static str, Vec<&'static str>)> {
    AREAS.iter().map(|area| (area.name, area.title, checks(area).map(|check| check.id).collect()))
}

fn checks(area: &Area) -> impl Iterator<Item = &'static Check> + use<> {
    area.checks.iter().flat_map(|part| part.iter())
}

/// Runs. `stop` ends it after the request that is under way; what was made is still taken away. `watch` sees
/// each check when it has ended.
///
/// # Errors
/// [`CannotRun`], before anything was made.
pub async fn run(
    target: &Target,
    options: &Options,
    stop: &CancellationToken,
    watch: &mut dyn FnMut(&CheckReport),
) -> Result<Report, CannotRun> {
    let wanted = |check: &Check| {
        options.only.is_empty() || options.only.iter().any(|start| check.id.starts_with(start))
    };
    for start in &options.only {
        if !AREAS.iter().flat_map(checks).any(|check| check.id.starts_with(start)) {
            return Err(CannotRun::NoSuchCheck(start.clone()));
        }
    }
    let client = Client::new(target).map_err(CannotRun::Client)?;
    let mut probe = Probe::new(client, options.run.clone(), stop.clone());
    enter(&mut probe).await?;
    let mut reports = Vec::new();
    'run: for area in AREAS {
        for check in checks(area).filter(|check| wanted(check)) {
            let Some(verdict) = judge(&mut probe, area, check).await else { break 'run };
            let report = CheckReport {
                id: check.id,
                area: area.name,
                level: check.level,
                source: check.source,
                expected: check.expected,
                verdict,
                exchanges: probe.take_log(),
            };
            watch(&report);
            reports.push(report);
        }
    }
    if !options.keep {
        clean(&mut probe).await;
    }
    Ok(Report {
        target: target.base_url().to_owned(),
        run: options.run.clone(),
        checks: reports,
        left_behind: probe.ledger.left(),
        interrupted: stop.is_cancelled(),
    })
}

/// Looks whether there is a SCIM server that takes the token, and what it offers.
async fn enter(probe: &mut Probe) -> Result<(), CannotRun> {
    let unreachable = |error: NoAnswer| CannotRun::Unreachable(error.to_string());
    probe.offer.token = probe.client.target().token.is_some();
    let config = probe.client.send(&Request::get("/ServiceProviderConfig")).await;
    let config = config.map_err(unreachable)?;
    let users = probe.client.send(&Request::get("/Users?startIndex=1&count=1")).await;
    let users = users.map_err(unreachable)?;
    if matches!(users.status, 401 | 403) {
        return Err(CannotRun::NotAdmitted(users.status));
    }
    if config.json().is_err() && users.json().is_err() {
        return Err(CannotRun::NoScim { config: config.status, users: users.status });
    }
    let read = |answer: &crate::answer::Answer| {
        if answer.status == 200 { answer.json().unwrap_or_default() } else { Default::default() }
    };
    probe.offer.config = read(&config);
    let types = probe.client.send(&Request::get("/ResourceTypes")).await.map_err(unreachable)?;
    probe.offer.types = read(&types);
    let schemas = probe.client.send(&Request::get("/Schemas")).await.map_err(unreachable)?;
    probe.offer.schemas = read(&schemas);
    Ok(())
}

/// `None` when somebody wants an end.
async fn judge(probe: &mut Probe, area: &Area, check: &Check) -> Option<Verdict> {
    let lacking = area.needs.iter().chain(check.needs).find_map(|need| probe.offer.lacks(*need));
    if let Some(reason) = lacking {
        return Some(Verdict::NotOffered(reason));
    }
    let stop = match check.run.run(probe).await {
        Ok(()) => return Some(Verdict::Passed),
        Err(stop) => stop,
    };
    probe.missed.insert(check.id, stop.clone());
    let shown = |reason: &str| probe.client.presentable(reason);
    match &stop {
        Stop::Failed(reason) => Some(Verdict::Failed(shown(reason))),
        Stop::NotOffered(reason) => Some(Verdict::NotOffered(shown(reason))),
        Stop::Skipped(reason) => Some(Verdict::Skipped(shown(reason))),
        Stop::Interrupted => None,
    }
}

/// Takes away what was made, and looks for what may have been made without an answer. Best effort: what
/// stays is in the report.
async fn clean(probe: &mut Probe) {
    for lost in probe.ledger.take_unanswered() {
        let filter = format!("{} eq {}", lost.attribute, quoted(&lost.name));
        let path = format!("{}?{}", lost.endpoint, query(&[("filter", &filter)]));
        let answer = probe.client.send(&Request::get(path)).await;
        let list = answer.ok().and_then(|answer| List::read(&answer).ok());
        for one in list.iter().flat_map(|list| &list.resources) {
            // Only what bears the very name: the filter may not have been understood.
            if one.get(lost.attribute).and_then(|name| name.as_str()) == Some(&lost.name) {
                let id = one.get("id").and_then(|id| id.as_str());
                let path = id.map(|id| format!("{}/{}", lost.endpoint, crate::ledger::segment(id)));
                probe.ledger.keep(path);
            }
        }
    }
    for path in probe.ledger.left() {
        let request = Request::delete(path);
        let answer = probe.client.send(&request).await;
        probe.ledger.note(&request, answer.as_ref().ok());
    }
}
