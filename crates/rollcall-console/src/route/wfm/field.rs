//! Switching Personal ID or External ID of a link, after a look at what is cleared or written.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use rollcall_domain::wfm::{FieldSwitch, OptionalField};
use serde::Deserialize;

use super::link::{parse, said};
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::view::shell::Section;
use crate::view::wfm::field::FieldPage;
use crate::visit::Visit;
use crate::wording::{number, standing};

#[derive(Deserialize)]
pub(super) struct Switched {
    to: String,
}

/// What switching would do, before it is done.
pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path((id, field)): Path<(String, String)>,
) -> Result<Html<String>, ConsoleError> {
    let (id, field) = (parse(&id)?, of_name(&field)?);
    let found = console.app.field_preview(visit.viewer.tenant, id, field).await?;
    let (source, purpose) = match field {
        OptionalField::PersonalId => (
            "the user GUID",
            "EEM (Employee Engagement Manager) knows people by it, and no longer does then.",
        ),
        OptionalField::ExternalId => {
            ("the identity provider’s external id", "It is meant for single sign-on to the WFM.")
        }
    };
    let page = FieldPage {
        shell: visit.shell(Section::Wfm),
        link_href: format!("/wfm/{id}"),
        link: format!("IEX WFM {}", found.link.acd_id),
        business_unit: found.business_unit,
        field: field.label(),
        source,
        purpose,
        is_sent: found.link.switches.of(field) == FieldSwitch::On,
        present: number(found.present),
        holding: number(found.holding),
        when: standing::when_sent(&found.link),
    };
    Ok(Html(page.render()?))
}

pub(super) async fn switch(
    State(console): State<Console>,
    visit: Visit,
    Path((id, field)): Path<(String, String)>,
    OwnForm(form): OwnForm<Switched>,
) -> Result<Response, ConsoleError> {
    let (id, field) = (parse(&id)?, of_name(&field)?);
    let switch = match form.to.as_str() {
        "on" => FieldSwitch::On,
        "off" => FieldSwitch::Off,
        _ => return Err(ConsoleError::Missing("field")),
    };
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let outcome = console.app.switch_field(tenant, actor, id, (field, switch)).await;
    let done = match switch {
        FieldSwitch::On => format!("{} is sent.", field.label()),
        FieldSwitch::Off => format!("{} is not sent any more, and cleared once.", field.label()),
    };
    said(outcome, id, &done)
}

fn of_name(name: &str) -> Result<OptionalField, ConsoleError> {
    OptionalField::from_name(name).ok_or(ConsoleError::Missing("field"))
}
