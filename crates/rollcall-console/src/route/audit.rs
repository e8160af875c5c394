//! The audit trail.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rollcall_app::audit::AuditQuery;
use rollcall_domain::AuditEntryId;
use serde::Deserialize;

use crate::console::Console;
use crate::error::ConsoleError;
use crate::percent::encoded;
use crate::view::audit::{AuditFilter, AuditPage};
use crate::view::choice::Choice;
use crate::view::pager::Pager;
use crate::view::shell::Section;
use crate::visit::Visit;
use crate::wording::audit as words;
use crate::wording::name::Names;

const PAGE: usize = 50;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    actor: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    before: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let tenant = visit.viewer.tenant;
    let query = AuditQuery {
        subject: asked.subject.clone(),
        actor: asked.actor.clone(),
        action: asked.kind.clone(),
        before: asked.before.parse().ok().or_else(|| day_end(&asked.to).and_then(first_id)),
    };
    let found = console.app.audit(tenant, query, PAGE).await?;
    let actors = found
        .names
        .iter()
        .map(|(actor, name)| Choice { value: actor.to_string(), label: name.clone() })
        .chain([Choice { value: "system".to_owned(), label: "Rollcall".to_owned() }])
        .collect();
    let names = Names::default().with_actors(found.names).with_texts(found.places.into_iter());
    let from = day_start(&asked.from);
    let total = found.entries.len();
    let entries: Vec<_> = found
        .entries
        .iter()
        .filter(|entry| from.is_none_or(|from| entry.at >= from))
        .map(|entry| {
            let mut told = words::entry(entry, &names);
            let subject = (entry.subject_kind.clone(), entry.subject_id.clone());
            told.subject_href = told.subject_href.filter(|_| !found.gone.contains(&subject));
            told
        })
        .collect();
    // Entries are in the order of time: once some are too old, all that follow are.
    let has_next = found.has_next && entries.len() == total;
    let pager = pager(&asked, entries.last().map(|last| last.id.clone()).filter(|_| has_next));
    let page = AuditPage {
        shell: visit.shell(Section::Audit),
        filter: AuditFilter {
            actor: asked.actor,
            kind: asked.kind,
            subject: asked.subject,
            from: asked.from,
            to: asked.to,
        },
        actors,
        kinds: words::KINDS
            .iter()
            .map(|(value, label)| Choice { value: (*value).to_owned(), label: (*label).to_owned() })
            .collect(),
        entries,
        pager,
    };
    Ok(Html(if visit.part() == "list" { page.as_list().render()? } else { page.render()? }))
}

fn pager(asked: &Asked, older: Option<String>) -> Pager {
    let fields = [
        ("actor", &asked.actor),
        ("kind", &asked.kind),
        ("subject", &asked.subject),
        ("from", &asked.from),
        ("to", &asked.to),
    ];
    let filter: String = fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}&", encoded(value)))
        .collect();
    Pager {
        previous: (!asked.before.is_empty()).then(|| format!("/audit?{filter}")),
        next: older.map(|id| format!("/audit?{filter}before={id}")),
    }
}

fn day_start(day: &str) -> Option<Timestamp> {
    day.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp())
}

fn day_end(day: &str) -> Option<Timestamp> {
    let next = day.parse::<Date>().ok()?.tomorrow().ok()?;
    next.to_zoned(TimeZone::UTC).ok().map(|end| end.timestamp())
}

/// The smallest id that an entry of this moment can have: ids begin with the milliseconds since 1970
/// (RFC 9562 §5.7).
fn first_id(at: Timestamp) -> Option<AuditEntryId> {
    let ms = u64::try_from(at.as_millisecond()).ok()?;
    let hex = format!("{ms:012x}");
    let (high, low) = (hex.get(..8)?, hex.get(8..)?);
    format!("{high}-{low}-7000-8000-000000000000").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_where_the_next_begins() {
        let end = day_end("2026-11-21").unwrap();
        assert_eq!(end.to_string(), "2026-11-22T00:00:00Z");
        assert_eq!(day_start("2026-11-22"), Some(end));
        assert_eq!(day_end("yesterday"), None);
        let id = first_id(end).unwrap().to_string();
        assert_eq!(
            id,
            format!(
                "{:08x}-{:04x}-7000-8000-000000000000",
                end.as_millisecond() >> 16,
                end.as_millisecond() & 0xffff
            )
        );
    }
}
