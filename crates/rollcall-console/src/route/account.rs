//! The Account settings.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::{Html, Response};
use rollcall_domain::authority::Attribute;
use rollcall_domain::optional::{OPTIONAL, OptionalAttributes};
use serde::Deserialize;

use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::percent::encoded;
use crate::view::account::{AccountPage, Switch};
use crate::view::choice::Choice;
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::name::sent_as;
use crate::wording::number;

const PATH: &str = "/account";

/// A switch that is on sends its name; one that is off sends nothing.
#[derive(Deserialize)]
pub(super) struct Switched {
    #[serde(flatten)]
    on: HashMap<String, String>,
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    role: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
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
    let page = AccountPage {
        shell: visit.shell(Section::Account),
        attributes: OPTIONAL.into_iter().map(switch).collect(),
        roles: account
            .roles
            .into_iter()
            .map(|role| Choice { value: role.name.clone(), label: role.name })
            .collect(),
        make_role_href: format!("/roles/new?name={}", encoded(&account.tenant.default_role)),
        default_role: account.tenant.default_role,
        has_default_role: account.has_default_role,
        refused: account.refused.map(|alert| (number(alert.count), alert.since)),
    };
    Ok(Html(page.render()?))
}

pub(super) async fn switch(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(form): OwnForm<Switched>,
) -> Result<Response, ConsoleError> {
    let on = OPTIONAL.into_iter().filter(|attribute| form.on.contains_key(name(*attribute)));
    let optional = on.fold(OptionalAttributes::NONE, OptionalAttributes::with);
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    console.app.set_optional_attributes(tenant, actor, optional).await?;
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
    console.app.set_default_role(tenant, actor, form.role).await?;
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
