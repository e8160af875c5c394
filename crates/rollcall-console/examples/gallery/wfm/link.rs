//! The WFM link and its runs: well, held, failed, at work, absent.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::pager::Pager;
use rollcall_console::view::shell::Section;
use rollcall_console::view::span::Span;
use rollcall_console::view::wfm::forecast::{ExpectedRow, ForecastPage};
use rollcall_console::view::wfm::kept::{KeptPage, KeptRow};
use rollcall_console::view::wfm::link::{
    HeldRun, Histogram, OffLink, Progress, RealTimeLink, ScheduleReading, WfmLink, WfmPage,
    WfmSettings,
};
use rollcall_console::view::wfm::put_back::PutBackPage;
use rollcall_console::view::wfm::removal::RemovalPage;
use rollcall_console::view::wfm::run::{
    Finding, RunCounts, RunPage, RunPerson, RunState, RunSummary, SinceHeld,
};
use rollcall_console::view::wfm::setting::SettingsFields;
use rollcall_console::view::wfm::switch::SwitchOffPage;

use super::setting;
use crate::sample::{ago, name, row};
use crate::{Wish, page, wish};

fn summary(index: u64, state: RunState) -> RunSummary {
    let counts = match (&state, index % 4) {
        (RunState::Running { .. }, _) => RunCounts {
            looked_at: 20_040,
            unchanged: 11_000,
            created: 940,
            updated: 1_207,
            moved_out: 12,
            failed: 2,
        },
        (RunState::Held { .. }, _) => RunCounts { looked_at: 200, ..RunCounts::default() },
        (_, 0) => RunCounts { looked_at: 1, updated: 1, ..RunCounts::default() },
        (_, 1) => RunCounts { looked_at: 0, ..RunCounts::default() },
        (_, 2) => RunCounts {
            looked_at: 14,
            created: 9,
            updated: 3,
            moved_out: 2,
            ..RunCounts::default()
        },
        _ => RunCounts {
            looked_at: 200,
            unchanged: 197,
            updated: 1,
            failed: 2,
            ..RunCounts::default()
        },
    };
    let cause = match index % 4 {
        1 => "Schedule",
        3 => "Full comparison",
        _ => "Change",
    };
    RunSummary {
        id: index.to_string(),
        cause: cause.into(),
        state,
        started_at: ago(12 + 451 * i64::try_from(index).unwrap_or_default()),
        took: Span(if index % 4 == 1 { 4 } else { 231 + index * 40 }),
        counts,
        lag: (index % 4 != 1).then_some(Span(412 + index * 9)),
    }
}

const SAID: &str = "48 of 198 people would move to mu 2, after 3 within the hour before. Up to 5 people, or 10 % if that is \
    more, go within an hour without anybody being asked. Nothing was applied, and everyone else who changed waits as \
    well. Approve the departures, reject them, or bring the people back at their source.";

fn held() -> RunState {
    RunState::Held { would_move: 48, said: SAID.into() }
}

fn fares(wish: &Wish) -> (Badge, &'static str) {
    if wish.is("failed") {
        (
            Badge::new(Tone::Failed, "No answer"),
            "It answers 503 to every request. 12 people wait; they go out by themselves when it is back.",
        )
    } else if wish.is("held") {
        (
            Badge::new(Tone::Attention, "Held"),
            "A run waits for your decision. Single changes go on.",
        )
    } else {
        (Badge::new(Tone::Ok, "Healthy"), "Everyone who should be there is there as we know them.")
    }
}

fn real_time(down: bool) -> RealTimeLink {
    let (tone, word) = if down { (Tone::Failed, "Failing") } else { (Tone::Ok, "Well") };
    let problem = "The WFM refuses real-time states: it answered 400. Check the source id and the authentication key: \
                   rollcall wfm-link real-time on.";
    RealTimeLink {
        badge: Badge::new(tone, word),
        since: ago(7_200),
        problem: down.then(|| problem.to_owned()),
        snapshot_at: Some(ago(400)),
    }
}

