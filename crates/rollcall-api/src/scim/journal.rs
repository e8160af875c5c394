//! Notes each request of a connection's client for its journal: beside the answer, never in its way.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode, header};

use rollcall_app::App;
use rollcall_app::journal::{RequestEntry, SENT_MAX_BYTES};
use rollcall_app::provision::Written;
use rollcall_domain::{ScimConnectionId, TenantId};
use rollcall_scim::{DialectName, ScimError};

use crate::meter;
use crate::scim::service::{BASE, Scim};

/// Longer addresses and names of clients are cut.
const TEXT_MAX_CHARS: usize = 400;
/// Of the unknown members of a group as many are named.
const PENDING_NAMED_MAX: usize = 10;

/// What is noted of a request while it is served. Who may be told of it is known once its token is.
#[derive(Clone, Default)]
pub(crate) struct Note(Arc<Mutex<Draft>>);

#[derive(Default)]
struct Draft {
    whose: Option<(TenantId, ScimConnectionId)>,
    dialect: Option<DialectName>,
    sent: Option<String>,
    effect: Option<String>,
    ignored: Vec<String>,
    refusal: Option<Refusal>,
    remark: Option<String>,
}

impl Note {
    fn with<T>(&self, change: impl FnOnce(&mut Draft) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whose journal the request belongs in.
    pub(crate) fn belongs_to(&self, tenant: TenantId, connection: ScimConnectionId) {
        self.with(|draft| draft.whose = Some((tenant, connection)));
    }

    /// How the client of the connection speaks.
    pub(crate) fn speaks(&self, dialect: DialectName) {
        self.with(|draft| draft.dialect = Some(dialect));
    }

    /// The body as it came.
    pub(crate) fn sent(&self, body: &[u8]) {
        if body.len() <= SENT_MAX_BYTES {
            let text = std::str::from_utf8(body).ok().map(str::to_owned);
            self.with(|draft| draft.sent = text);
        }
    }

    /// What the request did, where its status does not tell.
    pub(crate) fn effect(&self, effect: impl Into<String>) {
        self.with(|draft| draft.effect = Some(effect.into()));
    }

    /// Attributes that were sent in vain. Each name counts once: a transaction may run twice, and a bulk
    /// request sends the same ones with each person.
    pub(crate) fn ignored(&self, names: Vec<String>) {
        self.with(|draft| {
            for name in names {
                if !draft.ignored.contains(&name) {
                    draft.ignored.push(name);
                }
            }
        });
    }

    /// Members of a group whom nobody here knows. They count as soon as somebody is them.
    pub(crate) fn pending_members(&self, ids: &[String]) {
        let named = ids.iter().take(PENDING_NAMED_MAX).map(String::as_str).collect::<Vec<_>>();
        if named.is_empty() {
            return;
        }
        let more = if ids.len() > named.len() { " and others" } else { "" };
        let remark = format!(
            "{} of its members are not known here and wait until they are: {}{more}.",
            ids.len(),
            named.join(", ")
        );
        self.with(|draft| draft.remark = Some(remark));
    }

    /// That a part of the request was refused. The first one is told.
    pub(crate) fn refused_part(&self, error: &ScimError) {
        self.with(|draft| {
            draft.refusal.get_or_insert_with(|| error.into());
        });
    }

    /// What a change of a person did, where that it was a change does not tell.
    pub(crate) fn written(&self, written: Written) {
        match written {
            Written::Yes => {}
            Written::Nothing => self.effect("unchanged"),
            Written::Activated => self.effect("activated"),
            Written::Deactivated => self.effect("deactivated"),
        }
    }
}

/// Why a request was refused: put beside the answer by who wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    kind: String,
    /// For people: what was refused and why.
    pub(crate) detail: String,
}

impl From<&ScimError> for Refusal {
    fn from(error: &ScimError) -> Self {
        let kind = error.kind.scim_type().unwrap_or_default().to_owned();
        Self { kind, detail: error.detail.clone() }
    }
}

