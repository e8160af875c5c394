//! Made-up people, where they stand, what they do, and what happened to them.

use jiff::{SignedDuration, Timestamp, Unit};

use rollcall_console::view::agent_state::PastState;
use rollcall_console::view::audit::{AuditEntry, Change, FieldChange};
use rollcall_console::view::badge::{Badge, Tone};
use rollcall_console::view::people::at_acd::AtAcd;
use rollcall_console::view::people::employees::EmployeeRow;
use rollcall_console::view::span::Span;
use rollcall_console::view::standing::Standing;
use rollcall_console::view::timeline::{Axis, Hour};

const FIRST: [&str; 12] = [
    "Amara",
    "Jonas",
    "Priya",
    "Mateo",
    "Ingrid",
    "Kwame",
    "Yuki",
    "Léa",
    "Tomasz",
    "Nadia",
    "Oluwaseun",
    "Siobhán",
];
const LAST: [&str; 11] = [
    "Okafor",
    "Lindqvist",
    "Raman",
    "Fernández",
    "Berg",
    "Mensah",
    "Tanaka",
    "Moreau",
    "Kowalski",
    "Haddad",
    "Featherstonehaugh-Wellington",
];

/// A while ago.
pub(crate) fn ago(seconds: i64) -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "the gallery shows made-up times around now")]
    let now = Timestamp::now();
    let then = now.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(now);
    then.round(Unit::Second).unwrap_or(then)
}

fn pick<'a>(from: &[&'a str], index: usize) -> &'a str {
    from.get(index % from.len()).copied().unwrap_or_default()
}

/// The name of the person with this number.
pub(crate) fn name(index: usize) -> String {
    format!("{} {}", pick(&FIRST, index * 7 + index / 12), pick(&LAST, index * 5 + index / 11))
}

/// Where the person with this number stands.
pub(crate) fn standing(index: usize) -> Standing {
    let since = ago(i64::try_from(index).unwrap_or_default() * 137 + 11);
    match index % 23 {
        4 => Standing::Waiting { since, why: "The WFM has not answered yet.".into(), leaves: false, until: None },
        11 => Standing::Waiting { since, why: String::new(), leaves: false, until: Some(ago(-432)) },
        9 => Standing::Failed {
            since,
            why: "The WFM says: external id E-20417 is taken by another agent. Free it there or change it at Okta.".into(),
            attempts: 4,
        },
        15 => Standing::Held {
            since,
            why: "The run would move more than 10 % of all to mu 2.".into(),
            run_href: "/wfm/1/runs/1?state=held".into(),
        },
        13 => Standing::Kept { since, href: "/wfm/1/kept".into() },
        17 => Standing::NotSent { why: "The team Back office lacks the feature WFM Advanced.".into() },
        _ => Standing::InStep { since, after: Some(Span(412)) },
    }
}

/// A row of the list.
pub(crate) fn row(index: usize) -> EmployeeRow {
    let name = name(index);
    let slug: String = name.to_lowercase().replace(' ', ".");
    let active = index % 13 != 12;
    let seconds = i64::try_from(index * index).unwrap_or_default() * 41 + 8;
    EmployeeRow {
        id: format!("01990f4e-6f0a-7d53-9a51-{index:012}"),
        version: u64::from(index == 3) * (ago(0).as_second().unsigned_abs() / 3),
        username: format!("{slug}@northwind.example"),
        name,
        agent_number: 100_200 + u64::try_from(index).unwrap_or_default(),
        team: pick(&["Billing", "Technical support", "Retention", "Back office"], index / 3).into(),
        source: pick(&["Okta", "Okta", "Entra ID", "Local"], index).into(),
        active,
        standing: Some(if active {
            standing(index).badge()
        } else {
            Badge::new(Tone::Neutral, "Out")
        }),
        changed_at: ago(seconds),
    }
}

/// What the made-up person does.
pub(crate) fn at_acd(active: bool) -> AtAcd {
    if !active {
        let state = Badge::new(Tone::Neutral, "Logged out");
        return AtAcd { state, since: Some(ago(3_000)), ..AtAcd::default() };
    }
    let past = |tone, word: &str, seconds, ms| PastState {
        state: Badge::new(tone, word),
        began_at: ago(seconds),
        lasted: Span(ms),
    };
    AtAcd {
        state: Badge::new(Tone::Neutral, "Unavailable: Lunch"),
        since: Some(ago(600)),
        due: Some((ago(-6_600), "is logged out at".into())),
        next: None,
        log_out_href: Some("/employees/3/log-out".into()),
        past: vec![
            past(Tone::Attention, "After contact: Notes", 640, 40_000),
            past(Tone::Waiting, "Inbound call", 1_020, 380_000),
            past(Tone::Ok, "Available", 1_400, 380_000),
            past(Tone::Neutral, "Unavailable", 1_412, 12_000),
        ],
    }
}

/// The time after so many minutes of a day.
pub(crate) fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The hours of a day's picture.
pub(crate) fn axis(now: Option<i64>) -> Axis {
    let every = |hour| match hour {
        8 | 16 => "h8",
        12 => "h4",
        _ => "h2",
    };
    let hours = (8..=18).step_by(2);
    Axis {
        shown_min: (480, 1_080),
        hours: hours
            .map(|hour| Hour { minute: hour * 60, label: clock(hour * 60), every: every(hour) })
            .collect(),
        now: now.map(|minute| (minute, clock(minute))),
        zone: "Europe/Berlin".into(),
    }
}

/// Made-up history, also the audit's.
pub(crate) fn history(many: i64) -> Vec<AuditEntry> {
    let entry =
        |index: i64, what: &str, actor: &str, kind: &str, changes: &[(&str, &str, &str)]| {
            AuditEntry {
                id: format!("h{index}"),
                at: ago(5_400 + index * 40_000),
                actor: actor.into(),
                actor_kind: kind.into(),
                what: what.into(),
                subject: "Ingrid Berg-Hansen".into(),
                subject_href: Some("/employees/3".into()),
                changes: changes
                    .iter()
                    .map(|(field, before, after)| FieldChange {
                        field: (*field).into(),
                        change: Change::Value {
                            before: (!before.is_empty()).then(|| (*before).into()),
                            after: (!after.is_empty()).then(|| (*after).into()),
                        },
                    })
                    .collect(),
            }
        };
    let kinds = [
        entry(0, "Changed", "Okta", "SCIM connection", &[("Last name", "Berg", "Berg-Hansen")]),
        entry(1, "Changed", "Ada Lovelace", "Administrator", &[("Team", "Billing", "Retention")]),
        entry(
            2,
            "Came back",
            "Okta",
            "SCIM connection",
            &[("Status", "Deactivated", "Active"), ("Activation date", "2025-11-01", "2026-03-02")],
        ),
        entry(3, "Deactivated", "Okta", "SCIM connection", &[("Status", "Active", "Deactivated")]),
        entry(
            4,
            "Joined",
            "Okta",
            "SCIM connection",
            &[
                ("Username", "", "ingrid.berg@northwind.example"),
                ("First name", "", "Ingrid"),
                ("Last name", "", "Berg"),
                ("E-mail", "", "ingrid.berg@northwind.example"),
                ("Team", "", "Billing"),
            ],
        ),
    ];
    (0..many)
        .zip(kinds.into_iter().cycle())
        .map(|(index, entry)| AuditEntry {
            id: format!("h{index}"),
            at: ago(5_400 + index * 40_000),
            ..entry
        })
        .collect()
}
