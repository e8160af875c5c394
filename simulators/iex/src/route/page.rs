//! `GET /`: the agents for a person's eyes (`CONTRACT.md` §6). One self-contained page, written by
//! hand: a simulator has no template engine. Every value is escaped by [`Escaped`].

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::{self, Write as _};

use axum::extract::{Query, State};
use axum::response::Html;
use serde::Deserialize;

use crate::agent::{Agent, Mu};
use crate::clock;
use crate::shared::Shared;
use crate::store::Key;

/// How many agents of an acd are shown.
const SHOWN: usize = 100;
/// How many agents are looked at under one lock.
const STRETCH: usize = 1_000;
/// How long a change is tinted.
const FRESH_MS: i64 = 6_000;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

#[derive(Deserialize)]
pub(crate) struct Parameters {
    #[serde(default)]
    q: String,
    #[serde(default)]
    still: String,
}

pub(crate) async fn agents(
    State(shared): State<Shared>,
    Query(parameters): Query<Parameters>,
) -> Html<String> {
    let acds = shared.wfm().store.acds();
    let mut html = String::new();
    for acd in acds {
        let shown = look_up(&shared, &acd, &parameters.q.to_lowercase()).await;
        section(&mut html, &acd, &shown, &parameters.q);
    }
    if html.is_empty() {
        html.push_str(
            "<section class=empty><h2>No agents yet</h2><p>This WFM has not been written to. \
             Agents appear here when they are synchronized.</p></section>",
        );
    }
    Html(document(&html, &parameters))
}

/// What is shown of an acd: the newest changes first.
struct Shown {
    agents: Vec<(i64, Agent)>,
    matches: usize,
    total: usize,
}

async fn look_up(shared: &Shared, acd: &str, query: &str) -> Shown {
    let mut newest: BinaryHeap<Reverse<(i64, Key)>> = BinaryHeap::new();
    let (mut matches, mut after) = (0_usize, None);
    let total = loop {
        let page = shared.wfm().store.page(acd, after.as_ref(), STRETCH);
        for (key, record) in &page.rows {
            if query.is_empty() || says(&record.unpack(acd, &key.uuid), query) {
                matches += 1;
                newest.push(Reverse((record.changed_ms, key.clone())));
                if newest.len() > SHOWN {
                    newest.pop();
                }
            }
        }
        after = page.rows.into_iter().next_back().map(|(key, _)| key);
        if !page.more {
            break page.total;
        }
        // 100,000 agents are looked at in stretches, between which others are served.
        tokio::task::yield_now().await;
    };
    let wfm = shared.wfm();
    let agents = newest
        .into_sorted_vec()
        .into_iter()
        .filter_map(|Reverse((changed_ms, key))| {
            Some((changed_ms, wfm.store.record(acd, &key)?.unpack(acd, &key.uuid)))
        })
        .collect();
    Shown { agents, matches, total }
}

fn says(agent: &Agent, query: &str) -> bool {
    let name = format!("{} {}", agent.first_name, agent.last_name);
    let optional = [agent.personal_id.as_deref(), agent.external_id.as_deref()];
    [agent.uuid.as_str(), &name, &agent.email_address]
        .into_iter()
        .chain(optional.into_iter().flatten())
        .any(|text| text.to_lowercase().contains(query))
}

fn section(html: &mut String, acd: &str, shown: &Shown, query: &str) {
    let (acd, total, matches) = (Escaped(acd), shown.total, shown.matches);
    let count = if query.is_empty() {
        format!("{total} agents")
    } else {
        format!("{matches} of {total} agents match")
    };
    let rest = if matches > SHOWN {
        format!(", the {SHOWN} changed last are shown")
    } else {
        String::new()
    };
    html.push_str(&format!(
        "<section data-acd=\"{acd}\"><h2>acd {acd} <small>{count}{rest}</small></h2><div class=scroll>\
         <table><thead><tr><th>UUID<th>Name<th>Email Address<th>AgentStateDate<th>Personal ID\
         <th>External ID<th>mu<th>Changed</tr></thead><tbody>"
    ));
    let now_ms = clock::now().as_millisecond();
    for (changed_ms, agent) in &shown.agents {
        row(html, agent, now_ms.saturating_sub(*changed_ms));
    }
    html.push_str("</tbody></table></div></section>");
}

fn row(html: &mut String, agent: &Agent, age_ms: i64) {
    let fresh = if age_ms < FRESH_MS { " class=fresh" } else { "" };
    let (mu_class, mu_word) = match agent.mu {
        Mu::New => ("mu1", "in the ACD"),
        Mu::Changed => ("mu2", "not in the ACD"),
        Mu::Other(_) => ("mu1", "another unit"),
    };
    let optional = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
    // Writing into a String cannot fail.
    let _ = write!(
        html,
        "<tr{fresh} data-uuid=\"{uuid}\"><td class=num>{uuid}<td><b>{first} {last}</b><td>{email}\
         <td class=num>{date}<td class=id>{personal}<td class=id>{external}\
         <td><span class={mu_class}>{mu} · {mu_word}</span><td class=num>{age}</tr>",
        uuid = Escaped(&agent.uuid),
        first = Escaped(&agent.first_name),
        last = Escaped(&agent.last_name),
        email = Escaped(&agent.email_address),
        date = Escaped(&agent.agent_state_date),
        personal = Escaped(&optional(&agent.personal_id)),
        external = Escaped(&optional(&agent.external_id)),
        mu = agent.mu,
        age = ago(age_ms),
    );
}

fn ago(age_ms: i64) -> String {
    match age_ms / 1000 {
        ..=0 => "now".to_owned(),
        seconds @ 1..=119 => format!("{seconds} s ago"),
        seconds @ 120..=7199 => format!("{} min ago", seconds / 60),
        seconds @ 7200..=172_799 => format!("{} h ago", seconds / 3600),
        seconds => format!("{} days ago", seconds / 86_400),
    }
}

fn document(sections: &str, parameters: &Parameters) -> String {
    let still = parameters.still == "1";
    // The script refreshes without taking the cursor out of the search box; without scripts the
    // browser does it, box and all.
    let refresh = if still {
        String::new()
    } else {
        format!("<noscript><meta http-equiv=refresh content=2></noscript><script>{SCRIPT}</script>")
    };
    let keep_still = if still { "<input type=hidden name=still value=1>" } else { "" };
    let query = Escaped(&parameters.q);
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Simulated IEX WFM</title>\
         <meta name=viewport content=\"width=device-width, initial-scale=1\">\
         <meta name=color-scheme content=\"light dark\">\
         <link rel=icon href=\"data:,\"><style>{STYLE}</style>{refresh}</head><body>\
         <header><h1>Simulated IEX WFM</h1><p>What the workforce management has been told. \
         A simulation; its interface is not NICE's.</p>\
         <form role=search><label>Search <input type=search name=q value=\"{query}\" \
         placeholder=\"Name, e-mail, UUID\"></label>{keep_still}<button>Search</button></form>\
         </header><main>{sections}</main></body></html>"
    )
}

/// A text in HTML, good as content and in a quoted attribute.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '&' => f.write_str("&amp;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            c => f.write_char(c),
        })
    }
}