/// Serves a request and notes what became of it.
pub(crate) async fn keep(State(scim): State<Scim>, mut request: Request, next: Next) -> Response {
    let (note, begun, at) = (Note::default(), Instant::now(), scim.app.now());
    request.extensions_mut().insert(note.clone());
    let (method, target) = (request.method().clone(), target(&request));
    let client = text(request.headers().get(header::USER_AGENT));
    let response = next.run(request).await;
    let draft = note.with(std::mem::take);
    // Whoever has no token of a connection has no place in its journal.
    let Some((tenant, connection)) = draft.whose else { return response };
    let status = response.status();
    if let Some(dialect) = draft.dialect {
        meter::served(dialect, &method, status);
    }
    let refusal = response.extensions().get::<Refusal>().or(draft.refusal.as_ref());
    let entry = RequestEntry {
        at,
        method: method.to_string(),
        resource: resource(&target, response.headers()),
        target,
        status: status.as_u16(),
        took_us: i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX),
        effect: draft.effect.unwrap_or_else(|| effect(&method, status).to_owned()),
        refusal: refusal.map(|refusal| refusal.kind.clone()),
        detail: refusal.map(|refusal| refusal.detail.clone()).or(draft.remark),
        sent: draft.sent,
        client,
        ignored: draft.ignored,
    };
    scim.app.note_request(tenant, connection, entry);
    response
}

/// Writes into the journal what was done for a request after its answer.
pub(crate) fn tell_later(
    app: &App,
    note: &Note,
    target: String,
    (effect, began): (String, Instant),
) {
    let draft = note.with(std::mem::take);
    let Some((tenant, connection)) = draft.whose else { return };
    let entry = RequestEntry {
        at: app.now(),
        method: Method::POST.to_string(),
        target,
        status: StatusCode::OK.as_u16(),
        took_us: i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX),
        effect,
        resource: None,
        refusal: draft.refusal.as_ref().map(|refusal| refusal.kind.clone()),
        detail: draft.refusal.map(|refusal| refusal.detail),
        sent: None,
        client: String::new(),
        ignored: draft.ignored,
    };
    app.note_request(tenant, connection, entry);
}

/// Path and query below the base, as they came.
fn target(request: &Request) -> String {
    let whole = request.uri().path_and_query().map_or("", |target| target.as_str());
    let below = whole.strip_prefix(BASE).unwrap_or(whole);
    below.chars().take(TEXT_MAX_CHARS).collect()
}

fn text(value: Option<&header::HeaderValue>) -> String {
    let text = value.and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.chars().take(TEXT_MAX_CHARS).collect()
}

/// The id of the one resource that a request was about: the one that it made, or that its path names.
fn resource(target: &str, headers: &HeaderMap) -> Option<String> {
    let made = headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
    let path = made.map_or(target, |made| made.split_once(BASE).map_or(made, |(_, path)| path));
    let path = path.split('?').next().unwrap_or_default();
    let mut parts = path.trim_matches('/').split('/');
    let (kind, id) = (parts.next()?, parts.next()?);
    (matches!(kind, "Users" | "Groups") && !id.starts_with('.')).then(|| id.to_owned())
}

/// What a request did, as far as its answer tells.
fn effect(method: &Method, status: StatusCode) -> &'static str {
    if status.is_client_error() {
        return "refused";
    }
    if status.is_server_error() {
        return "failed";
    }
    match (method, status) {
        (&Method::POST, StatusCode::CREATED) => "created",
        (&Method::PUT | &Method::PATCH, _) => "changed",
        (&Method::DELETE, _) => "deleted",
        _ => "read",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_is_the_one_that_was_made_or_named() {
        let none = HeaderMap::new();
        let mut made = HeaderMap::new();
        made.insert(header::LOCATION, "https://hub.example.com/scim/v2/Users/7".parse().unwrap());
        assert_eq!(resource("/Users", &made).as_deref(), Some("7"));
        assert_eq!(resource("/Groups/9?attributes=members", &none).as_deref(), Some("9"));
        assert_eq!(resource("/Users/.search", &none), None);
        assert_eq!(resource("/Users?filter=id eq \"1\"", &none), None);
        assert_eq!(resource("/Schemas/urn", &none), None);
    }
}
