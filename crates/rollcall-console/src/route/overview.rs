//! The overview: asks for what each part tells, and only for the part that is wanted.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use jiff::Timestamp;
use rollcall_app::audit::AuditQuery;
use rollcall_app::overview::{LinkState, Overview};
use rollcall_app::scim_connection::ConnectionDetail;
use rollcall_app::wfm::Health as LinkHealth;

use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::percent::encoded;
use crate::view::caution::Caution;
use crate::view::count::{Count, grouped};
use crate::view::overview::{
    Answer, ChangePoint, Figures, Health, OutOfStep, OverviewPage, RecentChange,
};
use crate::view::shell::Section;
use crate::view::span::Span;
use crate::view::standing::Standing;
use crate::visit::Visit;
use crate::wording::name::Names;
use crate::wording::{audit as audit_words, health, number, standing};

/// Changes that the feed shows.
const RECENT: usize = 10;
/// Minutes of one point of the application's chart.
const POINT_MINUTES: u64 = 5;

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    let mut page = OverviewPage {
        shell: visit.shell(Section::Overview),
        answer: Answer::NoWfm { people: 0 },
        figures: Figures::default(),
        health: Vec::new(),
        changes: Vec::new(),
        point_minutes: POINT_MINUTES,
        recent: Vec::new(),
    };
    let part = visit.part();
    if part != "recent-list" {
        let overview = console.app.overview(visit.viewer.tenant).await?;
        let connections = console.app.connections(visit.viewer.tenant).await?;
        let last = last_arrival(&console, &visit).await?;
        page.answer = answer(&overview, &connections, last, console.app.now());
        page.figures = figures(&overview);
        page.health = healths(&overview, &connections, console.app.now());
        page.shell.cautions = cautions(&overview);
        page.changes = overview.chart.iter().map(point).collect();
        // Before anything has happened, a flat line tells nothing.
        if page.changes.iter().all(|point| point.came_in + point.went_out == 0) {
            page.changes.clear();
        }
    }
    if matches!(part, "" | "recent-list") {
        page.recent = recent(&console, &visit).await?;
    }
    Ok(Html(match part {
        "now" => page.as_now().render()?,
        "chart-data" => page.as_chart().render()?,
        "recent-list" => page.as_recent().render()?,
        _ => page.render()?,
    }))
}

/// When a run last brought something to the WFM, and how long that took.
async fn last_arrival(
    console: &Console,
    visit: &Visit,
) -> Result<Option<(Timestamp, Span)>, ConsoleError> {
    let links = console.app.links(visit.viewer.tenant).await?;
    let arrivals = links
        .iter()
        .flat_map(|detail| &detail.runs)
        .filter_map(|run| Some((run.finished_at?, Span(number(run.counts.lag_p50_ms?)))));
    Ok(arrivals.max_by_key(|(at, _)| *at))
}

fn answer(
    overview: &Overview,
    connections: &[ConnectionDetail],
    last: Option<(Timestamp, Span)>,
    now: Timestamp,
) -> Answer {
    if overview.people == 0 {
        let first =
            connections.first().map(|detail| format!("/connections/{}", detail.connection.id));
        return Answer::NobodyYet { connection_href: first };
    }
    if overview.links.is_empty() {
        return Answer::NoWfm { people: number(overview.people) };
    }
    let sum = |of: fn(&LinkState) -> i64| number(overview.links.iter().map(of).sum());
    let (present, due) = (sum(|link| link.tally.present), sum(|link| link.tally.due));
    let (failed, held) = (sum(|link| link.tally.failed), sum(waiting_for_approval));
    if due == 0 && failed == 0 {
        return Answer::InStep { people: present, last };
    }
    let held_link = overview.links.iter().find(|state| state.link.health == LinkHealth::Held);
    Answer::OutOfStep {
        // Whoever failed or is held has a mark too.
        waiting: due.saturating_sub(failed).saturating_sub(held),
        held,
        failed,
        who: overview.links.iter().flat_map(|state| out_of_step(state, now)).take(5).collect(),
        held_run_href: held_link.map(|state| format!("/wfm/{}", state.link.id)),
    }
}

/// While a link is held nothing is written there: whoever is due, those who came after the hold too, waits
/// for the approval.
fn waiting_for_approval(state: &LinkState) -> i64 {
    match state.link.health {
        LinkHealth::Held => state.tally.due.saturating_sub(state.tally.failed),
        _ => 0,
    }
}

