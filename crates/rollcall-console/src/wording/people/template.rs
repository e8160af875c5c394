//! Employee templates between what the application knows and what a form says.

use std::collections::HashMap;
use std::str::FromStr;

use jiff::Timestamp;
use rollcall_app::template::{
    Application, ApplicationState, Kept, TemplateDetail, TemplateDraft, TemplateFields,
    WouldChange, is_lost,
};
use rollcall_domain::authority::Attribute;
use rollcall_domain::template::TemplateField;

use crate::view::badge::{Badge, Tone};
use crate::view::choice::Choice;
use crate::view::count::{grouped, people};
use crate::view::people::template::{ApplyRow, FieldRow, Progress, RoleChoice, TemplatePage};
use crate::wording::name::Names;
use crate::wording::{audit, number};

const SECONDARY: &str = "Secondary roles";

/// What a form says that a template is to be. A field that is set to nothing is cleared; one whose choice makes no
/// sense is ignored.
pub(crate) fn draft(form: &HashMap<String, String>) -> TemplateDraft {
    let roles = form.keys().filter_map(|name| name.strip_prefix("role_")?.parse().ok());
    let secondary_roles = match does(form, "secondary_roles") {
        "set" => {
            let mut roles: Vec<_> = roles.collect();
            roles.sort();
            TemplateField::Set(roles)
        }
        "clear" => TemplateField::Clear,
        _ => TemplateField::Ignore,
    };
    let fields = TemplateFields {
        team: field(form, "team"),
        primary_role: field(form, "primary_role"),
        secondary_roles,
        display_name: field(form, "display_name"),
        middle_name: field(form, "middle_name"),
        mobile_number: field(form, "mobile_number"),
        time_zone: field(form, "time_zone"),
        employee_type: field(form, "type"),
        login_authenticator: field(form, "login_authenticator"),
    };
    TemplateDraft { name: form.get("name").cloned().unwrap_or_default(), fields }
}

fn does<'f>(form: &'f HashMap<String, String>, name: &str) -> &'f str {
    form.get(&format!("does_{name}")).map(String::as_str).unwrap_or_default()
}

fn field<T: FromStr>(form: &HashMap<String, String>, name: &str) -> TemplateField<T> {
    let value = form.get(name).map(|value| value.trim()).unwrap_or_default();
    match (does(form, name), value) {
        ("set", "") | ("clear", _) => TemplateField::Clear,
        ("set", value) => value.parse().map_or(TemplateField::Ignore, TemplateField::Set),
        _ => TemplateField::Ignore,
    }
}

/// The form of a template's fields.
pub(crate) fn form(
    fields: &TemplateFields,
    detail: &TemplateDetail,
    page: TemplatePage,
) -> TemplatePage {
    let named = |id: String, name: &String| Choice { value: id, label: name.clone() };
    let teams = detail.teams.iter().map(|team| named(team.id.to_string(), &team.name)).collect();
    let roles: Vec<Choice> =
        detail.roles.iter().map(|role| named(role.id.to_string(), &role.name)).collect();
    let ways = detail.login_authenticators.iter();
    let ways = ways.map(|way| named(way.id.to_string(), &way.name)).collect();
    let chosen = match &fields.secondary_roles {
        TemplateField::Set(roles) => roles.as_slice(),
        _ => &[],
    };
    let text = |name, attribute, field: &TemplateField<String>, example| FieldRow {
        example,
        ..row(name, attribute, field, Vec::new())
    };
    let fixed = |row: FieldRow| FieldRow { clearable: false, ..row };
    TemplatePage {
        roles_do: word(&fields.secondary_roles),
        roles: detail
            .roles
            .iter()
            .map(|role| RoleChoice {
                id: role.id.to_string(),
                name: role.name.clone(),
                is_on: chosen.contains(&role.id),
            })
            .collect(),
        fields: vec![
            fixed(row("team", Attribute::Team, &fields.team, teams)),
            fixed(row("primary_role", Attribute::PrimaryRole, &fields.primary_role, roles)),
            text("time_zone", Attribute::TimeZone, &fields.time_zone, "Europe/Berlin"),
            text("type", Attribute::Type, &fields.employee_type, "Contractor"),
            row(
                "login_authenticator",
                Attribute::LoginAuthenticator,
                &fields.login_authenticator,
                ways,
            ),
            text("display_name", Attribute::DisplayName, &fields.display_name, ""),
            text("middle_name", Attribute::MiddleName, &fields.middle_name, ""),
            text("mobile_number", Attribute::MobileNumber, &fields.mobile_number, ""),
        ],
        ..page
    }
}

