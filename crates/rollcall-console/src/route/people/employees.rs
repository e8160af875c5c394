//! The list of people.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use rollcall_app::roster::{COUNT_MAX, From, Listed, Place, RosterPage, RosterQuery};
use rollcall_domain::source::Source;
use serde::Deserialize;

use crate::console::Console;
use crate::error::ConsoleError;
use crate::percent::encoded;
use crate::view::choice::Choice;
use crate::view::count::Count;
use crate::view::pager::Pager;
use crate::view::people::employees::{EmployeeFilter, EmployeeRow, EmployeesPage};
use crate::view::shell::Section;
use crate::visit::Visit;
use crate::wording::name::Names;
use crate::wording::{number, standing};

const PAGE: usize = 50;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    search: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    team: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    step: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    before: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let tenant = visit.viewer.tenant;
    let people = console.app.roster(tenant, query(&asked), PAGE).await?;
    let connections = console.app.connections(tenant).await?;
    let names = Names::default().with_connections(&connections);
    let teams = console.app.teams(tenant).await?;
    let linked = console.links(tenant).await.any;
    let mut sources = vec![Choice { value: Source::Local.to_string(), label: "Local".to_owned() }];
    sources.extend(connections.iter().map(|detail| Choice {
        value: Source::Scim(detail.connection.id).to_string(),
        label: detail.connection.name.clone(),
    }));
    let page = EmployeesPage {
        shell: visit.shell(Section::Employees),
        matching: matching(&people),
        pager: pager(&asked, &people),
        rows: people.people.iter().map(|listed| row(listed, &names, linked)).collect(),
        teams: teams
            .iter()
            .map(|staffed| Choice {
                value: staffed.team.id.to_string(),
                label: staffed.team.name.clone(),
            })
            .collect(),
        sources,
        filter: EmployeeFilter {
            search: asked.search,
            status: asked.status,
            team: asked.team,
            source: asked.source,
            step: asked.step,
        },
    };
    Ok(Html(if visit.part() == "list" { page.as_list().render()? } else { page.render()? }))
}

fn query(asked: &Asked) -> RosterQuery {
    let from = match (place(&asked.after), place(&asked.before)) {
        (Some(place), _) => From::After(place),
        (None, Some(place)) => From::Before(place),
        (None, None) => From::Start,
    };
    RosterQuery {
        text: asked.search.chars().take(200).collect(),
        active: match asked.status.as_str() {
            "active" => Some(true),
            "inactive" => Some(false),
            _ => None,
        },
        team: asked.team.clone(),
        managed_by: asked.source.clone(),
        out_of_step: asked.step == "out",
        from,
    }
}

/// A place in an address: the id, a dot, and what the order is by.
fn place(text: &str) -> Option<Place> {
    let (id, name_key) = text.split_once('.')?;
    Some(Place { id: id.parse().ok()?, name_key: name_key.to_owned() })
}

fn pager(asked: &Asked, people: &RosterPage) -> Pager {
    let mut filter = String::new();
    let fields = [
        ("search", &asked.search),
        ("status", &asked.status),
        ("team", &asked.team),
        ("source", &asked.source),
        ("step", &asked.step),
    ];
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        filter.push_str(&format!("{name}={}&", encoded(value)));
    }
    let href = |way: &str, listed: &Listed| {
        let place = encoded(&format!("{}.{}", listed.place.id, listed.place.name_key));
        format!("/employees?{filter}{way}={place}")
    };
    Pager {
        previous: people
            .people
            .first()
            .filter(|_| people.has_previous)
            .map(|first| href("before", first)),
        next: people.people.last().filter(|_| people.has_next).map(|last| href("after", last)),
    }
}

fn matching(people: &RosterPage) -> Count {
    if people.found > COUNT_MAX {
        Count::MoreThan(number(COUNT_MAX))
    } else {
        Count::Exact(number(people.found))
    }
}

fn row(listed: &Listed, names: &Names, linked: bool) -> EmployeeRow {
    let employee = &listed.employee;
    EmployeeRow {
        id: employee.id.to_string(),
        version: number(employee.version),
        name: standing::full_name(employee),
        username: employee.profile.user_name.as_str().to_owned(),
        agent_number: number(employee.agent_number.0),
        team: listed.team.clone(),
        source: names.source(employee.managed_by),
        active: employee.status.is_active(),
        standing: linked.then(|| standing::listed(listed)),
        changed_at: employee.updated_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_an_address() {
        let id = "01990f4e-6f0a-7d53-9a51-2f4a7bce31d0";
        let found = place(&format!("{id}.o'brien\u{1}seán.x")).unwrap();
        assert_eq!(found.id.to_string(), id);
        assert_eq!(found.name_key, "o'brien\u{1}seán.x");
        assert!(place("nonsense").is_none());
    }
}
