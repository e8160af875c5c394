//! Employee templates: the list, making, changing and removing one.

use std::collections::HashMap;

use askama::Template as _;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::ChangeError;
use rollcall_app::template::{TemplateDetail, TemplateDraft};
use rollcall_domain::TemplateId;
use serde::Deserialize;

use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::{Nothing, OwnForm};
use crate::view::people::template::{
    TemplatePage, TemplateRemovalPage, TemplateRow, TemplatesPage,
};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::people::template as words;

/// Every field is a text; which there are depends on the roles of the tenant.
#[derive(Deserialize)]
pub(super) struct Filled {
    #[serde(flatten)]
    fields: HashMap<String, String>,
}

pub(super) async fn list(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    let all = console.app.templates(visit.viewer.tenant).await?;
    let rows = all.into_iter().map(|template| {
        let (sets, clears) = words::summary(&template.fields);
        TemplateRow {
            id: template.id.to_string(),
            name: template.name,
            sets,
            clears,
            changed_at: template.updated_at,
        }
    });
    let page = TemplatesPage { shell: visit.shell(Section::Templates), rows: rows.collect() };
    Ok(Html(page.render()?))
}

pub(super) async fn new(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    let detail = console.app.template(visit.viewer.tenant, None).await?;
    Ok(Html(page(&console, &visit, &detail).render()?))
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let detail = console.app.template(visit.viewer.tenant, Some(parse(&id)?)).await?;
    let page = page(&console, &visit, &detail);
    Ok(Html(match visit.part() {
        "progress" => page.as_progress().render()?,
        _ => page.render()?,
    }))
}

pub(super) async fn create(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(form): OwnForm<Filled>,
) -> Result<Response, ConsoleError> {
    let tenant = visit.viewer.tenant;
    let detail = console.app.template(tenant, None).await?;
    let draft = words::draft(&form.fields);
    match console.app.create_template(tenant, visit.viewer.actor(), draft.clone()).await {
        Ok(made) => {
            let done = format!("The template {} is made.", made.name);
            Ok(Visit::back(&format!("/templates/{}", made.id), &Notice::Done(done)))
        }
        Err(error) => refused(&console, &visit, &detail, &draft, error),
    }
}

pub(super) async fn change(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Filled>,
) -> Result<Response, ConsoleError> {
    let (tenant, id) = (visit.viewer.tenant, parse(&id)?);
    let detail = console.app.template(tenant, Some(id)).await?;
    let version = form.fields.get("version").and_then(|text| text.parse().ok()).unwrap_or(0);
    let draft = words::draft(&form.fields);
    let actor = visit.viewer.actor();
    match console.app.change_template(tenant, actor, (id, version), draft.clone()).await {
        Ok(()) => {
            let done = "Saved. Nobody was changed; apply the template to whom it concerns.";
            Ok(Visit::back(&format!("/templates/{id}"), &Notice::Done(done.to_owned())))
        }
        Err(error) => refused(&console, &visit, &detail, &draft, error),
    }
}

pub(super) async fn preview_removal(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let detail = console.app.template(visit.viewer.tenant, Some(parse(&id)?)).await?;
    let name = detail.template.map(|template| template.name).unwrap_or_default();
    let page = TemplateRemovalPage { shell: visit.shell(Section::Templates), id, name };
    Ok(Html(page.render()?))
}

pub(super) async fn remove(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    console.app.remove_template(tenant, actor, parse(&id)?).await?;
    Ok(Visit::back("/templates", &Notice::Done("The template is removed.".to_owned())))
}

pub(super) fn parse(id: &str) -> Result<TemplateId, ConsoleError> {
    id.parse().map_err(|_| ConsoleError::Missing("template"))
}

/// What is said of somebody else's change in between.
pub(super) const OUTDATED: &str = "Somebody else changed the template meanwhile, so nothing was done. Look at it as it is now, and try again.";

/// The form as it was filled in, with what was refused.
fn refused(
    console: &Console,
    visit: &Visit,
    detail: &TemplateDetail,
    draft: &TemplateDraft,
    error: ChangeError,
) -> Result<Response, ConsoleError> {
    let refusal = match error {
        ChangeError::Storage(_) | ChangeError::NotFound("template") => return Err(error.into()),
        ChangeError::Outdated { .. } => OUTDATED.to_owned(),
        other => sentence(&other.to_string()),
    };
    let page = TemplatePage {
        name: draft.name.clone(),
        refusal: Some(refusal),
        ..words::form(&draft.fields, detail, page(console, visit, detail))
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
}

fn page(console: &Console, visit: &Visit, detail: &TemplateDetail) -> TemplatePage {
    let (template, now) = (detail.template.as_ref(), console.app.now());
    let blank = TemplatePage {
        shell: visit.shell(Section::Templates),
        id: template.map(|template| template.id.to_string()),
        version: template.map_or(0, |template| template.version),
        name: template.map(|template| template.name.clone()).unwrap_or_default(),
        fields: Vec::new(),
        roles_do: "ignore",
        roles: Vec::new(),
        progress: detail.application.as_ref().map(|one| words::progress(one, now)),
        refusal: None,
    };
    let fields = template.map(|template| template.fields.clone()).unwrap_or_default();
    words::form(&fields, detail, blank)
}
