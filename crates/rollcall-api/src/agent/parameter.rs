//! The parameters of a query: known ones only, each once.

use std::collections::HashMap;

use axum::extract::FromRequestParts;
use http::request::Parts;
use jiff::Timestamp;

use crate::agent::problem::Problem;
use crate::agent::service::Agents;

/// The parameters of a request.
pub(crate) struct Parameters(HashMap<String, String>);

impl FromRequestParts<Agents> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Agents) -> Result<Self, Problem> {
        let mut all = HashMap::new();
        let query = parts.uri.query().unwrap_or_default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if all.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(Problem::invalid(format!("The parameter {name} stands there twice.")));
            }
        }
        Ok(Self(all))
    }
}

impl Parameters {
    /// Refuses parameters of other names: a filter that is misspelt would let everything through.
    pub(crate) fn only(&self, names: &[&str]) -> Result<&Self, Problem> {
        match self.0.keys().find(|name| !names.contains(&name.as_str())) {
            None => Ok(self),
            Some(name) => Err(Problem::invalid(format!(
                "There is no parameter {name:?} here; there are: {}.",
                names.join(", ")
            ))),
        }
    }

    /// The text of one.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether one is `true`.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.text(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Problem::invalid(format!("{name} is true or false."))),
        }
    }

    /// One that has a form of its own.
    pub(crate) fn parsed<T: std::str::FromStr>(
        &self,
        name: &str,
        form: &str,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse()
            .map(Some)
            .map_err(|_| Problem::invalid(format!("{name} is {form}, and {text:?} is not.")))
    }

    /// A moment.
    pub(crate) fn moment(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        self.parsed(name, "a moment of the form 2026-11-21T09:00:00Z")
    }
}
