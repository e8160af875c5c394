//! Intervals of people and queues on a day, and the same as a file.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rollcall_app::history::{self, Delivery, HistoryDay};
use rollcall_app::wfm::LinkDetail;
use rollcall_domain::interval::{Kind, Quarter, day};
use serde::Deserialize;

use super::link::parse;
use crate::console::Console;
use crate::error::ConsoleError;
use crate::view::choice::Choice;
use crate::view::count::{length, noun};
use crate::view::shell::Section;
use crate::view::wfm::history::{Bar, HistoryPage, QuarterRow};
use crate::visit::Visit;
use crate::wording::number;
use crate::wording::wfm::history::{self as words, Words};

/// As many people or queues can be chosen; of more, a page shows them together.
const CHOICES_MAX: usize = 1_000;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    subject: String,
}

impl Asked {
    fn kind(&self) -> Kind {
        Kind::from_name(&self.kind).unwrap_or(Kind::Agents)
    }

    fn date(&self) -> Option<Date> {
        self.date.parse().ok()
    }
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let (app, tenant, kind) = (&console.app, visit.viewer.tenant, asked.kind());
    let link = app.link(tenant, parse(&id)?).await?;
    let day = app.history_day(tenant, link.link.business_unit, asked.date(), kind).await?;
    let feed = app.history_feed(tenant, link.link.id).await?;
    let frame = Frame { visit: &visit, link: &link, day: &day, feed: words::feed(feed.as_ref()) };
    let choice = |value: String, label: String| Choice { value, label };
    let page = match kind {
        Kind::Agents => {
            let table = app.agent_history_table(tenant, &day).await?;
            let choices = table.people.iter().map(|person| {
                let number = person.agent_number.0.to_string();
                choice(number.clone(), format!("{} ({number})", person.name))
            });
            let choices: Vec<Choice> = choices.collect();
            let source = |place, quarter| table.source(place, quarter);
            frame.page(&asked, choices, |place, quarter| table.totals(place, quarter), source)
        }
        Kind::Queues => {
            let table = app.queue_history_table(tenant, &day).await?;
            let label = |queue: &str, name: &str| {
                if queue == name { name.to_owned() } else { format!("{name} ({queue})") }
            };
            let queues = table.queues.iter();
            let choices: Vec<Choice> =
                queues.map(|one| choice(one.queue.clone(), label(&one.queue, &one.name))).collect();
            let source = |place, quarter| table.source(place, quarter);
            frame.page(&asked, choices, |place, quarter| table.totals(place, quarter), source)
        }
    };
    Ok(Html(page.render()?))
}

/// The day as it is told to the WFM, for spreadsheets.
pub(super) async fn file(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, ConsoleError> {
    let (app, tenant, kind) = (&console.app, visit.viewer.tenant, asked.kind());
    let link = app.link(tenant, parse(&id)?).await?;
    let day = app.history_day(tenant, link.link.business_unit, asked.date(), kind).await?;
    let text = match kind {
        Kind::Agents => {
            history::agent_csv(&app.agent_history_table(tenant, &day).await?, day.day.span)
        }
        Kind::Queues => {
            history::queue_csv(&app.queue_history_table(tenant, &day).await?, day.day.span)
        }
    };
    let name = format!("attachment; filename=\"{}-{}.csv\"", kind.name(), day.day.date);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, text).into_response())
}

/// What both kinds of page have in common.
struct Frame<'a> {
    visit: &'a Visit,
    link: &'a LinkDetail,
    day: &'a HistoryDay,
    feed: crate::view::wfm::history::FeedWords,
}