fn reading(is_behind: bool) -> ScheduleReading {
    ScheduleReading {
        read_at: Some(ago(540)),
        problem: is_behind.then(|| {
            let why = "The WFM cannot be reached or fails: it answered 503. Nothing is lost; it is tried again.";
            (why.into(), ago(1_500))
        }),
        skipped: 3,
    }
}

fn settings(wish: &Wish) -> WfmSettings {
    WfmSettings {
        acd_id: "7".into(),
        sends_personal_id: true,
        sends_external_id: false,
        interval_seconds: 900,
        fields: SettingsFields { may_change: !wish.is("read-only"), ..setting::fields() },
        way: if wish.is("files") { "files, in the folder" } else { "HTTP, at" }.into(),
        way_hint: if wish.is("files") { FILES_HINT } else { "" }.into(),
        endpoint: if wish.is("files") {
            "/srv/wfm/4471"
        } else {
            "https://iex.northwind.example/api"
        }
        .into(),
        way_href: (!wish.is("files")).then(|| "/wfm/1/way".into()),
        arrived_unit: "1".into(),
        departed_unit: "2".into(),
        immediate: !wish.is("interval"),
        run_now_permitted: wish.is("run-now"),
    }
}

pub(crate) async fn link(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let mut wish = wish(Section::Wfm, "/wfm", &query, &headers);
    let is_held = wish.is("held");
    wish.shell.held_runs = u64::from(is_held);
    let down = wish.is("failed");
    let (badge, says) = fares(&wish);
    let link = WfmLink {
        id: "1".into(),
        name: "NICE IEX".into(),
        business_unit: "Northwind Oslo".into(),
        badge,
        says: says.into(),
        says_at: Some(ago(4_200)),
        in_step: if is_held { 150 } else { 198 },
        out_of_step: if is_held { 48 } else { 0 },
        last_answer: Some(ago(if down { 4_200 } else { 12 })),
        next_run: Some(ago(-432)),
        waiting: if wish.is("interval") { 7 } else { 0 },
        lag_p50: Some(Span(212)),
        lag_p99: Some(Span(740)),
        held: is_held.then(|| HeldRun {
            href: "/wfm/1/runs/1?state=held".into(),
            since: ago(432),
            would_move: 48,
            said: SAID.into(),
            waiting: 348,
        }),
        off: wish.is("off").then(|| OffLink {
            reason: "The WFM moves to another data centre. We are back on Monday at 06:00.".into(),
            since: ago(4_200),
        }),
        is_on: !wish.is("off"),
        kept: if wish.is("kept") { 48 } else { 0 },
        asked: wish.is("asked"),
        progress: (wish.is("first") || wish.is("running")).then(|| Progress {
            is_first: wish.is("first"),
            href: Some("/wfm/1/runs/1?state=running".into()),
            done: 13_161,
            of: 20_040,
        }),
        real_time: Some(real_time(down)),
        settings: settings(&wish),
    };
    let (runs, empty) = (runs(&wish), wish.is("empty"));
    let wfm = WfmPage {
        may_link: wish.is("first"),
        pager: Pager { previous: None, next: (!empty).then(|| "/wfm/1?before=x".into()) },
        link: (!wish.is("none")).then_some(link),
        runs: if empty { Vec::new() } else { runs },
        tabs: Vec::new(),
        lags: if empty { Vec::new() } else { lags() },
        schedules: (!empty).then(|| reading(down)),
        shell: wish.shell,
    };
    page(match wish.part.as_str() {
        "now" => wfm.as_now().render(),
        "runs" => wfm.as_runs().render(),
        _ => wfm.render(),
    })
}

fn outcome(index: usize) -> (Badge, &'static str) {
    match index % 6 {
        0 => (Badge::new(Tone::Ok, "New"), "mu 1"),
        1 => (Badge::new(Tone::Ok, "Changed"), "lastName, emailAddress"),
        2 => (Badge::new(Tone::Ok, "Moved to mu 2"), "deactivated by Okta"),
        3 => (Badge::new(Tone::Failed, "Refused"), "external id E-20417 is taken by another agent"),
        _ => (Badge::new(Tone::Neutral, "Unchanged"), "in step already"),
    }
}

