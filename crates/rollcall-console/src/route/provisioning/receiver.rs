//! Receivers of security events: the list, one of them, and making one.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::ChangeError;
use rollcall_app::security_event::{
    EVENT_URIS, IssuedStream, NewDelivery, NewStream, STREAMS_MAX, StreamDetail,
};
use rollcall_domain::EventStreamId;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::OwnForm;
use crate::view::provisioning::receiver::{
    NewReceiverPage, ReceiverMadePage, ReceiverPage, ReceiversPage,
};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::provisioning::receiver as words;

const PATH: &str = "/receivers";

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    name: String,
    #[serde(default)]
    audience: String,
    /// `push`, or anything else for one that asks.
    #[serde(default)]
    delivery: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    token: String,
    /// The events that are chosen, by their names.
    #[serde(flatten)]
    events: HashMap<String, String>,
}

pub(super) async fn list(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    let all = console.app.event_streams(visit.viewer.tenant).await?;
    let base = base(&console, &visit);
    let page = ReceiversPage {
        shell: visit.shell(Section::Receivers),
        may_add: all.len() < STREAMS_MAX,
        rows: all.iter().map(|detail| words::row(detail, &base)).collect(),
    };
    Ok(Html(if visit.part() == "list" { page.as_list().render()? } else { page.render()? }))
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let StreamDetail { stream, waiting } =
        console.app.event_stream(visit.viewer.tenant, parse(&id)?).await?;
    let named = |uri: &String| {
        let name = uri.strip_prefix(words::PREFIX).unwrap_or(uri).to_owned();
        let meaning = words::meaning(&name);
        (name, meaning)
    };
    let page = ReceiverPage {
        shell: visit.shell(Section::Receivers),
        keys_url: keys_url(&console, &visit),
        audience: stream.audience.clone(),
        issuer: stream.issuer.clone(),
        made_at: stream.created_at,
        events: stream.events.iter().map(named).collect(),
        receiver: words::row(&StreamDetail { stream, waiting }, &base(&console, &visit)),
    };
    Ok(Html(if visit.part() == "facts" { page.as_facts().render()? } else { page.render()? }))
}

pub(super) async fn new(visit: Visit) -> Result<Html<String>, ConsoleError> {
    let blank = NewReceiverPage {
        shell: visit.shell(Section::Receivers),
        events: events(|_| true),
        ..NewReceiverPage::default()
    };
    Ok(Html(blank.render()?))
}

/// Makes a receiver. One that asks is answered with the page that shows its token: it stands in no address, and no
/// later page has it.
pub(super) async fn create(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(form): OwnForm<Wanted>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let base = base(&console, &visit);
    let is_push = form.delivery == "push";
    let chosen = |uri: &&str| {
        let name = uri.strip_prefix(words::PREFIX).unwrap_or(uri);
        form.events.contains_key(name)
    };
    let token = Some(form.token.trim()).filter(|token| !token.is_empty()).map(SecretString::from);
    let new = NewStream {
        name: form.name.clone(),
        audience: form.audience.clone(),
        issuer: base.clone(),
        delivery: match is_push {
            true => NewDelivery::Push { endpoint: form.address.trim().to_owned(), token },
            false => NewDelivery::Poll,
        },
        events: EVENT_URIS.iter().filter(|uri| chosen(uri)).map(|uri| (*uri).to_owned()).collect(),
    };
    match console.app.create_event_stream(tenant, actor, new).await {
        Ok(IssuedStream { stream, token: Some(token) }) => {
            let page = ReceiverMadePage {
                shell: visit.shell(Section::Receivers),
                address: format!("{base}/Events/{}", stream.id),
                id: stream.id.to_string(),
                name: stream.name,
                secret: token.expose_secret().to_owned(),
                keys_url: keys_url(&console, &visit),
            };
            Ok(Html(page.render()?).into_response())
        }
        Ok(IssuedStream { stream, token: None }) => {
            let done = format!("{} is told of what happens from now on.", stream.name);
            Ok(Visit::back(&format!("{PATH}/{}", stream.id), &Notice::Done(done)))
        }
        Err(ChangeError::Storage(error)) => Err(ChangeError::Storage(error).into()),
        Err(refusal) => {
            let page = NewReceiverPage {
                shell: visit.shell(Section::Receivers),
                events: events(|name| form.events.contains_key(name)),
                name: form.name,
                audience: form.audience,
                address: form.address,
                is_push,
                refusal: Some(sentence(&refusal.to_string())),
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
        }
    }
}

/// Every event with its meaning, and whether it is chosen.
fn events(chosen: impl Fn(&str) -> bool) -> Vec<(String, &'static str, bool)> {
    let names = EVENT_URIS.iter().filter_map(|uri| uri.strip_prefix(words::PREFIX));
    names.map(|name| (name.to_owned(), words::meaning(name), chosen(name))).collect()
}

/// The address of SCIM as clients reach it.
pub(super) fn base(console: &Console, visit: &Visit) -> String {
    format!("{}/scim/v2", visit.origin(console))
}

fn keys_url(console: &Console, visit: &Visit) -> String {
    format!("{}/.well-known/jwks.json", visit.origin(console))
}

pub(super) fn parse(id: &str) -> Result<EventStreamId, ConsoleError> {
    id.parse().map_err(|_| ConsoleError::Missing("event receiver"))
}
