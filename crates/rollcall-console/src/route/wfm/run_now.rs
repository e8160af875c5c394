//! Runs that people ask for: one now, where the operator permits it, and the previews of the next run and of a
//! full comparison.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use rollcall_app::wfm::{Expected, Forecast};
use rollcall_domain::wfm::Step;

use super::link::{parse, said};
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::{Nothing, OwnForm};
use crate::view::shell::Section;
use crate::view::wfm::forecast::{ExpectedRow, ForecastPage};
use crate::visit::Visit;
use crate::wording::number;

pub(super) async fn begin(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    said(console.app.run_now(tenant, actor, id).await, id, "A run begins within a second.")
}

pub(super) async fn preview_comparison(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let done = "The WFM's list is being read. The preview stands among the runs as soon as it is there; nothing is \
                changed.";
    said(console.app.preview_comparison(tenant, actor, id).await, id, done)
}

/// What the next run would do.
pub(super) async fn forecast(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let id = parse(&id)?;
    let forecast = console.app.forecast(visit.viewer.tenant, id).await?;
    Ok(Html(page(&visit, &forecast).render()?))
}

fn page(visit: &Visit, forecast: &Forecast) -> ForecastPage {
    let link = &forecast.link;
    ForecastPage {
        shell: visit.shell(Section::Wfm),
        link_href: format!("/wfm/{}", link.id),
        link: format!("IEX WFM {}", link.acd_id),
        departed_unit: link.units.departed.clone(),
        arriving: number(forecast.arriving),
        changing: number(forecast.changing),
        departing: number(forecast.departing),
        unchanged: number(forecast.unchanged),
        unseen: number(forecast.unseen),
        stops: forecast.stops,
        is_on: link.enabled,
        rows: forecast.people.iter().map(|expected| row(expected, forecast)).collect(),
    }
}

fn row(expected: &Expected, forecast: &Forecast) -> ExpectedRow {
    let units = &forecast.link.units;
    ExpectedRow {
        name: expected.name.clone(),
        href: format!("/employees/{}", expected.employee),
        agent_number: number(expected.agent_number),
        what: match &expected.step {
            Step::Arrive(_) => format!("new, mu {}", units.arrived),
            Step::Update(_) | Step::Ask(_) => "changed".to_owned(),
            Step::Depart(_) => format!("moved to mu {}", units.departed),
            Step::Nothing => String::new(),
        },
        departs: matches!(expected.step, Step::Depart(_)),
        why: expected.why.clone(),
    }
}
