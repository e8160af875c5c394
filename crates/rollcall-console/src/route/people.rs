//! Employees, teams, roles and templates.

use axum::Router;
use axum::routing::{get, post};

use crate::console::Console;

mod agent_link;
mod at_acd;
mod calendar_end;
mod employee;
mod employees;
mod person;
mod person_form;
mod posting;
mod removal;
mod role;
mod secondary_role;
mod team;
mod team_switch;
mod template;
mod template_apply;

/// Their routes; a session is asked for around them.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/employees", get(employees::show).post(person::create))
        .route("/employees/new", get(person::new))
        .route("/employees/{id}", get(employee::show))
        .route("/employees/{id}/values", get(person::show).post(person::save))
        .route("/employees/{id}/status", get(person::preview).post(person::switch))
        .route("/employees/{id}/team", post(employee::set_team))
        .route("/employees/{id}/role", post(employee::set_role))
        .route("/employees/{id}/secondary-roles", post(secondary_role::add))
        .route("/employees/{id}/secondary-roles/{role}/remove", post(secondary_role::remove))
        .route("/templates", get(template::list).post(template::create))
        .route("/templates/new", get(template::new))
        .route("/templates/{id}", get(template::show).post(template::change))
        .route("/templates/{id}/apply", get(template_apply::preview).post(template_apply::apply))
        .route("/templates/{id}/remove", get(template::preview_removal).post(template::remove))
        .route("/employees/{id}/move", get(posting::preview).post(posting::move_there))
        .route("/employees/{id}/calendar/end", get(calendar_end::preview).post(calendar_end::end))
        .route("/employees/{id}/agent-link", post(agent_link::make))
        .route("/roles", get(role::list).post(role::create))
        .route("/roles/new", get(role::new))
        .route("/roles/{id}", get(role::show).post(role::save))
        .route("/roles/{id}/name", post(role::rename))
        .route("/roles/{id}/remove", get(removal::preview_role).post(removal::remove_role))
        .route("/teams", get(team::list).post(team::create))
        .route("/teams/new", get(team::new))
        .route("/teams/{id}", get(team::show))
        .route("/teams/{id}/name", post(team::rename))
        .route("/teams/{id}/remove", get(removal::preview_team).post(removal::remove_team))
        .route("/teams/{id}/wfm", get(team_switch::preview).post(team_switch::switch))
}