fn out_of_step(state: &LinkState, now: Timestamp) -> impl Iterator<Item = OutOfStep> {
    let held = state.link.health == LinkHealth::Held;
    state.out_of_step.iter().map(move |(employee, problem)| OutOfStep {
        name: standing::full_name(employee),
        href: format!("/employees/{}", employee.id),
        standing: match problem {
            Some(problem) => {
                Standing::Failed { since: employee.updated_at, why: sentence(problem), attempts: 0 }
            }
            None if held => Standing::Held {
                since: employee.updated_at,
                why: String::new(),
                run_href: format!("/wfm/{}", state.link.id),
            },
            None => Standing::Waiting {
                since: employee.updated_at,
                why: String::new(),
                leaves: !employee.status.is_active(),
                until: Some(state.link.goes_at(now))
                    .filter(|at| standing::waits(&state.link, *at, now)),
            },
        },
    })
}

fn figures(overview: &Overview) -> Figures {
    let sum = |of: fn(&LinkState) -> i64| number(overview.links.iter().map(of).sum());
    let lag = |of: fn(&LinkState) -> Option<i64>| {
        overview.links.iter().filter_map(of).max().map(|ms| Span(number(ms)))
    };
    let out_of_step = sum(|state| state.tally.due.max(state.tally.failed));
    Figures {
        active: Count::Exact(number(overview.active)),
        inactive: Count::Exact(number(overview.people.saturating_sub(overview.active))),
        in_step: Count::Exact(sum(|state| state.tally.present)),
        out_of_step: Count::Exact(out_of_step),
        lag_p50: lag(|state| state.lag_p50_ms),
        lag_p99: lag(|state| state.lag_p99_ms),
    }
}

fn healths(overview: &Overview, connections: &[ConnectionDetail], now: Timestamp) -> Vec<Health> {
    let scim = connections.iter().map(|detail| {
        let fares = health::connection(detail, now);
        Health {
            name: detail.connection.name.clone(),
            kind: "SCIM connection",
            href: format!("/connections/{}", detail.connection.id),
            badge: fares.badge,
            says: fares.says,
            at: fares.at,
        }
    });
    let wfm = overview.links.iter().map(|state| {
        let fares = health::link(&state.link, &state.tally, state.answered_at);
        Health {
            name: format!("IEX WFM {}", state.link.acd_id),
            kind: "WFM link",
            href: format!("/wfm/{}", state.link.id),
            badge: fares.badge,
            says: fares.says,
            at: fares.at,
        }
    });
    scim.chain(wfm).collect()
}

fn cautions(overview: &Overview) -> Vec<Caution> {
    let failing = overview.links.iter().filter(|state| state.link.health == LinkHealth::Failing);
    let failing = failing.map(|state| Caution::Partial {
        who: format!("IEX WFM {}", state.link.acd_id),
        why: "What changes meanwhile waits here and goes out by itself. Nothing is lost, and identity \
              providers notice nothing."
            .to_owned(),
        since: state.link.health_since,
    });
    failing.chain(to_do(overview)).collect()
}

/// What waits until an administrator does something.
fn to_do(overview: &Overview) -> impl Iterator<Item = Caution> {
    let refused = overview.refused.iter().map(|alert| Caution::ToDo {
        what: match number(alert.count) {
            1 => "One creation was refused".to_owned(),
            many => format!("{} creations were refused", grouped(many)),
        },
        since: alert.since,
        why: format!(
            "There is no role named {}, with which people whom an identity provider makes begin.",
            alert.subject
        ),
        ways: vec![
            (format!("/roles/new?name={}", encoded(&alert.subject)), "Make the role"),
            ("/account#role-title".to_owned(), "Choose another default role"),
        ],
    });
    let claims = overview.claims.iter().map(|(count, since)| Caution::ToDo {
        what: match number(*count) {
            1 => "A claim on a person waits for you".to_owned(),
            many => format!("{} claims on people wait for you", grouped(many)),
        },
        since: *since,
        why: "An identity provider sends somebody whose username a person here has.".to_owned(),
        ways: vec![("/take-overs".to_owned(), "Look at the take-over queue")],
    });
    refused.chain(claims)
}

fn point(point: &rollcall_app::overview::ChartPoint) -> ChangePoint {
    ChangePoint { at: point.at, came_in: number(point.incoming), went_out: number(point.outgoing) }
}

async fn recent(console: &Console, visit: &Visit) -> Result<Vec<RecentChange>, ConsoleError> {
    let query = AuditQuery { action: "employee.".to_owned(), ..AuditQuery::default() };
    let page = console.app.audit(visit.viewer.tenant, query, RECENT).await?;
    let names = Names::default().with_actors(page.names).with_texts(page.places.into_iter());
    let told = page.entries.iter().map(|entry| RecentChange {
        id: entry.id.to_string(),
        at: entry.at,
        actor: names.actor(entry.actor),
        name: entry.subject_name.clone(),
        href: format!("/employees/{}", entry.subject_id),
        what: audit_words::told(entry),
        values: audit_words::single(entry, &names)
            .filter(|_| audit_words::what(entry) == "Changed"),
        standing: None,
    });
    Ok(told.collect())
}
