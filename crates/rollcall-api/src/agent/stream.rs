//! Who does what, as it changes: server-sent events.
//!
//! A stream begins with everybody who is logged in (`state` events, then `ready`) and goes on with each change
//! (`state`). Whoever reads too slowly is told so (`missed`), and told everybody anew.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use serde_json::Value;
use tokio::time::{Instant, sleep_until};

use rollcall_app::agent::{AgentChange, AgentFollower, AgentNews, AgentQuery};
use rollcall_app::api_token::Scope;
use rollcall_domain::{EmployeeId, TenantId};

use crate::agent::caller::Caller;
use crate::agent::parameter::Parameters;
use crate::agent::problem::Problem;
use crate::agent::service::Agents;
use crate::agent::{answer, name};
use crate::meter::StreamReader;

/// A token that was revoked opens the stream for so long at the most.
const LOOK_INTERVAL: Duration = Duration::from_secs(15);
/// Proxies close connections that say nothing for a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(25);
/// As many people are read at a time.
const PAGE: usize = 500;
/// As many changes are taken at a time.
const BATCH: usize = 256;

/// An open stream.
struct Open {
    agents: Agents,
    caller: Caller,
    tenant: TenantId,
    query: AgentQuery,
    news: AgentFollower,
    /// Where the reading of everybody goes on; `None` when it is through.
    reading: Option<Option<EmployeeId>>,
    look_at: Instant,
    _counted: StreamReader,
}

pub(crate) async fn follow(
    State(agents): State<Agents>,
    caller: Caller,
    parameters: Parameters,
) -> Result<impl IntoResponse, Problem> {
    let tenant = caller.with(Scope::AgentSessions)?;
    parameters.only(&["team", "businessUnit"])?;
    let query = name::query(&agents, tenant, &parameters).await?;
    // Followed first and read then, so that nothing falls between.
    let news = agents.app.follow_agents(tenant);
    let open = Open {
        agents,
        caller,
        tenant,
        query,
        news,
        reading: Some(None),
        look_at: Instant::now() + LOOK_INTERVAL,
        _counted: StreamReader::new(),
    };
    Ok(Sse::new(events(open)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

fn events(open: Open) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(open, |mut open| async move {
        let events = open.next().await?;
        Some((stream::iter(events.into_iter().map(Ok)), open))
    })
    .flatten()
}

impl Open {
    /// The next events; `None` ends the stream.
    async fn next(&mut self) -> Option<VecDeque<Event>> {
        loop {
            if let Some(after) = self.reading {
                return self.read(after).await;
            }
            tokio::select! {
                news = self.news.next() => {
                    let events = self.tell(news?);
                    // An empty batch: changes of people whom the reader did not ask for.
                    if !events.is_empty() {
                        return Some(events);
                    }
                }
                () = sleep_until(self.look_at) => {
                    self.look_at = Instant::now() + LOOK_INTERVAL;
                    if !self.caller.still_has(&self.agents, Scope::AgentSessions).await {
                        return None;
                    }
                }
            }
        }
    }

    async fn read(&mut self, after: Option<EmployeeId>) -> Option<VecDeque<Event>> {
        let query = AgentQuery { after, ..self.query.clone() };
        let app = &self.agents.app;
        // The client connects again, as after any other end.
        let people = app.agents(self.tenant, query, PAGE).await.ok()?;
        let now = app.now();
        let mut events: VecDeque<Event> =
            people.iter().map(|person| event("state", &answer::listed(person, now))).collect();
        self.reading = match people.last() {
            Some(last) if people.len() == PAGE => Some(Some(last.employee)),
            _ => None,
        };
        if self.reading.is_none() {
            events.push_back(event("ready", &Value::Object(serde_json::Map::new())));
        }
        Some(events)
    }

    fn tell(&mut self, news: AgentNews) -> VecDeque<Event> {
        let AgentNews::Changed(first) = news else { return self.missed() };
        let Some(mut changes) = self.news.ready(BATCH) else { return self.missed() };
        changes.insert(0, first);
        let wanted = changes.iter().filter(|change| self.wants(change));
        wanted.map(|change| told(change)).collect()
    }

    fn missed(&mut self) -> VecDeque<Event> {
        self.reading = Some(None);
        VecDeque::from([event("missed", &Value::Object(serde_json::Map::new()))])
    }

    fn wants(&self, change: &AgentChange) -> bool {
        self.query.team.is_none_or(|team| team == change.team)
            && self.query.business_unit.is_none_or(|unit| unit == change.business_unit)
    }
}

/// A change is written once for all of its readers.
fn told(change: &AgentChange) -> Event {
    let text = change.text.get_or_write(|| answer::change(change).to_string());
    Event::default().event("state").data(text)
}

fn event(name: &str, data: &Value) -> Event {
    Event::default().event(name).data(data.to_string())
}
