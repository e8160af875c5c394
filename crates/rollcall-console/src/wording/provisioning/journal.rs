//! What is said of a request that an identity provider made.

use rollcall_app::journal::RequestEntry;

use crate::percent::decoded;
use crate::view::badge::{Badge, Tone};
use crate::view::provisioning::journal::RequestRow;

/// A request as a row.
pub(crate) fn row(entry: RequestEntry) -> RequestRow {
    let tone = match entry.status {
        ..300 => Tone::Ok,
        300..400 => Tone::Neutral,
        400..500 => Tone::Attention,
        _ => Tone::Failed,
    };
    // A refused part of a request that went through as a whole.
    let tone = if entry.refusal.is_some() && tone == Tone::Ok { Tone::Attention } else { tone };
    let is_person = entry.target.starts_with("/Users") && entry.status < 300;
    RequestRow {
        key: format!("{}-{}", entry.at.as_microsecond(), entry.took_us),
        at: entry.at,
        did: did(&entry),
        why: entry.detail,
        href: entry.resource.filter(|_| is_person).map(|id| format!("/employees/{id}")),
        badge: Badge::new(tone, entry.status.to_string()),
        method: entry.method,
        target: decoded(&entry.target.replace('+', " ")).unwrap_or(entry.target),
        took: took(entry.took_us),
        client: entry.client,
        sent: entry.sent,
        ignored: entry.ignored,
    }
}

fn did(entry: &RequestEntry) -> String {
    let noun = if entry.target.starts_with("/Groups") { "group" } else { "user" };
    match entry.effect.as_str() {
        "created" => format!("Made a {noun}"),
        "restored" => "Brought a user back".to_owned(),
        "took over" => "Took over a person who was here".to_owned(),
        "changed" => format!("Changed the {noun}"),
        "activated" => "Activated the user".to_owned(),
        "deactivated" => "Deactivated the user".to_owned(),
        "unchanged" => "Nothing to change".to_owned(),
        "deleted" if noun == "user" => "Deactivated and hid the user".to_owned(),
        "deleted" => "Deleted the group".to_owned(),
        "read" => "Read".to_owned(),
        "refused" => "Refused".to_owned(),
        "failed" => "Failed".to_owned(),
        other => capitalised(other),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn took(us: i64) -> String {
    match us {
        ..1_000 => "< 1 ms".to_owned(),
        1_000..1_000_000 => format!("{} ms", us / 1_000),
        _ => format!("{}.{} s", us / 1_000_000, us % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn entry(target: &str, status: u16, effect: &str) -> RequestEntry {
        RequestEntry {
            at: Timestamp::UNIX_EPOCH,
            method: "POST".into(),
            target: target.into(),
            status,
            took_us: 1_512_000,
            effect: effect.into(),
            resource: Some("7".into()),
            refusal: None,
            detail: None,
            sent: None,
            client: String::new(),
            ignored: Vec::new(),
        }
    }

    #[test]
    fn each_request_says_what_it_did() {
        let made = row(entry("/Users", 201, "created"));
        assert_eq!(
            (made.did.as_str(), made.href.as_deref()),
            ("Made a user", Some("/employees/7"))
        );
        assert_eq!(made.took, "1.5 s");
        let found = row(entry("/Users?filter=userName+eq+%22a%22", 200, "found 1"));
        assert_eq!(
            (found.did.as_str(), found.target.as_str()),
            ("Found 1", "/Users?filter=userName eq \"a\"")
        );
        for (effect, said) in [
            ("changed", "Changed the user"),
            ("activated", "Activated the user"),
            ("deactivated", "Deactivated the user"),
        ] {
            assert_eq!(row(entry("/Users/7", 200, effect)).did, said);
        }
        let gone = row(entry("/Groups/7", 404, "refused"));
        assert_eq!((gone.did.as_str(), gone.href), ("Refused", None));
        let part = RequestEntry {
            refusal: Some("uniqueness".into()),
            ..entry("/Bulk", 200, "1 operations done, 1 refused")
        };
        assert_eq!(row(part).badge.tone, Tone::Attention);
    }
}