pub(crate) async fn run(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Wfm, "/wfm/1/runs/1", &query, &headers);
    let state = match wish.state.as_str() {
        "held" => held(),
        "running" => RunState::Running { waits: None },
        "failed" => RunState::Failed { why: "The WFM refused our credentials (401). The operator of this installation renews them; the next run takes up where this one ended.".into() },
        _ => RunState::Finished,
    };
    let preview = wish.is("preview");
    let held = wish.is("held");
    let empty = held || wish.is("empty");
    let rows = (0..24)
        .filter(|_| !empty)
        .map(|index| {
            let person = row(index);
            let (badge, detail) = outcome(index);
            RunPerson {
                id: person.id,
                name: person.name,
                agent_number: person.agent_number,
                outcome: badge,
                detail: detail.into(),
                lag: (index % 6 < 3)
                    .then_some(Span(390 + 7 * u64::try_from(index).unwrap_or_default())),
                at: Some(person.changed_at),
            }
        })
        .collect();
    let run = RunPage {
        run: summary(if held { 1 } else { 3 }, state),
        target: "NICE IEX".into(),
        target_href: "/wfm".into(),
        outcome: query.get("outcome").cloned().unwrap_or_default(),
        rows,
        pager: Pager::default(),
        would_move: (0..if held { 20 } else { 0 })
            .map(|i| (name(i), format!("/employees/{i}")))
            .collect(),
        since: held.then(|| SinceHeld {
            later: 2,
            named: (30..32).map(|i| (name(i), format!("/employees/{i}"))).collect(),
            back: 1,
            others: 300,
            next_look: Some(ago(-500)),
        }),
        approve_action: held.then(|| "/wfm/1/approve".into()),
        reject_action: held.then(|| "/wfm/1/reject".into()),
        arrived_unit: "1".into(),
        departed_unit: "2".into(),
        preview: preview.then(String::new),
        found: if preview {
            vec![("with other values".into(), 2), ("in no ACD".into(), 1)]
        } else {
            Vec::new()
        },
        findings: if preview { findings() } else { Vec::new() },
        shell: wish.shell,
    };
    page(match wish.part.as_str() {
        "now" => run.as_now().render(),
        "people" => run.as_people().render(),
        _ => run.render(),
    })
}

fn runs(wish: &Wish) -> Vec<RunSummary> {
    let mut runs: Vec<RunSummary> = (0..12).map(|i| summary(i, RunState::Finished)).collect();
    if wish.is("held") {
        runs.insert(0, summary(3, held()));
    }
    if wish.is("failed") {
        runs.insert(0, summary(1, RunState::Failed { why: String::new() }));
    }
    if wish.is("running") {
        runs.insert(0, summary(7, RunState::Running { waits: None }));
    }
    runs
}

fn lags() -> Vec<Histogram> {
    let bars = |all: &[(&str, u64)]| all.iter().map(|(bound, n)| ((*bound).into(), *n)).collect();
    vec![
        Histogram {
            what: "From an identity provider's request until it was kept: the latest requests"
                .into(),
            bars: bars(&[
                ("up to 2 ms", 61),
                ("up to 5 ms", 112),
                ("up to 10 ms", 21),
                ("above 10 ms", 6),
            ]),
        },
        Histogram {
            what: "From the same request until the WFM confirmed: the last 24 hours".into(),
            bars: bars(&[
                ("up to 0.1 s", 3),
                ("up to 0.2 s", 540),
                ("up to 0.5 s", 88),
                ("above 0.5 s", 4),
            ]),
        },
    ]
}

fn findings() -> Vec<Finding> {
    let finding = |kind, agent: &str, who: usize, ours: bool, detail: &str| Finding {
        kind,
        agent: agent.into(),
        name: name(who),
        href: ours.then(|| format!("/employees/{who}")),
        detail: detail.into(),
    };
    vec![
        finding(Badge::new(Tone::Waiting, "Differs"), "100417", 3, true, "First Name, mu"),
        finding(Badge::new(Tone::Waiting, "Differs"), "100418", 4, true, "Email Address"),
        finding(
            Badge::new(Tone::Attention, "In no ACD"),
            "900001",
            9,
            false,
            "in the WFM, and in no ACD",
        ),
    ]
}

