//! Employees, teams, roles and templates.

use axum::Router;
use axum::routing::get;

mod employee;
pub(crate) mod employees;
mod person;
mod role;
mod team;
mod template;

pub(crate) fn router() -> Router {
    Router::new()
        .route("/employees", get(employees::list))
        .route("/employees/{id}", get(employee::one))
        .route("/employees/new", get(person::new))
        .route("/employees/{id}/values", get(person::values))
        .route("/employees/{id}/status", get(person::status))
        .route("/employees/{id}/calendar/end", get(employee::end_calendar))
        .route("/employees/{id}/agent-link", get(employee::agent_link))
        .route("/templates", get(template::list))
        .route("/templates/new", get(template::one))
        .route("/templates/{id}", get(template::one))
        .route("/templates/{id}/apply", get(template::apply))
        .route("/templates/{id}/remove", get(template::remove))
        .route("/roles", get(role::list))
        .route("/roles/new", get(role::new))
        .route("/roles/{id}", get(role::one))
        .route("/teams", get(team::list))
        .route("/teams/new", get(team::new))
        .route("/teams/{id}", get(team::one))
        .route("/teams/{id}/remove", get(team::remove))
        .route("/employees/{id}/move", get(employee::move_there))
        .route("/teams/{id}/wfm", get(team::switch))
}
