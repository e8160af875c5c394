//! The names of who did a thing, and of what ids stand for.

use std::collections::HashMap;

use rollcall_app::scim_connection::ConnectionDetail;
use rollcall_domain::authority::Attribute;
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::structure::{Role, Team};

/// Names by what they stand for.
#[derive(Debug, Default)]
pub(crate) struct Names {
    actors: HashMap<Actor, String>,
    ids: HashMap<String, String>,
}

impl Names {
    /// Takes in actors that have a name.
    pub(crate) fn with_actors(mut self, actors: Vec<(Actor, String)>) -> Self {
        for (actor, name) in actors {
            if let Actor::Scim(id) = actor {
                self.ids.insert(format!("scim:{id}"), name.clone());
            }
            self.actors.insert(actor, name);
        }
        self
    }

    /// Takes in connections.
    pub(crate) fn with_connections(self, connections: &[ConnectionDetail]) -> Self {
        let all = connections.iter().map(|detail| &detail.connection);
        self.with_actors(all.map(|one| (Actor::Scim(one.id), one.name.clone())).collect())
    }

    /// Takes in teams.
    pub(crate) fn with_teams<'a>(mut self, teams: impl Iterator<Item = &'a Team>) -> Self {
        self.ids.extend(teams.map(|team| (team.id.to_string(), team.name.clone())));
        self
    }

    /// Takes in roles.
    pub(crate) fn with_roles<'a>(mut self, roles: impl Iterator<Item = &'a Role>) -> Self {
        self.ids.extend(roles.map(|role| (role.id.to_string(), role.name.clone())));
        self
    }

    /// Takes in what other ids stand for.
    pub(crate) fn with_texts(mut self, texts: impl Iterator<Item = (String, String)>) -> Self {
        self.ids.extend(texts);
        self
    }

    /// Who did it.
    pub(crate) fn actor(&self, actor: Actor) -> String {
        self.actors.get(&actor).cloned().unwrap_or_else(|| kind(actor).to_owned())
    }

    /// Who claims it.
    pub(crate) fn source(&self, source: Source) -> String {
        match source {
            Source::Local => "Local".to_owned(),
            Source::Scim(_) => self.actor(Actor::from(source)),
        }
    }

    /// What a written id stands for: the name, or the text itself.
    pub(crate) fn of_text(&self, text: &str) -> String {
        match text {
            "local" => "Local".to_owned(),
            "active" => "Active".to_owned(),
            "inactive" => "Deactivated".to_owned(),
            "afterContactWork" => "Work after a contact".to_owned(),
            "unavailable" => "Unavailable".to_owned(),
            "loggedOut" => "Logged out".to_owned(),
            "available" => "Available".to_owned(),
            _ => self.ids.get(text).cloned().unwrap_or_else(|| text.to_owned()),
        }
    }
}

/// What kind of actor it is.
pub(crate) fn kind(actor: Actor) -> &'static str {
    match actor {
        Actor::System => "Rollcall",
        Actor::Administrator(_) => "Administrator",
        Actor::Scim(_) => "SCIM connection",
    }
}

/// A connection's dialect as people say it.
pub(crate) fn dialect(dialect: &str) -> &'static str {
    match dialect {
        "okta" => "Okta",
        "entra" => "Microsoft Entra ID",
        "google" => "Google Workspace",
        "onelogin" => "OneLogin",
        "jumpcloud" => "JumpCloud",
        "ping" => "Ping",
        "authentik" => "authentik",
        "keycloak" => "Keycloak",
        _ => "Any other (RFC 7644)",
    }
}

/// An optional attribute's name in SCIM.
pub(crate) fn sent_as(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::DisplayName => "displayName",
        Attribute::MiddleName => "name.middleName",
        Attribute::MobileNumber => "phoneNumbers[type eq \"mobile\"]",
        Attribute::TimeZone => "timezone",
        Attribute::Type => "userType",
        Attribute::LoginAuthenticator => "loginAuthenticator",
        Attribute::PrimaryRole => "primaryRole",
        Attribute::Team => "team",
        _ => "",
    }
}
