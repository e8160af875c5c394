//! What the next run of a link would do, asked of our own rows only: nobody calls the WFM.

use jiff::Timestamp;

use rollcall_domain::wfm::{Brake, Candidate, Step};
use rollcall_domain::{EmployeeId, TenantId, WfmLinkId};
use rollcall_storage::wfm::outbox::{self, Due};
use rollcall_storage::wfm::wfm_link::{self as rows, WfmLink};
use rollcall_storage::{wfm::sync_history, wfm::wfm_standing};

use super::Result;
use crate::app::App;
use crate::error::ChangeError;

/// What a run would do to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The person.
    pub employee: EmployeeId,
    /// First and last name.
    pub name: String,
    /// The agent number by which the WFM of the link knows them, or is to know them.
    pub agent_number: i64,
    /// What would be done; never [`Step::Nothing`].
    pub step: Step,
    /// Why.
    pub why: String,
}

/// What a run would do.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// The link.
    pub link: WfmLink,
    /// People who would be new there.
    pub arriving: i64,
    /// People whose values would change.
    pub changing: i64,
    /// People who would be moved out.
    pub departing: i64,
    /// People who are due and would not be written: the WFM holds what it should.
    pub unchanged: i64,
    /// People who are due and were not looked at, because they are too many.
    pub unseen: i64,
    /// Whether the brake would stop the run before its first write.
    pub stops: bool,
    /// The people to whom something would be done, the first of them; departures push others off the list.
    pub people: Vec<Expected>,
}

/// As many people who are due are looked at.
const DUE_MAX: i64 = 10_000;
/// As many are named.
const NAMED_MAX: usize = 200;

impl App {
    /// What the next run of a link would do, and why. Only looks.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn forecast(&self, tenant: TenantId, id: WfmLinkId) -> Result<Forecast> {
        let now = self.now();
        self.storage
            .scan(tenant, move |tx| {
                let link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                let due = outbox::list_due(tx, id, Timestamp::MAX, DUE_MAX)?;
                let seen = i64::try_from(due.len()).unwrap_or(i64::MAX);
                let unseen = outbox::count(tx, id)?.saturating_sub(seen);
                let mut forecast = Forecast { unseen, ..Forecast::none(link) };
                due.iter().for_each(|due| forecast.add(due));
                let since = now.checked_sub(Brake::WINDOW).unwrap_or(now);
                let place = (id, forecast.link.business_unit);
                let recent = sync_history::count_unasked_departures(tx, place, since)?;
                let together = forecast.departing.saturating_add(recent);
                let present = wfm_standing::count_present(tx, id)?;
                forecast.stops =
                    forecast.departing > 0 && forecast.link.brake.holds(together, present);
                Ok(forecast)
            })
            .await
    }
}

impl Forecast {
    fn none(link: WfmLink) -> Self {
        Self {
            link,
            arriving: 0,
            changing: 0,
            departing: 0,
            unchanged: 0,
            unseen: 0,
            stops: false,
            people: Vec::new(),
        }
    }

    fn add(&mut self, due: &Due) {
        let known = due.known.as_deref().and_then(|text| wfm_standing::known_from_text(text).ok());
        let sent = due.disowned.iter().chain(&due.sent);
        let sent = sent.filter_map(|text| outbox::sent_from_text(text).ok()).flatten();
        let sent: Vec<_> = sent.collect();
        let candidate = Candidate {
            employee: &due.employee,
            team_features: &due.team_features,
            unit: self.link.business_unit,
            known: known.as_ref(),
            kept: due.kept,
            sent: &sent,
        };
        let step = candidate.decide(&self.link.switches);
        let why = candidate.why(&step);
        match &step {
            Step::Nothing => {
                self.unchanged += 1;
                return;
            }
            Step::Arrive(_) => self.arriving += 1,
            Step::Update(_) | Step::Ask(_) => self.changing += 1,
            Step::Depart(_) => self.departing += 1,
        }
        let profile = &due.employee.profile;
        // Of who moved away, the WFM of this unit knows the number that they had here.
        let here = known.as_ref().filter(|_| due.employee.business_unit != self.link.business_unit);
        let number = here.map_or(due.employee.agent_number.0, |known| known.agent_number);
        self.name(Expected {
            employee: due.employee.id,
            name: format!("{} {}", profile.first_name, profile.last_name),
            agent_number: number,
            step,
            why,
        });
    }

    fn name(&mut self, expected: Expected) {
        let departs = |one: &Expected| matches!(one.step, Step::Depart(_));
        if self.people.len() < NAMED_MAX {
            self.people.push(expected);
        } else if departs(&expected)
            && let Some(place) = self.people.iter_mut().find(|one| !departs(one))
        {
            *place = expected;
        }
    }
}
