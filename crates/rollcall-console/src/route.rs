//! Addresses and who answers them. One file per page; a page's forms live beside it.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{get, post};
use rollcall_app::App;
use tower_http::compression::CompressionLayer;

use crate::console::{Console, Settings};
use crate::error::ConsoleError;
use crate::{guard, visit};

mod account;
mod adherence;
mod agents;
mod application;
mod application_key;
mod asset;
mod audit;
mod calendar;
mod code;
mod connection;
mod connections;
mod consent;
mod day;
mod decision;
mod employee;
mod employees;
mod guide;
mod history;
mod history_import;
mod journal;
mod key;
mod link;
mod live;
mod my_schedule;
mod my_sign_in;
mod my_visit;
mod overview;
mod person;
mod person_form;
mod posting;
pub(crate) mod preference;
mod put_back;
mod receiver;
mod receiver_end;
mod removal;
mod role;
mod run;
mod secondary_role;
mod set_up;
pub(crate) mod sign_in;
mod status_mapping;
mod take_over;
mod team;
mod template;
mod template_apply;
mod timeline;
mod token;
mod way;
mod way_form;
mod wfm_new;
mod wfm_run;
mod wfm_switch;
mod wfm_way;

/// The largest form that we have is far below this.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// The console, to be served at the root of its host. Must be called within the runtime that will serve it.
pub fn router(app: App, settings: Settings) -> Router {
    let console = Console::new(app, settings);
    // Nothing is added to `inside` without a session being asked for.
    let inside = people()
        .merge(sources())
        .route("/", get(overview::show))
        .route("/wfm", get(link::first))
        .route("/wfm/new", get(wfm_new::form).post(wfm_new::attempt))
        .route("/wfm/link", post(wfm_new::make))
        .route("/wfm/{id}", get(link::show))
        .route("/wfm/{id}/way", get(wfm_way::form).post(wfm_way::attempt))
        .route("/wfm/{id}/way/take", post(wfm_way::take))
        .route("/wfm/{id}/settings", post(link::save))
        .route("/wfm/{id}/put-back", get(put_back::preview).post(put_back::put_back))
        .route("/wfm/{id}/approve", post(decision::approve))
        .route("/wfm/{id}/reject", post(decision::reject))
        .route("/wfm/{id}/kept", get(decision::kept).post(decision::release))
        .route("/wfm/{id}/history", get(history::show))
        .route("/wfm/{id}/history/file", get(history::file))
        .route(
            "/wfm/{id}/history/import",
            get(history_import::form)
                .post(history_import::bring)
                .layer(DefaultBodyLimit::max(history_import::FORM_BYTES_MAX)),
        )
        .route("/wfm/{id}/run", post(wfm_run::run_now))
        .route("/wfm/{id}/next", get(wfm_run::forecast))
        .route("/wfm/{id}/compare", post(wfm_run::preview_comparison))
        .route("/wfm/{id}/off", get(wfm_switch::preview).post(wfm_switch::switch_off))
        .route("/wfm/{id}/on", post(wfm_switch::switch_on))
        .route("/wfm/{id}/runs/{run}", get(run::show))
        .route("/account", get(account::show))
        .route("/account/attributes", post(account::switch))
        .route("/account/role", post(account::choose_role))
        .route("/audit", get(audit::show))
        .route("/live", get(live::stream))
        .route("/preferences", post(preference::save))
        .route("/sign-out", post(sign_in::sign_out))
        .fallback(nowhere)
        .layer(from_fn_with_state(console.clone(), visit::require));
    inside
        .merge(outside())
        .merge(day::router())
        .layer(from_fn(guard::same_site))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(CompressionLayer::new())
        .layer(map_response(guard::headers))
        .with_state(console)
}

