//! How connections and links fare, with the cause and what to do.

use jiff::Timestamp;
use rollcall_app::access_key;
use rollcall_app::scim_connection::{ConnectionDetail, ends_soon};
use rollcall_app::wfm::{Health, LinkDetail, Tally, WfmLink};

use super::number;
use crate::error::sentence;
use crate::view::badge::{Badge, Tone};
use crate::view::count::people;

/// A state, a sentence, and the moment that the sentence ends with.
pub(crate) struct Fares {
    pub(crate) badge: Badge,
    pub(crate) says: String,
    pub(crate) at: Option<Timestamp>,
}

/// How a SCIM connection fares.
pub(crate) fn connection(detail: &ConnectionDetail, now: Timestamp) -> Fares {
    let live: Vec<_> = detail.tokens.iter().filter(|token| token.is_live(now)).collect();
    let keys = || detail.keys.iter().filter(|owned| owned.key.revoked_at.is_none());
    let others =
        keys().count() + detail.applications.iter().filter(|it| it.revoked_at.is_none()).count();
    let at = last_used(detail);
    let stopped = keys().filter_map(access_key::end).next();
    let (badge, says) = if let Some(end) = stopped {
        let says =
            format!("{end} The key and its tokens are refused until the employee is active again.");
        (Badge::new(Tone::Attention, "Key stopped"), says)
    } else if live.is_empty() && others == 0 {
        let says = "It has no live token, access key or application, so its identity provider is not let in. Make one and enter it there.";
        (Badge::new(Tone::Attention, "No token"), says.to_owned())
    } else if others == 0 && live.iter().all(|token| ends_soon(token, now)) {
        let says = "Its token expires within 30 days. Make a second one and enter it there.";
        (Badge::new(Tone::Attention, "Token expires"), says.to_owned())
    } else if at.is_none() {
        (Badge::new(Tone::Neutral, "Never used"), "Nothing has come in yet.".to_owned())
    } else {
        (Badge::new(Tone::Ok, "Healthy"), String::new())
    };
    let heard = match (at, says.is_empty()) {
        (None, _) => says,
        (Some(_), true) => "Last heard".to_owned(),
        (Some(_), false) => format!("{says} Last heard"),
    };
    Fares { badge, says: heard, at }
}

/// When anything of a connection's was last used.
pub(crate) fn last_used(detail: &ConnectionDetail) -> Option<Timestamp> {
    let tokens = detail.tokens.iter().filter_map(|token| token.last_used_at);
    let keys = detail.keys.iter().filter_map(|owned| owned.key.last_used_at);
    let applications = detail.applications.iter().filter_map(|it| it.last_used_at);
    tokens.chain(keys).chain(applications).max()
}

/// How a WFM link fares whose run waits for an answer, as one does that goes by files.
pub(crate) fn waiting(detail: &LinkDetail) -> Option<Fares> {
    let run = detail.runs.first().filter(|run| run.state == "running")?;
    let says = run.reason.clone()?;
    let is_well = detail.link.enabled && detail.link.health == Health::Well;
    let badge = Badge::new(Tone::Waiting, "Waiting");
    is_well.then(|| Fares { badge, says: format!("{says} Since"), at: Some(run.started_at) })
}

/// How a WFM link fares whose WFM last answered a run then.
pub(crate) fn link(link: &WfmLink, tally: &Tally, answered_at: Option<Timestamp>) -> Fares {
    let reason = link.health_reason.as_deref().map(sentence).unwrap_or_default();
    let (badge, says) = match (link.enabled, link.health) {
        (false, _) => {
            let says = "The link is off: nothing is sent, and agents cannot see their schedules."
                .to_owned();
            (Badge::new(Tone::Attention, "Off"), says)
        }
        (true, Health::Failing) => {
            let waiting = people(number(tally.due));
            let says = format!(
                "{reason} {waiting} wait; they go out by themselves when it answers. Since"
            );
            (Badge::new(Tone::Failed, "No answer"), says)
        }
        (true, Health::Held) => {
            let says = format!(
                "A run waits for a decision: it would move {} to mu {}. Since",
                people(number(link.held_departures)),
                link.units.departed
            );
            (Badge::new(Tone::Attention, "Held"), says)
        }
        (true, Health::Well) if tally.failed > 0 => {
            let says = format!(
                "The WFM refuses {}. Healthy otherwise since",
                people(number(tally.failed))
            );
            (Badge::new(Tone::Attention, "Refusals"), says)
        }
        (true, Health::Well) if answered_at.is_none() => {
            let says = "No run has asked the WFM yet: nobody was sent since".to_owned();
            (Badge::new(Tone::Neutral, "Not asked yet"), says)
        }
        (true, Health::Well) => (Badge::new(Tone::Ok, "Healthy"), "Healthy since".to_owned()),
    };
    Fares { badge, says, at: link.enabled.then_some(link.health_since) }
}
