//! The overview: all well, not well, empty, partly down, old.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::caution::Caution;
use rollcall_console::view::count::Count;
use rollcall_console::view::overview::{
    Answer, ChangePoint, Figures, Health, OutOfStep, OverviewPage, RecentChange,
};
use rollcall_console::view::shell::Section;
use rollcall_console::view::span::Span;

use crate::sample::{ago, name, standing};
use crate::{Wish, page, wish};

fn answer(wish: &Wish) -> Answer {
    match wish.state.as_str() {
        "empty" => Answer::NobodyYet { connection_href: None },
        "no-wfm" => Answer::NoWfm { people: 200 },
        "waiting" => {
            let who = vec![OutOfStep {
                name: name(4),
                href: "/employees/4".into(),
                standing: standing(4),
            }];
            Answer::OutOfStep { waiting: 1, held: 0, failed: 0, who, held_run_href: None }
        }
        "failed" | "partial" | "stale" => {
            let who = [9, 15, 4, 27, 50].map(|index| OutOfStep {
                name: name(index),
                href: format!("/employees/{index}"),
                standing: standing(index),
            });
            let run = Some("/wfm/1/runs/1?state=held".into());
            Answer::OutOfStep {
                waiting: 12,
                held: 48,
                failed: 2,
                who: who.into(),
                held_run_href: run,
            }
        }
        _ => Answer::InStep { people: 198, last: Some((ago(12), Span(412))) },
    }
}

fn health(wish: &Wish) -> Vec<Health> {
    let row = |name: &str, kind, badge, says: &str, seconds| Health {
        name: name.into(),
        kind,
        href: "/connections/1".into(),
        badge,
        says: says.into(),
        at: Some(ago(seconds)),
    };
    let wfm = if wish.is("partial") {
        row(
            "NICE IEX",
            "WFM link",
            Badge::new(Tone::Failed, "No answer"),
            "It answers 503 to every request. Changes wait here and go out by themselves when it is back. Last answer",
            4_200,
        )
    } else {
        row("NICE IEX", "WFM link", Badge::new(Tone::Ok, "Healthy"), "Last confirmed", 12)
    };
    vec![
        row("Okta", "SCIM connection", Badge::new(Tone::Ok, "Healthy"), "Last change", 12),
        row(
            "Microsoft Entra ID",
            "SCIM connection",
            Badge::new(Tone::Attention, "Token expires"),
            "Its only token expires in 6 days. Make a second one and enter it there. Last change",
            340,
        ),
        wfm,
    ]
}

fn changes() -> Vec<ChangePoint> {
    (0..36u64)
        .map(|index| {
            let came_in = index * index % 11 + index * 3 % 7;
            let at = ago(600 * i64::try_from(36 - index).unwrap_or_default());
            ChangePoint { at, came_in, went_out: came_in.saturating_sub(index % 5 / 4) }
        })
        .collect()
}

fn recent() -> Vec<RecentChange> {
    let told: [(&str, Option<(&str, &str)>); 8] = [
        ("changed last name", Some(("Berg", "Berg-Hansen"))),
        ("joined", None),
        ("moved to another team", Some(("Billing", "Retention"))),
        ("left", None),
        ("changed e-mail", Some(("p.raman@northwind.example", "priya.raman@northwind.example"))),
        ("joined", None),
        ("came back", None),
        ("changed first name", Some(("Tom", "Tomasz"))),
    ];
    (0..)
        .zip(told)
        .map(|(index, (what, values))| RecentChange {
            id: format!("c{}", index + ago(0).as_second() / 12 % 2),
            at: ago(12 + index * 97),
            actor: if index == 2 { "Ada Lovelace" } else { "Okta" }.into(),
            name: name(usize::try_from(index).unwrap_or_default()),
            href: "/employees/1".into(),
            what: what.into(),
            values: values.map(|(before, after)| (before.into(), after.into())),
            standing: Some(if index == 0 {
                Badge::new(Tone::Waiting, "On its way")
            } else {
                Badge::new(Tone::Ok, "In step")
            }),
        })
        .collect()
}

pub(crate) async fn overview(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let mut wish = wish(Section::Overview, "/", &query, &headers);
    if wish.is("partial") {
        wish.shell.cautions.push(Caution::Partial {
            who: "The WFM".into(),
            why: "12 people wait. Nothing is lost, and identity providers notice nothing.".into(),
            since: ago(4_200),
        });
    }
    if wish.is("stale") {
        wish.shell.cautions.push(Caution::Stale {
            since: ago(900),
            why: "The database does not answer, so nothing newer is known.".into(),
        });
    }
    if wish.is("to-do") {
        wish.shell.cautions.push(Caution::ToDo {
            what: "18 creations were refused".into(),
            since: ago(4_000),
            why: "There is no role named Trainee, with which people whom an identity provider makes begin.".into(),
            ways: vec![
                ("/roles/new".into(), "Make the role"),
                ("/account".into(), "Choose another default role"),
            ],
        });
    }
    if wish.is("failed") {
        wish.shell.held_runs = 1;
    }
    let empty = wish.is("empty");
    let overview = OverviewPage {
        answer: answer(&wish),
        figures: Figures {
            active: Count::Exact(if empty { 0 } else { 200 }),
            inactive: Count::Exact(if empty { 0 } else { 14 }),
            in_step: Count::Exact(if empty { 0 } else { 198 }),
            out_of_step: Count::Exact(match answer(&wish) {
                Answer::OutOfStep { waiting, held, failed, .. } => waiting + held + failed,
                _ => 0,
            }),
            lag_p50: (!empty).then_some(Span(212)),
            lag_p99: (!empty).then_some(Span(740)),
        },
        health: if empty { Vec::new() } else { health(&wish) },
        changes: if empty { Vec::new() } else { changes() },
        point_minutes: 10,
        recent: if empty { Vec::new() } else { recent() },
        shell: wish.shell,
    };
    page(match wish.part.as_str() {
        "now" => overview.as_now().render(),
        "recent-list" => overview.as_recent().render(),
        "chart-data" => overview.as_chart().render(),
        _ => overview.render(),
    })
}
