//! What is said of teams and roles that are made, renamed and removed here.

use rollcall_app::ChangeError;
use rollcall_app::group_owner::GroupOwner;
use rollcall_app::hindrance::Hindrance;
use rollcall_app::team::TeamDetail;

use crate::error::sentence;
use crate::view::count::noun;
use crate::view::people::employee::Lock;
use crate::view::people::removal::{HindranceRow, Removable};
use crate::wording::number;

/// Why a name cannot be changed here.
pub(crate) fn lock(owner: &GroupOwner, kind: Removable) -> Lock {
    let (name, kind) = (&owner.name, kind.word());
    Lock {
        owner: name.clone(),
        reason: format!(
            "The {kind} is a group of {name}, which names it and says who is in it. Rename the group at {name}, and the \
             {kind} follows."
        ),
    }
}

/// Why a team was not made or renamed; nothing where that is no refusal.
pub(crate) fn team_refusal(error: &ChangeError, unit: &str) -> Option<String> {
    refusal(error, |name| {
        format!("There is a team named {name} in {unit} already. Choose another name.")
    })
}

/// The same of a role.
pub(crate) fn role_refusal(error: &ChangeError) -> Option<String> {
    refusal(error, |name| format!("There is a role named {name} already. Choose another name."))
}

fn refusal(error: &ChangeError, taken: impl Fn(&str) -> String) -> Option<String> {
    match error {
        ChangeError::Taken { value, .. } => Some(taken(value)),
        ChangeError::Invalid(_) | ChangeError::NotNow(_) => Some(sentence(&error.to_string())),
        _ => None,
    }
}

/// The codes of a team in a few words.
pub(crate) fn codes(detail: &TeamDetail) -> String {
    match detail.team.unavailable_codes.as_slice() {
        [] => "none".to_owned(),
        codes => codes.join(", "),
    }
}

/// What stands in the way of a removal.
pub(crate) fn hindrance(found: &Hindrance, (kind, id): (Removable, &str)) -> HindranceRow {
    let word = kind.word();
    let link = |href: String, label: &str| Some((href, label.to_owned()));
    match found {
        Hindrance::People(count) if kind == Removable::Team => HindranceRow {
            says: format!(
                "{} in it, active or not. Move them to another team.",
                noun(number(*count), "person stands", "people stand")
            ),
            way_on: link(format!("/employees?team={id}"), "See who"),
        },
        Hindrance::People(count) => HindranceRow {
            says: format!(
                "{} it, active or not, as the primary role or beside it. Give them another one.",
                noun(number(*count), "person has", "people have")
            ),
            way_on: None,
        },
        Hindrance::Group(owner) => HindranceRow {
            says: format!("It is a group of {0}. Delete the group at {0} first.", owner.name),
            way_on: link(format!("/connections/{}", owner.connection), "The connection"),
        },
        Hindrance::Landing(owner) => HindranceRow {
            says: format!("People whom {} makes begin in it.", owner.name),
            way_on: link(format!("/connections/{}", owner.connection), "The connection"),
        },
        Hindrance::DefaultRole => HindranceRow {
            says: "People whom an identity provider makes begin with it.".to_owned(),
            way_on: link("/account#role-title".to_owned(), "Choose another default role"),
        },
        Hindrance::Template { id, name } => HindranceRow {
            says: format!("The template {name} sets this {word}."),
            way_on: link(format!("/templates/{id}"), "The template"),
        },
    }
}
