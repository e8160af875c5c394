//! A day of people: what was scheduled, what they did, and where they were out of adherence.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use rollcall_domain::adherence::timeline::{Known, Part, parts};
use rollcall_domain::adherence::{AcdStatus, StatusSpan};
use rollcall_domain::employee::Employee;
use rollcall_domain::wfm::schedule::Window;
use rollcall_domain::{EmployeeId, TeamId, TenantId};
use rollcall_storage::agent::adherence::{self as rows, Present};
use rollcall_storage::agent::agent_state::AgentRow;
use rollcall_storage::directory::roster::{self, RosterQuery};
use rollcall_storage::{
    StorageError, Tx, agent::adherence_event as events, agent::agent_state, directory::employee,
};

use super::judge;
use crate::app::App;
use crate::error::ChangeError;
use crate::schedule;

/// As many people of a team are on a page.
pub const TEAM_DAY_PEOPLE: usize = 40;
/// Larger teams are not shown to their end.
const TEAM_MAX: i64 = 2_000;
/// More changes than a day has that somebody can look at.
const EVENTS_MAX: i64 = 2_000;

/// Which day: where it begins and ends.
#[derive(Clone, Debug)]
pub struct DayOf {
    /// Its date.
    pub date: Date,
    /// The time zone in which it begins.
    pub zone: TimeZone,
    /// Its first moment.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
}

impl DayOf {
    /// A day in a time zone; `None` at the ends of time.
    fn new(date: Date, zone: TimeZone) -> Option<Self> {
        let midnight = |date: Date| Some(date.to_zoned(zone.clone()).ok()?.timestamp());
        let until = midnight(date.checked_add(1.day()).ok()?)?;
        Some(Self { date, from: midnight(date)?, until, zone })
    }
}

/// A person's day.
#[derive(Clone, Debug)]
pub struct AdherenceDay {
    /// The person.
    pub employee: EmployeeId,
    /// Given and family name.
    pub name: String,
    /// The day.
    pub day: DayOf,
    /// Its parts; empty where there is nothing to tell.
    pub parts: Vec<Part>,
    /// What is known of them now.
    pub present: Option<Present>,
}

/// A team's day, a page of it.
#[derive(Clone, Debug)]
pub struct TeamDay {
    /// The day, in the time zone of most people of the team.
    pub day: DayOf,
    /// The people of the page, by family name.
    pub people: Vec<AdherenceDay>,
    /// As many people the team has.
    pub found: usize,
}

impl App {
    /// A day of a person, in their own time zone; today by itself.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Invalid`] at the ends of time.
    pub async fn adherence_day(
        &self,
        tenant: TenantId,
        id: EmployeeId,
        date: Option<Date>,
    ) -> Result<AdherenceDay, ChangeError> {
        let now = self.now();
        self.storage
            .scan(tenant, move |tx| {
                let person = employee::get(tx, id)?.ok_or(ChangeError::NotFound("employee"))?;
                let day = day(date, schedule::zone(&person), now)?;
                Ok(read(tx, &person, &day, now)?)
            })
            .await
    }

    /// A day of a team's active people, a page of them (the first is 0); today by itself.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] at the ends of time.
    pub async fn team_adherence_day(
        &self,
        tenant: TenantId,
        team: TeamId,
        date: Option<Date>,
        page: usize,
    ) -> Result<TeamDay, ChangeError> {
        let now = self.now();
        let query =
            RosterQuery { team: team.to_string(), active: Some(true), ..RosterQuery::default() };
        self.storage
            .scan(tenant, move |tx| {
                let people = roster::list(tx, &query, TEAM_MAX)?;
                let people: Vec<Employee> = people.into_iter().map(|one| one.employee).collect();
                let day = day(date, usual_zone(&people), now)?;
                let found = people.len();
                let page = people.iter().skip(page * TEAM_DAY_PEOPLE).take(TEAM_DAY_PEOPLE);
                let people: Result<Vec<_>, _> =
                    page.map(|person| read(tx, person, &day, now)).collect();
                Ok(TeamDay { day, people: people?, found })
            })
            .await
    }
}

fn day(date: Option<Date>, zone: TimeZone, now: Timestamp) -> Result<DayOf, ChangeError> {
    let date = date.unwrap_or_else(|| zone.to_datetime(now).date());
    let day = DayOf::new(date, zone);
    day.ok_or_else(|| ChangeError::Invalid("there is no such day".to_owned()))
}

/// The time zone that most of some people have; of several, the one that comes first by name.
fn usual_zone(people: &[Employee]) -> TimeZone {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for zone in people.iter().filter_map(|person| person.details.time_zone.as_deref()) {
        *counts.entry(zone).or_default() += 1;
    }
    let usual = counts.into_iter().max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name)));
    usual.and_then(|(name, _)| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}

fn read(
    tx: &mut Tx<'_>,
    person: &Employee,
    day: &DayOf,
    now: Timestamp,
) -> Result<AdherenceDay, StorageError> {
    let window = (day.from, day.until);
    let over = events::list(tx, Some(person.id), window, None, EVENTS_MAX)?;
    let mut judged: Vec<_> = over.into_iter().map(|event| event.stretch).collect();
    let present = rows::get(tx, person.id)?;
    let goes_on = present.as_ref().filter(|known| known.began_at < now.min(day.until));
    judged.extend(goes_on.filter(|_| now > day.from).map(|known| judge::past(known, now)));
    let (mut schedule, mut statuses) = (Vec::new(), Vec::new());
    if let Some(agent) = agent_state::get(tx, person.id)? {
        let window = Window { from: day.from, until: day.until };
        schedule = judge::schedule(tx, &agent, window)?;
        statuses = done(tx, &agent, day)?;
    }
    let is_told = !judged.is_empty() || !schedule.is_empty() || !statuses.is_empty();
    let known = Known { judged: &judged, statuses: &statuses, schedule: &schedule };
    Ok(AdherenceDay {
        employee: person.id,
        name: format!("{} {}", person.profile.first_name, person.profile.last_name),
        day: day.clone(),
        parts: if is_told { parts(known, window, now) } else { Vec::new() },
        present,
    })
}

/// What a person did on a day, in order of time, with what they did when it began.
fn done(tx: &mut Tx<'_>, person: &AgentRow, day: &DayOf) -> Result<Vec<StatusSpan>, StorageError> {
    let window = (day.from, day.until);
    let history = agent_state::list_history(tx, person.employee, window, None, EVENTS_MAX)?;
    let past = history
        .iter()
        .rev()
        .map(|one| StatusSpan { status: AcdStatus::of(&one.state), began_at: one.began_at });
    let present = person.agent.as_ref().filter(|agent| agent.since < day.until);
    let present = present
        .map(|agent| StatusSpan { status: AcdStatus::of(&agent.state), began_at: agent.since });
    Ok(past.chain(present).collect())
}
