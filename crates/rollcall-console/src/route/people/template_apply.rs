//! The application of a template to people: whom it is about, what it would do, and the thing itself.

use askama::Template as _;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use rollcall_app::ChangeError;
use rollcall_app::roster::RosterQuery;
use rollcall_app::template::TemplatePreview;
use rollcall_domain::source::Source;
use serde::Deserialize;

use super::template::{OUTDATED, parse};
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::OwnForm;
use crate::view::choice::Choice;
use crate::view::people::employees::EmployeeFilter;
use crate::view::people::template::ApplyPage;
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::name::Names;
use crate::wording::number;
use crate::wording::people::template as words;

/// Whom it is about.
#[derive(Deserialize)]
pub(super) struct Whom {
    #[serde(default)]
    search: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    team: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    version: String,
}

pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    Query(whom): Query<Whom>,
) -> Result<Html<String>, ConsoleError> {
    let (tenant, id) = (visit.viewer.tenant, parse(&id)?);
    let preview = console.app.preview_template(tenant, id, query(&whom)).await?;
    let connections = console.app.connections(tenant).await?;
    let detail = console.app.template(tenant, Some(id)).await?;
    let authenticators = detail.login_authenticators.iter();
    let names = Names::default()
        .with_connections(&connections)
        .with_teams(detail.teams.iter())
        .with_roles(detail.roles.iter())
        .with_texts(authenticators.map(|one| (one.id.to_string(), one.name.clone())));
    let mut sources = vec![Choice { value: Source::Local.to_string(), label: "Local".to_owned() }];
    sources.extend(connections.iter().map(|detail| Choice {
        value: Source::Scim(detail.connection.id).to_string(),
        label: detail.connection.name.clone(),
    }));
    let teams = detail.teams.iter();
    let teams =
        teams.map(|team| Choice { value: team.id.to_string(), label: team.name.clone() }).collect();
    let page = page(preview, &names, &visit);
    let filter = EmployeeFilter {
        search: whom.search,
        status: whom.status,
        team: whom.team,
        source: whom.source,
        step: String::new(),
    };
    Ok(Html(ApplyPage { filter, teams, sources, ..page }.render()?))
}

pub(super) async fn apply(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(whom): OwnForm<Whom>,
) -> Result<Response, ConsoleError> {
    let (tenant, id) = (visit.viewer.tenant, parse(&id)?);
    let version = whom.version.parse().unwrap_or(0);
    let (actor, who) = (visit.viewer.actor(), query(&whom));
    let notice = match console.app.apply_template(tenant, actor, (id, version), who).await {
        Ok(()) => Notice::Done("The template is being applied. This page follows it.".to_owned()),
        Err(ChangeError::Outdated { .. }) => Notice::Refused(OUTDATED.to_owned()),
        Err(error @ (ChangeError::NotNow(_) | ChangeError::Invalid(_))) => {
            Notice::Refused(sentence(&error.to_string()))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Visit::back(&format!("/templates/{id}"), &notice))
}

fn query(whom: &Whom) -> RosterQuery {
    RosterQuery {
        text: whom.search.chars().take(200).collect(),
        active: match whom.status.as_str() {
            "active" => Some(true),
            "inactive" => Some(false),
            _ => None,
        },
        team: whom.team.clone(),
        managed_by: whom.source.clone(),
        ..RosterQuery::default()
    }
}

fn page(preview: TemplatePreview, names: &Names, visit: &Visit) -> ApplyPage {
    let told = u64::try_from(preview.named.len()).unwrap_or(u64::MAX);
    // Who changes and keeps something counts twice here; below a hundred nobody is left out.
    let more = if told < 100 { 0 } else { number(preview.changing).saturating_sub(told) };
    ApplyPage {
        shell: visit.shell(Section::Templates),
        id: preview.template.id.to_string(),
        version: preview.template.version,
        name: preview.template.name,
        filter: EmployeeFilter::default(),
        teams: Vec::new(),
        sources: Vec::new(),
        people: number(preview.people),
        changing: number(preview.changing),
        keeping: number(preview.keeping),
        fields: preview.fields.into_iter().map(|(field, count)| (field, number(count))).collect(),
        rows: preview.named.into_iter().map(|one| words::would_change(one, names)).collect(),
        more,
    }
}
