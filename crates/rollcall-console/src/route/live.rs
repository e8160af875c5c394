//! The stream of hints to an open page.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::StreamExt;
use futures_util::stream;
use rollcall_app::agent::AgentFollower;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::console::Console;
use crate::hint::Seen;
use crate::visit::Visit;

/// Hints of one kind follow each other at this distance at the least; what happens between them is one hint.
const DISTANCE: Duration = Duration::from_millis(1_000);
/// A stream ends after this long; the browser opens the next one, and the session is asked for again.
const LIFE: Duration = Duration::from_secs(300);
/// Proxies close connections that say nothing for a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(25);

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    seen: String,
}

struct Open {
    hints: watch::Receiver<Seen>,
    agents: AgentFollower,
    /// Whether somebody at the ACD changed since the page was told, or since it was made.
    agents_changed: bool,
    seen: Seen,
    not_before: Instant,
    end: Instant,
}

pub(super) async fn stream(
    State(console): State<Console>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> impl IntoResponse {
    let (agents, seen) =
        (console.app.follow_agents(visit.viewer.tenant), Seen::from_text(&asked.seen));
    let open = Open {
        hints: console.hints.subscribe(visit.viewer.tenant),
        agents_changed: seen.agents != console.hints.seen(visit.viewer.tenant).agents,
        agents,
        seen,
        not_before: Instant::now(),
        end: Instant::now() + LIFE,
    };
    let events = stream::unfold(open, next)
        .flat_map(|kinds| {
            stream::iter(kinds.into_iter().map(|kind| Ok::<_, Infallible>(event(kind))))
        })
        .take_until(console.settings.closing.clone().cancelled_owned());
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// Waits until there is something that the page has not seen, and says of which kinds. `None` ends the stream.
async fn next(mut open: Open) -> Option<(Vec<&'static str>, Open)> {
    sleep_until(open.not_before).await;
    loop {
        let now = *open.hints.borrow_and_update();
        let mut kinds: Vec<&'static str> = open.seen.behind(now).collect();
        if open.agents.skip() || open.agents_changed {
            kinds.push("agents");
        }
        if !kinds.is_empty() {
            (open.seen, open.agents_changed) = (now, false);
            open.not_before = Instant::now() + DISTANCE;
            return Some((kinds, open));
        }
        tokio::select! {
            changed = open.hints.changed() => changed.ok()?,
            news = open.agents.next() => {
                news?;
                open.agents_changed = true;
            }
            () = sleep_until(open.end) => return None,
        }
    }
}

fn event(kind: &str) -> Event {
    Event::default().event(kind).data("changed")
}