pub(crate) async fn next(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Wfm, "/wfm/1/next", &query, &headers);
    let empty = wish.is("empty");
    let rows: Vec<ExpectedRow> = (0..if empty { 0 } else { 14 })
        .map(|index| {
            let person = row(index);
            let (what, why) = match index % 3 {
                0 => ("new, mu 1", "not in the WFM yet"),
                1 => ("changed", "Last Name, Email Address"),
                _ => ("moved to mu 2", "the team lacks WFM Advanced"),
            };
            ExpectedRow {
                name: person.name,
                href: format!("/employees/{}", person.id),
                agent_number: person.agent_number,
                what: what.into(),
                departs: index % 3 == 2,
                why: why.into(),
            }
        })
        .collect();
    let forecast = ForecastPage {
        link_href: "/wfm/1".into(),
        link: "NICE IEX".into(),
        departed_unit: "2".into(),
        arriving: if empty { 0 } else { 5 },
        changing: if empty { 0 } else { 5 },
        departing: if empty { 0 } else { 4 },
        unchanged: 12,
        unseen: 0,
        stops: wish.is("stops"),
        is_on: !wish.is("off"),
        rows,
        shell: wish.shell,
    };
    page(forecast.render())
}

pub(crate) async fn kept(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Wfm, "/wfm/1/kept", &query, &headers);
    let rows: Vec<KeptRow> = (0..if wish.is("empty") { 0 } else { 12 })
        .map(|index| {
            let person = row(index);
            KeptRow {
                agent_number: person.agent_number,
                name: person.name,
                href: (index != 3).then(|| format!("/employees/{}", person.id)),
                since: ago(4_200),
            }
        })
        .collect();
    let kept = KeptPage {
        link_href: "/wfm/1".into(),
        link: "NICE IEX".into(),
        departed_unit: "2".into(),
        all: 48,
        pager: Pager::default(),
        rows,
        shell: wish.shell,
    };
    page(kept.render())
}

pub(crate) async fn off(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Wfm, "/wfm/1/off", &query, &headers);
    let refused = wish.is("refused").then(|| {
        "Synchronization is switched off with a reason only: 3 to 500 characters in one line, which agents read in \
         place of their schedule."
            .to_owned()
    });
    let off = SwitchOffPage {
        link_href: "/wfm/1".into(),
        link: "NICE IEX".into(),
        business_unit: "Northwind Oslo".into(),
        present: 198,
        due: 3,
        refused,
        reason: String::new(),
        shell: wish.shell,
    };
    page(off.render())
}

pub(crate) async fn remove(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Wfm, "/wfm/1/remove", &query, &headers);
    let refused = wish.is("refused").then(|| {
        "People, states or intervals were sent to the WFM as acd 4471 or may have been, and without the link nobody \
         would keep them in step; switch it off instead."
            .to_owned()
    });
    let removal = RemovalPage {
        link_href: "/wfm/1".into(),
        link: "IEX WFM 4471".into(),
        business_unit: "Northwind Oslo".into(),
        address: "https://wfm.example.com".into(),
        due: 12,
        refused,
        shell: wish.shell,
    };
    page(removal.render())
}

pub(crate) async fn put_back(
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Html<String> {
    let wish = wish(Section::Wfm, "/wfm/1/put-back", &query, &headers);
    let put_back = PutBackPage {
        link_href: "/wfm/1".into(),
        link: "IEX WFM 4471".into(),
        people: 48,
        named: vec![
            ("/employees/1".into(), "Ingrid Berg".into()),
            ("/employees/2".into(), "Ana Novak".into()),
        ],
        more: 46,
        others: 3,
        shell: wish.shell,
    };
    page(put_back.render())
}

const FILES_HINT: &str = "The WFM reads a file when it looks, and acknowledges it within 30 minutes; until then the run \
    waits, and nothing is wrong. It is compared with what it holds only while an export of its agents lies there.";