/// The pages of people and of what they stand in.
fn people() -> Router<Console> {
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
        .route("/take-overs", get(take_over::list))
        .route("/take-overs/{connection}/{employee}", get(take_over::show))
        .route("/take-overs/{connection}/{employee}/approve", post(take_over::approve))
        .route("/take-overs/{connection}/{employee}/reject", post(take_over::reject))
        .route("/take-overs/{connection}/{employee}/reopen", post(take_over::reopen))
        .route("/templates", get(template::list).post(template::create))
        .route("/templates/new", get(template::new))
        .route("/templates/{id}", get(template::show).post(template::change))
        .route("/templates/{id}/apply", get(template_apply::preview).post(template_apply::apply))
        .route("/templates/{id}/remove", get(template::preview_removal).post(template::remove))
        .route("/employees/{id}/move", get(posting::preview).post(posting::move_there))
        .route("/employees/{id}/log-out", get(agents::preview).post(agents::log_out))
        .route("/employees/{id}/calendar/end", get(calendar::preview).post(calendar::end))
        .route("/employees/{id}/agent-link", post(agents::make_link))
        .route("/employees/{id}/adherence", get(timeline::person))
        .route("/agents", get(agents::wall))
        .route("/adherence", get(adherence::show))
        .route("/adherence/day", get(timeline::team))
        .route("/adherence/mapping", get(status_mapping::show).post(status_mapping::map))
        .route("/adherence/mapping/remove", post(status_mapping::unmap))
        .route("/adherence/mapping/activity", post(status_mapping::set_kind))
        .route("/codes", get(code::list).post(code::save))
        .route("/roles", get(role::list))
        .route("/roles/{id}", post(role::save))
        .route("/teams", get(team::list))
        .route("/teams/{id}/codes", get(code::show_team).post(code::save_team))
        .route("/teams/{id}/wfm", get(team::preview).post(team::switch))
}

/// The pages of where people come from.
fn sources() -> Router<Console> {
    Router::new()
        .route("/connections", get(connections::list).post(connections::create))
        .route("/connections/new", get(connections::new))
        .route("/connections/{id}", get(connection::show))
        .route("/connections/{id}/setup", get(guide::show))
        .route("/connections/{id}/requests", get(journal::show))
        .route("/connections/{id}/remove", get(removal::preview).post(removal::remove))
        .route("/connections/{id}/policy", post(connection::set_policy))
        .route("/connections/{id}/tokens", post(token::issue))
        .route("/connections/{id}/tokens/{token}/revoke", get(token::preview).post(token::revoke))
        .route("/connections/{id}/keys", post(key::make))
        .route("/connections/{id}/keys/{key}/revoke", get(key::preview).post(key::revoke))
        .route("/connections/{id}/applications", post(application::register))
        .route("/connections/{id}/applications/{application}", get(application_key::show))
        .route("/connections/{id}/applications/{application}/keys", post(application_key::add))
        .route(
            "/connections/{id}/applications/{application}/keys/{key}/remove",
            get(application_key::preview).post(application_key::remove),
        )
        .route(
            "/connections/{id}/applications/{application}/revoke",
            get(application::preview).post(application::revoke),
        )
        .route("/receivers", get(receiver::list).post(receiver::create))
        .route("/receivers/new", get(receiver::new))
        .route("/receivers/{id}", get(receiver::show))
        .route("/receivers/{id}/off", get(receiver_end::preview_off).post(receiver_end::switch_off))
        .route("/receivers/{id}/on", post(receiver_end::switch_on))
        .route(
            "/receivers/{id}/remove",
            get(receiver_end::preview_removal).post(receiver_end::remove),
        )
        .route("/oauth/authorize", get(consent::show).post(consent::decide))
}

/// What anybody may ask, signed in or not.
fn outside() -> Router<Console> {
    Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/setup/{link}", get(set_up::show).post(set_up::create))
        .route("/assets/{hash}/{name}", get(asset::file))
        .route("/favicon.ico", get(asset::favicon))
}

/// An address that leads nowhere is said so in the frame, and only to people who are signed in.
async fn nowhere() -> ConsoleError {
    ConsoleError::Missing("page")
}
