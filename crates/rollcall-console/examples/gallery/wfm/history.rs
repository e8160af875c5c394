//! Made-up quarters of an hour, and a file of history that is brought.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Html;

use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::choice::Choice;
use rollcall_console::view::shell::Section;
use rollcall_console::view::wfm::history::{
    Bar, FeedWords, HistoryImportPage, HistoryPage, ImportQueue, ImportWords, QuarterRow,
};

use crate::sample::{ago, name};
use crate::{page, wish};

type Asked = Query<HashMap<String, String>>;

const COLUMNS: [&str; 8] = [
    "Logged in",
    "Waiting",
    "Incoming",
    "Outgoing",
    "Work after",
    "Paused",
    "Contacts in",
    "Contacts out",
];

fn quarter(number: u64) -> QuarterRow {
    let load = 4 + (number * 7) % 9;
    let cells = ["2:15:00", "34:10", "58:20", "9:05", "12:40", "20:45"].map(str::to_owned);
    let counts = [(load * 3).to_string(), (load / 2).to_string()];
    let sent = match number {
        47 => Badge::new(Tone::Neutral, "Not sent"),
        46 => Badge::new(Tone::Waiting, "Being corrected"),
        36 => Badge::new(Tone::Ok, "Corrected 2×"),
        _ => Badge::new(Tone::Ok, "Sent"),
    };
    QuarterRow {
        clock: format!("{:02}:{:02}", number / 4, number % 4 * 15),
        number: i64::try_from(number).unwrap_or_default(),
        cells: cells.into_iter().chain(counts).collect(),
        counted_by: if number < 40 { "uccx-prague" } else { "Rollcall" }.into(),
        sent,
        sent_at: (number != 47).then(|| ago(i64::try_from(48 - number).unwrap_or(0) * 900)),
    }
}

fn bar(number: u64) -> Bar {
    let talk = 20 + (number * 17) % 40;
    let parts = vec![
        ("q-talk", 100 - talk, talk),
        ("q-work", 92 - talk, 8),
        ("q-wait", 76 - talk, 16),
        ("q-pause", 66 - talk, 10),
    ];
    Bar { x: number * 8, parts, title: format!("Quarter {number}") }
}

pub(crate) async fn day(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Wfm, "/wfm/1/history", &query, &headers);
    let numbers = if wish.is("empty") { 0..0 } else { 32..48 };
    let problem =
        "The WFM cannot be reached or fails: it answered 500. Nothing is lost; it is tried again.";
    let feed = if wish.is("failed") {
        FeedWords {
            badge: Badge::new(Tone::Failed, "Failing"),
            says: "14 intervals wait.".into(),
            sent_at: Some(ago(12_600)),
            problem: Some(problem.into()),
        }
    } else {
        FeedWords {
            badge: Badge::new(Tone::Ok, "On"),
            says: "An interval is sent 120 s after its end, and again when something in it comes late."
                .into(),
            sent_at: Some(ago(240)),
            problem: None,
        }
    };
    let choice = |index: usize| Choice { value: index.to_string(), label: name(index) };
    let sum = ["36:00:00", "9:06:40", "15:33:20", "2:25:20", "3:22:40", "5:32:00", "384", "62"];
    let history = HistoryPage {
        shell: wish.shell,
        link_href: "/wfm/1".into(),
        link: "NICE IEX".into(),
        feed,
        kind: "agents".into(),
        date: "2026-11-21".into(),
        previous: "2026-11-20".into(),
        next: None,
        time_zone: "Europe/Prague".into(),
        quarters: 96,
        is_delivered: true,
        subjects: (0..8).map(choice).collect(),
        subject: String::new(),
        columns: COLUMNS.to_vec(),
        rows: numbers.clone().map(quarter).collect(),
        sum: sum.map(str::to_owned).to_vec(),
        bars: numbers.map(bar).collect(),
        legend: vec![
            ("q-talk", "with contacts"),
            ("q-work", "work after contacts"),
            ("q-wait", "waiting"),
            ("q-pause", "paused"),
        ],
        chart_says: "16 quarters of an hour in which something happened.".into(),
    };
    page(history.render())
}

pub(crate) async fn import(Query(query): Asked, headers: HeaderMap) -> Html<String> {
    let wish = wish(Section::Wfm, "/wfm/1/history/import", &query, &headers);
    let queue = |queue: &str, is_new| ImportQueue {
        queue: queue.into(),
        is_new,
        first: ago(16 * 86_400),
        end: ago(86_400),
        intervals: 1_440,
        offered: 8_214,
    };
    let plan = ImportWords {
        queues: vec![queue("Sales", false), queue("Support in the evening", true)],
        intervals: 2_880,
        replaced: 1_440,
        counted: 17,
        is_sent: true,
    };
    let faults = vec![
        (Some(2), "aht is no whole number from 0 to 86400.".to_owned()),
        (Some(17), "answered is empty; every field is mandatory.".to_owned()),
        (None, "the queue Sales has 14 of the 15 days that are needed at least.".to_owned()),
    ];
    let import = HistoryImportPage {
        history_href: "/wfm/1/history".into(),
        business_unit: "Berlin".into(),
        columns: "start,queue,offered,answered,abandoned,aht".into(),
        content: String::new(),
        faults: if wish.is("refused") { faults } else { Vec::new() },
        has_more_faults: false,
        plan: wish.is("plan").then_some(plan),
        shell: wish.shell,
    };
    page(import.render())
}
