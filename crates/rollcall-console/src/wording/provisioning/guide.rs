//! What the set-up page says: the steps at the identity provider, and what becomes of what it sends.

mod provider;

use rollcall_domain::optional::{OPTIONAL, OptionalAttributes};

use crate::view::badge::{Badge, Tone};
use crate::view::provisioning::guide::{AttributeRow, Step};
use crate::wording::name::sent_as;
use crate::wording::provisioning::guide::provider::{Act, Instruction};

/// The agent extension (docs/scim.md).
pub(crate) const AGENT_URN: &str = "urn:rollcall:params:scim:schemas:extension:agent:2.0:User";

/// The steps at a provider. `base_url` is where SCIM stands here, `origin` what addresses of OAuth begin with.
pub(crate) fn steps(dialect: &str, base_url: &str, origin: &str) -> Vec<Step> {
    let instructions = match dialect {
        "okta" => provider::OKTA,
        "entra" => provider::ENTRA,
        "google" => provider::GOOGLE,
        "onelogin" => provider::ONELOGIN,
        "jumpcloud" => provider::JUMPCLOUD,
        "ping" => provider::PING,
        _ => provider::ANY,
    };
    let step = |(place, act): &Instruction| {
        let (act, copy) = match act {
            Act::Tell(text) => ((*text).to_owned(), None),
            Act::Copy(value) => (String::new(), Some((*value).to_owned())),
            Act::BaseUrl(flag) => (String::new(), Some(format!("{base_url}{flag}"))),
            Act::Oauth(path) => (String::new(), Some(format!("{origin}{path}"))),
        };
        Step { place, act, copy }
    };
    instructions.iter().map(step).collect()
}

/// What to press to try the connection.
pub(crate) fn try_it(dialect: &str) -> &'static str {
    match dialect {
        "okta" => "Press Test Connector Configuration in Okta.",
        "entra" => "Press Test Connection in Entra.",
        "google" => "Press Continue in the Google Admin console.",
        "onelogin" => "Press Enable beside API Status in OneLogin.",
        "jumpcloud" => "Press Test Connection in JumpCloud.",
        "ping" => "Press Test Connection in PingOne.",
        _ => "Let the identity provider ask for anything.",
    }
}

/// What always comes from the identity provider: SCIM name, what it is here, what follows.
const MANAGED: [(&str, &str, &str); 6] = [
    (
        "userName",
        "Username",
        "Required, in the form of an e-mail address, once in the whole tenant. Only the identity provider changes it.",
    ),
    ("name.givenName", "First name", "Required. Only the identity provider changes it."),
    ("name.familyName", "Last name", "Required. Only the identity provider changes it."),
    (
        "emails",
        "E-mail",
        "Required: the primary one, else that of type work, else the first. Only the identity provider changes it.",
    ),
    (
        "active",
        "Status",
        "Only the identity provider changes it. Without it, a new person is active.",
    ),
    (
        "externalId",
        "External ID",
        "The person's id at the identity provider: who comes back with it is the same person.",
    ),
];

/// What becomes of each attribute, as the tenant has it switched now.
pub(crate) fn attributes(taken: OptionalAttributes) -> Vec<AttributeRow> {
    let managed = MANAGED.map(|(sent_as, label, says)| AttributeRow {
        sent_as: sent_as.to_owned(),
        label: label.to_owned(),
        badge: Badge::new(Tone::Ok, "Taken"),
        says,
    });
    let optional = OPTIONAL.into_iter().map(|attribute| {
        let is_on = taken.contains(attribute);
        AttributeRow {
            sent_as: sent_as(attribute).to_owned(),
            label: attribute.label().to_owned(),
            badge: if is_on {
                Badge::new(Tone::Ok, "Taken")
            } else {
                Badge::new(Tone::Neutral, "Off")
            },
            says: if is_on {
                "Each push that states it sets it."
            } else {
                "Ignored and counted until it is switched on in the Account settings."
            },
        }
    });
    let rest = AttributeRow {
        sent_as: "the rest of User and EnterpriseUser".to_owned(),
        label: String::new(),
        badge: Badge::new(Tone::Neutral, "Kept"),
        says: "Kept and answered as it was sent; nothing here follows from it.",
    };
    let template = AttributeRow {
        sent_as: "template".to_owned(),
        label: "Template".to_owned(),
        badge: Badge::new(Tone::Ok, "Taken"),
        says: "The name of an employee template, with which somebody new begins. It means nothing later.",
    };
    managed.into_iter().chain(optional).chain([template, rest]).collect()
}
