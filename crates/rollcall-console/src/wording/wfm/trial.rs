//! What a try of a WFM showed, and why it failed, in words with a way on.

use rollcall_app::ChangeError;
use rollcall_app::wfm::{Met, Trial, TrialError, Unreached, WfmLink};
use rollcall_domain::wfm::Counted as Found;

use super::transport;
use crate::error::sentence;
use crate::view::wfm::way::{Counted, FirstRun, Tried, WayRefusal};
use crate::wording::number;

/// What was seen there.
pub(crate) fn tried(link: &WfmLink, met: &Met, ticket: &str) -> Tried {
    Tried {
        way: transport::way(&link.transport).to_owned(),
        address: link.base_url.clone(),
        total: met.read.map(|_| number(met.total)),
        unseen: met.read.map_or(0, |read| number(met.total - read - met.strangers)),
        strangers: number(met.strangers),
        ticket: ticket.to_owned(),
    }
}

/// What would happen at first.
pub(crate) fn first_run(trial: &Trial) -> FirstRun {
    let (first, link) = (&trial.first, &trial.link);
    FirstRun {
        arriving: counted(&first.arriving),
        matching: counted(&first.matching),
        overwritten: counted(&first.overwritten),
        departing: counted(&first.departing),
        unsent: number(first.unsent),
        stops: trial.stops,
        share_percent: number(link.brake.share_percent),
        units: (link.units.arrived.clone(), link.units.departed.clone()),
    }
}

/// As many are named in a sentence.
const NAMED: usize = 5;

fn counted(found: &Found) -> Counted {
    let names = found.named.iter().take(NAMED);
    Counted {
        count: number(found.count),
        names: names.map(|(agent, name)| format!("{name} ({agent})")).collect(),
    }
}

/// Why there is no link, and the way on. A failure of ours is no refusal.
pub(crate) fn refusal(error: &TrialError) -> Option<WayRefusal> {
    let (what, way_on) = match error {
        TrialError::Change(ChangeError::Storage(_)) => return None,
        TrialError::Change(refusal) => (sentence(&refusal.to_string()), ""),
        TrialError::Unreached(unreached) => return Some(of_wfm(unreached)),
    };
    Some(WayRefusal { what, way_on: way_on.to_owned(), host_key: None })
}

fn of_wfm(unreached: &Unreached) -> WayRefusal {
    let (what, way_on) = match unreached {
        Unreached::Refused(reason) => (
            format!("It was not called: {reason}."),
            "Correct what stands there. Addresses of this machine and of private networks are called only where the \
             operator permits them, under [outbound] in the configuration.",
        ),
        Unreached::HostKey { .. } => (
            "The server's key is not the one that was given, so it was told nothing. It showed:"
                .to_owned(),
            "Compare this with what the server's people say (ssh-keygen -lf on its public key). If it is the same, copy \
             it into the field.",
        ),
        Unreached::Silent(reason) => (
            format!("The WFM cannot be reached or fails: {reason}."),
            "Check the address, and whether the WFM lets this server in; then try again.",
        ),
        Unreached::Credentials(reason) => (
            format!("The WFM refuses the credentials: {reason}."),
            "Check the name and the secret; the people of the WFM give them out.",
        ),
        Unreached::Unknown(reason) => (
            format!("The WFM does not know what it is asked for: {reason}."),
            "Check the ACD ID, and the address or the place.",
        ),
        Unreached::Strange(reason) => (
            format!("What answers there is no such WFM: {reason}."),
            "Check that the address is the WFM's interface, not its web page.",
        ),
    };
    let host_key = match unreached {
        Unreached::HostKey { found } => Some(found.clone()),
        _ => None,
    };
    WayRefusal { what, way_on: way_on.to_owned(), host_key }
}