impl Frame<'_> {
    fn page<'a, T: Words>(
        self,
        asked: &Asked,
        mut choices: Vec<Choice>,
        totals: impl Fn(usize, Quarter) -> T,
        source: impl Fn(usize, Quarter) -> Option<&'a str>,
    ) -> HistoryPage {
        let chosen = choices.iter().position(|one| one.value == asked.subject);
        let places = chosen.map_or(0..choices.len(), |place| place..place + 1);
        let (day, date) = (&self.day.day, self.day.day.date);
        let quarters: Vec<(Quarter, T)> = day
            .span
            .quarters()
            .map(|quarter| {
                let of = |sum: T, place| sum.and(&totals(place, quarter));
                (quarter, places.clone().fold(T::default(), of))
            })
            .collect();
        let sum = quarters.iter().fold(T::default(), |sum, (_, totals)| sum.and(totals));
        choices.truncate(CHOICES_MAX);
        let counted_by = |quarter: Quarter| {
            let happened = places.clone().filter(|place| !totals(*place, quarter).is_nothing());
            let counted: BTreeSet<&str> =
                happened.map(|place| words::counted_by(source(place, quarter))).collect();
            counted.into_iter().collect::<Vec<_>>().join(", ")
        };
        let rows = self.rows(&quarters, counted_by);
        HistoryPage {
            shell: self.visit.shell(Section::Wfm),
            link_href: format!("/wfm/{}", self.link.link.id),
            link: format!("IEX WFM {}", self.link.link.acd_id),
            kind: asked.kind().name().to_owned(),
            previous: date.yesterday().unwrap_or(date).to_string(),
            next: date.tomorrow().ok().map(|date| date.to_string()),
            date: date.to_string(),
            time_zone: self.day.time_zone.clone(),
            quarters: u64::try_from(quarters.len()).unwrap_or(0),
            subject: chosen.map(|_| asked.subject.clone()).unwrap_or_default(),
            subjects: choices,
            columns: T::COLUMNS.to_vec(),
            sum: sum.cells(),
            bars: bars(&quarters, &rows),
            legend: T::LEGEND.to_vec(),
            is_delivered: rows.iter().any(|row| row.counted_by != words::counted_by(None)),
            chart_says: format!(
                "{} in which something happened.",
                noun(length(&rows), "quarter of an hour", "quarters of an hour")
            ),
            rows,
            feed: self.feed,
        }
    }

    fn rows<T: Words>(
        &self,
        quarters: &[(Quarter, T)],
        counted_by: impl Fn(Quarter) -> String,
    ) -> Vec<QuarterRow> {
        let zone = day::zone(&self.day.time_zone).unwrap_or(TimeZone::UTC);
        let sent: HashMap<Quarter, &Delivery> =
            self.day.deliveries.iter().map(|(quarter, one)| (*quarter, one)).collect();
        let happened = quarters.iter().filter(|(_, totals)| !totals.is_nothing());
        happened
            .map(|(quarter, totals)| {
                let delivery = sent.get(quarter).copied();
                QuarterRow {
                    counted_by: counted_by(*quarter),
                    clock: zone.to_datetime(quarter.start()).strftime("%H:%M").to_string(),
                    number: self.day.day.number(*quarter),
                    cells: totals.cells(),
                    sent: words::sent(delivery),
                    sent_at: delivery.and_then(|delivery| delivery.sent_at),
                }
            })
            .collect()
    }
}

/// The quarters as bars, the highest of them as high as the chart.
fn bars<T: Words>(quarters: &[(Quarter, T)], rows: &[QuarterRow]) -> Vec<Bar> {
    let highest = quarters.iter().map(|(_, totals)| totals.parts().iter().sum::<i64>()).max();
    let highest = highest.unwrap_or(0).max(1);
    let mut titles = rows.iter();
    let mut bars = Vec::new();
    for (place, (_, totals)) in quarters.iter().enumerate() {
        if totals.is_nothing() {
            continue;
        }
        let mut top = 100;
        let mut parts = Vec::new();
        for (length, (class, _)) in totals.parts().into_iter().zip(T::LEGEND) {
            let height = number(length * 100 / highest).min(top);
            top -= height;
            if height > 0 {
                parts.push((*class, top, height));
            }
        }
        let title = titles.next().map(|row| {
            let said =
                T::COLUMNS.iter().zip(&row.cells).map(|(name, cell)| format!("{name} {cell}"));
            format!("{}: {}", row.clock, said.collect::<Vec<_>>().join(", "))
        });
        let x = u64::try_from(place * 8).unwrap_or(0);
        bars.push(Bar { x, parts, title: title.unwrap_or_default() });
    }
    bars
}
