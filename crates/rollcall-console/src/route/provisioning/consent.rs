//! The authorization endpoint of OAuth 2.0 (RFC 6749 §3.1): an administrator is asked whether an application may
//! open its connection, and is sent back to it with the answer.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use rollcall_app::ChangeError;
use rollcall_app::oauth::{SCOPE, is_challenge};
use rollcall_domain::pkce::Pkce;
use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::percent::encoded;
use crate::policy::CONTENT_SECURITY_POLICY;
use crate::view::provisioning::consent::ConsentPage;
use crate::view::shell::Section;
use crate::visit::Visit;

/// What an application asks, in the query of a browser that it sends here (RFC 6749 §4.1.1, RFC 7636 §4.3).
#[derive(Clone, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    response_type: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    code_challenge: String,
    #[serde(default)]
    code_challenge_method: String,
}

#[derive(Deserialize)]
pub(super) struct Answered {
    #[serde(flatten)]
    asked: Asked,
    #[serde(default)]
    decision: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, ConsoleError> {
    // Who is not known by this redirect address is not sent there, not even with a refusal (RFC 6749 §4.1.2.1).
    let (id, redirect_uri) = (&asked.client_id, &asked.redirect_uri);
    let consent = console.app.oauth_consent(visit.viewer.tenant, id, redirect_uri).await?;
    if let Some((error, description)) = asked.error(consent.application.pkce) {
        let answer = [("error", error), ("error_description", description)];
        return Ok(asked.sent_back(&console, &visit, &answer));
    }
    let origin = origin_of(redirect_uri);
    let page = ConsentPage {
        shell: visit.shell(Section::Connections),
        application: consent.application.name,
        connection_name: consent.connection.name,
        host: origin.split("://").nth(1).unwrap_or_default().to_owned(),
        asked: asked.fields(),
    };
    let mut response = Html(page.render()?).into_response();
    // Browsers apply `form-action` to where a form's answer leads, too (CSP Level 3 §6.1.4).
    let policy = CONTENT_SECURITY_POLICY
        .replace("form-action 'self'", &format!("form-action 'self' {origin}"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

pub(super) async fn decide(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(Answered { asked, decision }): OwnForm<Answered>,
) -> Result<Response, ConsoleError> {
    let (id, redirect_uri) = (&asked.client_id, &asked.redirect_uri);
    let consent = console.app.oauth_consent(visit.viewer.tenant, id, redirect_uri).await?;
    if let Some((error, description)) = asked.error(consent.application.pkce) {
        let answer = [("error", error), ("error_description", description)];
        return Ok(asked.sent_back(&console, &visit, &answer));
    }
    if decision != "allow" {
        let answer = [
            ("error", "access_denied"),
            ("error_description", "The administrator did not allow it."),
        ];
        return Ok(asked.sent_back(&console, &visit, &answer));
    }
    let application = (id.as_str(), redirect_uri.as_str());
    let code = console.app.oauth_allow(&visit.viewer, application, asked.challenge()).await;
    match code {
        Ok(code) => Ok(asked.sent_back(&console, &visit, &[("code", code.expose_secret())])),
        Err(ChangeError::Storage(_)) => {
            Ok(asked.sent_back(&console, &visit, &[("error", "temporarily_unavailable")]))
        }
        Err(error) => Err(error.into()),
    }
}

impl Asked {
    /// What is wrong with it that the application may be told.
    fn error(&self, pkce: Pkce) -> Option<(&'static str, &'static str)> {
        if self.response_type != "code" {
            return Some(("unsupported_response_type", "The only response type is code."));
        }
        if self.scope.split(' ').any(|one| !one.is_empty() && one != SCOPE) {
            return Some(("invalid_scope", "The only scope is scim."));
        }
        let fits = match self.challenge() {
            Some(challenge) => self.code_challenge_method == "S256" && is_challenge(challenge),
            None => pkce == Pkce::Optional,
        };
        if !fits {
            let words = "A code is bound to its client by PKCE: a code challenge of the method S256 is needed.";
            return Some(("invalid_request", words));
        }
        None
    }

    /// What the code is to be bound to; a method without it is a challenge that got lost.
    fn challenge(&self) -> Option<&str> {
        let any = !self.code_challenge.is_empty() || !self.code_challenge_method.is_empty();
        any.then_some(self.code_challenge.as_str())
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let fields = [
            ("response_type", &self.response_type),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", &self.scope),
            ("state", &self.state),
            ("code_challenge", &self.code_challenge),
            ("code_challenge_method", &self.code_challenge_method),
        ];
        fields.map(|(name, value)| (name, value.clone())).into()
    }

    /// Sends the browser back with an answer, the application's own state, and who answers (RFC 9207), where that is
    /// more than the browser's own word.
    fn sent_back(&self, console: &Console, visit: &Visit, answer: &[(&str, &str)]) -> Response {
        let mut address = self.redirect_uri.clone();
        let public_url = console.settings.public_url.as_deref();
        let issuer = rollcall_app::oauth::issuer(public_url, Some(&visit.host));
        let state = (!self.state.is_empty()).then_some(("state", self.state.as_str()));
        let all = answer
            .iter()
            .copied()
            .chain(state)
            .chain(issuer.as_deref().map(|issuer| ("iss", issuer)));
        for (name, value) in all {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(name);
            address.push('=');
            address.push_str(&encoded(value));
        }
        Redirect::to(&address).into_response()
    }
}

/// Scheme, host and port of an address that a registration let pass.
fn origin_of(address: &str) -> String {
    let mut parts = address.splitn(2, "://");
    let (scheme, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    format!("{scheme}://{}", rest.split(['/', '?']).next().unwrap_or_default())
}