fn row<T: ToString>(
    name: &'static str,
    attribute: Attribute,
    field: &TemplateField<T>,
    choices: Vec<Choice>,
) -> FieldRow {
    let value =
        if let TemplateField::Set(value) = field { value.to_string() } else { String::new() };
    let (label, does) = (attribute.label(), word(field));
    FieldRow { name, label, does, clearable: true, value, choices, example: "" }
}

fn word<T>(field: &TemplateField<T>) -> &'static str {
    match field {
        TemplateField::Ignore => "ignore",
        TemplateField::Clear => "clear",
        TemplateField::Set(_) => "set",
    }
}

/// The names of the fields that a template sets, and of those that it clears.
pub(crate) fn summary(fields: &TemplateFields) -> (Vec<&'static str>, Vec<&'static str>) {
    let all = [
        (Attribute::Team.label(), word(&fields.team)),
        (Attribute::PrimaryRole.label(), word(&fields.primary_role)),
        (SECONDARY, word(&fields.secondary_roles)),
        (Attribute::TimeZone.label(), word(&fields.time_zone)),
        (Attribute::Type.label(), word(&fields.employee_type)),
        (Attribute::LoginAuthenticator.label(), word(&fields.login_authenticator)),
        (Attribute::DisplayName.label(), word(&fields.display_name)),
        (Attribute::MiddleName.label(), word(&fields.middle_name)),
        (Attribute::MobileNumber.label(), word(&fields.mobile_number)),
    ];
    let named = |wanted: &str| {
        all.iter().filter(|(_, word)| *word == wanted).map(|(label, _)| *label).collect()
    };
    (named("set"), named("clear"))
}

/// How far an application came, as people say it.
pub(crate) fn progress(application: &Application, now: Timestamp) -> Progress {
    let (total, looked) = (number(application.total), number(application.looked));
    let (changed, kept) = (number(application.changed), number(application.kept));
    let kept = match kept {
        0 => String::new(),
        1 => " One keeps a value that is not the template's to change.".to_owned(),
        many => format!(" {} keep values that are not the template's to change.", grouped(many)),
    };
    let so_far = format!(
        "{} of {} looked at, {} changed.",
        grouped(looked),
        people(total),
        grouped(changed)
    );
    let (badge, says) = match application.state {
        ApplicationState::Done => (
            Badge::new(Tone::Ok, "Done"),
            format!("{} of {} changed.{kept}", grouped(changed), people(looked)),
        ),
        ApplicationState::Running if is_lost(application, now) => (
            Badge::new(Tone::Attention, "Interrupted"),
            format!(
                "{so_far} The server was stopped meanwhile. Apply the template again: whom it changed stays as they are."
            ),
        ),
        ApplicationState::Running => (Badge::new(Tone::Waiting, "Under way"), so_far),
        ApplicationState::Failed => (
            Badge::new(Tone::Failed, "Ended early"),
            format!(
                "{so_far} The reason: {}. Apply the template again: whom it changed stays as they are.",
                application.problem.as_deref().unwrap_or("unknown").trim_end_matches('.')
            ),
        ),
    };
    Progress { badge, says, total, looked, started_at: application.started_at }
}

/// What would change of one person.
pub(crate) fn would_change(one: WouldChange, names: &Names) -> ApplyRow {
    let kept = one.kept.iter().map(|(attribute, why)| match why {
        Kept::WrittenBy(source) => {
            format!("{}: {} wrote it", attribute.label(), names.source(*source))
        }
        Kept::OtherUnit => {
            format!("{}: the template's is in another business unit", attribute.label())
        }
    });
    ApplyRow {
        id: one.id.to_string(),
        kept: kept.collect(),
        changes: audit::differences(&one.before, &one.after, names),
        name: one.name,
    }
}
