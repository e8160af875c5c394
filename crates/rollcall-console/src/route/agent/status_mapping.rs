//! What ACD statuses stand for in the WFM: choosing it, and taking it back.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, Response};
use rollcall_app::ChangeError;
use rollcall_app::adherence::{AcdStatus, ActivityKind, ActivityName, MappedStatus};
use rollcall_domain::unavailable_code::CodeName;
use serde::Deserialize;

use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::OwnForm;
use crate::view::agent::adherence::{ActivityRow, Means, StatusMappingPage, StatusRow};
use crate::view::choice::Choice;
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::agent::adherence as words;

const PATH: &str = "/adherence/mapping";

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    activity: String,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    activity: String,
    #[serde(default)]
    kind: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    let mapping = console.app.status_mapping(visit.viewer.tenant).await?;
    let (unmapped, mapped): (Vec<_>, Vec<_>) =
        mapping.statuses.iter().partition(|status| status.is_unmapped());
    let activities = mapping.activities.iter().map(|activity| ActivityRow {
        name: activity.name.to_string(),
        kind: activity.kind.name().to_owned(),
        kind_words: words::kind(activity.kind).to_owned(),
    });
    let choice = |kind: ActivityKind| Choice {
        value: kind.name().to_owned(),
        label: words::kind(kind).to_owned(),
    };
    let page = StatusMappingPage {
        shell: visit.shell(Section::StatusMapping),
        unmapped: unmapped.into_iter().map(row).collect(),
        mapped: mapped.into_iter().map(row).collect(),
        activities: activities.collect(),
        kinds: ActivityKind::ALL.map(choice).to_vec(),
    };
    Ok(Html(page.render()?))
}

pub(super) async fn map(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(form): OwnForm<Wanted>,
) -> Result<Response, ConsoleError> {
    let status = status(&form)?;
    let activity = activity(&form.activity)?;
    let done = format!("{} stands for {activity} now.", words::status(&status));
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    said(console.app.map_status(tenant, actor, status, activity).await, done)
}

pub(super) async fn unmap(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(form): OwnForm<Wanted>,
) -> Result<Response, ConsoleError> {
    let status = status(&form)?;
    let done = format!("{} stands for no activity now.", words::status(&status));
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    said(console.app.unmap_status(tenant, actor, status).await, done)
}

pub(super) async fn set_kind(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(form): OwnForm<Asked>,
) -> Result<Response, ConsoleError> {
    let activity = activity(&form.activity)?;
    let kind = ActivityKind::from_name(&form.kind).ok_or(ConsoleError::Missing("kind"))?;
    let done = format!("{activity} is saved.");
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    said(console.app.set_activity_kind(tenant, actor, activity, kind).await, done)
}

fn said(outcome: Result<(), ChangeError>, done: String) -> Result<Response, ConsoleError> {
    let notice = match outcome {
        Ok(()) => Notice::Done(done),
        Err(ChangeError::NotNow(why) | ChangeError::Invalid(why)) => {
            Notice::Refused(sentence(&why))
        }
        // Another administrator was faster by a moment.
        Err(ChangeError::Storage(rollcall_app::StorageError::Duplicate)) => {
            let why =
                "the status is used already, and a status is used once; look at the page again";
            Notice::Refused(sentence(why))
        }
        Err(other) => return Err(other.into()),
    };
    Ok(Visit::back(PATH, &notice))
}

fn status(form: &Wanted) -> Result<AcdStatus, ConsoleError> {
    let missing = || ConsoleError::Missing("ACD status");
    let code = match form.code.as_str() {
        "" => None,
        name => Some(CodeName::parse(name).map_err(|_| missing())?),
    };
    AcdStatus::from_parts(&form.state, code).ok_or_else(missing)
}

fn activity(name: &str) -> Result<ActivityName, ConsoleError> {
    ActivityName::parse(name).map_err(|_| ConsoleError::Missing("activity"))
}

fn row(mapped: &MappedStatus) -> StatusRow {
    let status = &mapped.status;
    let means = match &mapped.activity {
        Some(activity) => Means::Activity(activity.to_string()),
        None if status.is_logged_out() => Means::LoggingOut,
        None if status.is_logging_in() => Means::LoggingIn,
        None => Means::Nothing,
    };
    StatusRow {
        state: status.state().to_owned(),
        code: status.code().map(ToString::to_string).unwrap_or_default(),
        name: words::status(status),
        state_code: status.state_code(),
        means,
    }
}
