//! The Account settings.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::ChangeError;
use rollcall_app::edit::{self, Edit};
use rollcall_domain::authority::Attribute;
use rollcall_domain::optional::{OPTIONAL, OptionalAttributes};
use serde::Deserialize;

use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::percent::encoded;
use crate::view::account::{AccountPage, Overtaken, Switch};
use crate::view::choice::Choice;
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::name::sent_as;
use crate::wording::number;

const PATH: &str = "/account";

/// A switch that is on sends its name; one that is off sends nothing.
#[derive(Deserialize)]
pub(super) struct Switched {
    #[serde(default)]
    seen: String,
    #[serde(flatten)]
    on: HashMap<String, String>,
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    seen: String,
    #[serde(default)]
    role: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    Ok(Html(page(&console, &visit).await?.render()?))
}

async fn page(console: &Console, visit: &Visit) -> Result<AccountPage, ConsoleError> {
    let account = console.app.account(visit.viewer.tenant).await?;
    let taken = account.tenant.settings.optional_attributes;
    let switch = |attribute: Attribute| Switch {
        name: name(attribute).to_owned(),
        label: attribute.label().to_owned(),
        sent_as: sent_as(attribute).to_owned(),
        in_extension: matches!(
            attribute,
            Attribute::LoginAuthenticator | Attribute::PrimaryRole | Attribute::Team
        ),
        is_on: taken.contains(attribute),
    };
    Ok(AccountPage {
        shell: visit.shell(Section::Account),
        attributes: OPTIONAL.into_iter().map(switch).collect(),
        roles: account
            .roles
            .into_iter()
            .map(|role| Choice { value: role.name.clone(), label: role.name })
            .collect(),
        make_role_href: format!("/roles/new?name={}", encoded(&account.tenant.default_role)),
        attributes_seen: edit::mark(&taken),
        role_seen: edit::mark(&account.tenant.default_role),
        role: account.tenant.default_role.clone(),
        default_role: account.tenant.default_role,
        has_default_role: account.has_default_role,
        refused: account.refused.map(|alert| (number(alert.count), alert.since)),
        overtaken: None,
    })
}

pub(super) async fn switch(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(form): OwnForm<Switched>,
) -> Result<Response, ConsoleError> {
    let on = OPTIONAL.into_iter().filter(|attribute| form.on.contains_key(name(*attribute)));
    let optional = on.fold(OptionalAttributes::NONE, OptionalAttributes::with);
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let edit = Edit::of_form(optional, &form.seen);
    match console.app.set_optional_attributes(tenant, actor, edit).await {
        Err(ChangeError::Overtaken) => {
            let mut page = page(&console, &visit).await?;
            for switch in &mut page.attributes {
                switch.is_on = form.on.contains_key(&switch.name);
            }
            page.overtaken = Some(Overtaken::Attributes);
            return Ok((StatusCode::CONFLICT, Html(page.render()?)).into_response());
        }
        done => done?,
    }
    let done = "Saved. It holds for what identity providers send from now on.";
    Ok(Visit::back(PATH, &Notice::Done(done.to_owned())))
}

pub(super) async fn choose_role(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(form): OwnForm<Chosen>,
) -> Result<Response, ConsoleError> {
    let done = format!("People whom an identity provider makes begin as {}.", form.role);
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let edit = Edit::of_form(form.role.clone(), &form.seen);
    match console.app.set_default_role(tenant, actor, edit).await {
        Err(ChangeError::Overtaken) => {
            let overtaken = Some(Overtaken::Role);
            let page = AccountPage { role: form.role, overtaken, ..page(&console, &visit).await? };
            return Ok((StatusCode::CONFLICT, Html(page.render()?)).into_response());
        }
        done => done?,
    }
    Ok(Visit::back(PATH, &Notice::Done(done)))
}

/// The name of an attribute in the form.
fn name(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::DisplayName => "display_name",
        Attribute::MiddleName => "middle_name",
        Attribute::MobileNumber => "mobile_number",
        Attribute::TimeZone => "time_zone",
        Attribute::Type => "type",
        Attribute::LoginAuthenticator => "login_authenticator",
        Attribute::PrimaryRole => "primary_role",
        Attribute::Team => "team",
        _ => "",
    }
}
