//! An answer, and what can be required of it.

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::json;
use crate::outcome::{Outcome, Stop, require};
use crate::text::shorten;

/// The schema of error bodies (RFC 7644 §3.12).
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// What a server answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// Method and path of the request.
    pub(crate) to: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The media type without its parameters, in small letters.
    pub(crate) fn media_type(&self) -> String {
        let whole = self.header("content-type").unwrap_or_default();
        whole.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Requires one of some statuses.
    pub(crate) fn one_of(&self, expected: &[u16]) -> Result<&Self, Stop> {
        if expected.contains(&self.status) {
            return Ok(self);
        }
        let expected: Vec<String> = expected.iter().map(u16::to_string).collect();
        Err(Stop::Failed(format!(
            "{} was answered with {} instead of {}{}",
            self.to,
            self.status,
            expected.join(" or "),
            self.detail().map(|detail| format!(": {detail}")).unwrap_or_default()
        )))
    }

    pub(crate) fn status(&self, expected: u16) -> Result<&Self, Stop> {
        self.one_of(&[expected])
    }

    /// Requires that nothing follows the headers, nor is announced (RFC 9110 §8.6, §15.3.5).
    pub(crate) fn empty(&self) -> Outcome {
        let announced = self.header("content-length").is_some_and(|length| length.trim() != "0")
            || self.headers.contains_key("transfer-encoding");
        require!(
            self.body.is_empty() && !announced,
            "{} was answered with {} and a body",
            self.to,
            self.status
        );
        Ok(())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Value, Stop> {
        serde_json::from_slice(&self.body).map_err(|error| {
            Stop::Failed(format!("the body of the answer to {} is no JSON: {error}", self.to))
        })
    }

    /// The JSON of an answer that has a status.
    pub(crate) fn ok(&self, status: u16) -> Result<Value, Stop> {
        self.status(status)?.json()
    }

    /// Requires an error of a status with a body as RFC 7644 §3.12 has it.
    pub(crate) fn refused(&self, status: u16) -> Outcome {
        self.refused_by(&[status])
    }

    /// The same with several statuses to choose from.
    pub(crate) fn refused_by(&self, statuses: &[u16]) -> Outcome {
        self.one_of(statuses)?;
        self.error_body().map(drop)
    }

    /// Requires an error with a `scimType`.
    pub(crate) fn refused_as(&self, status: u16, scim_type: &str) -> Outcome {
        self.status(status)?;
        let body = self.error_body()?;
        let found = body.get("scimType").and_then(Value::as_str);
        require!(
            found == Some(scim_type),
            "{} was refused with scimType {} instead of {scim_type:?}",
            self.to,
            found.map_or("none".to_owned(), |found| format!("{found:?}"))
        );
        Ok(())
    }

    /// Requires some refusal on the client's account, without minding which.
    pub(crate) fn declined(&self) -> Outcome {
        require!(
            (400..500).contains(&self.status),
            "{} was answered with {} instead of a refusal",
            self.to,
            self.status
        );
        self.error_body().map(drop)
    }

    /// The error that the body tells.
    fn error_body(&self) -> Result<Value, Stop> {
        let wrong = |what: &str| {
            let body = shorten(&String::from_utf8_lossy(&self.body), 80);
            Stop::Failed(format!(
                "{} was answered with {} and {what}: {body}",
                self.to, self.status
            ))
        };
        let body: Value =
            serde_json::from_slice(&self.body).map_err(|_| wrong("a body that is no JSON"))?;
        if !json::list(&body, "/schemas").iter().any(|urn| urn == ERROR) {
            return Err(wrong("a body without the schema of SCIM errors"));
        }
        if body.get("status").and_then(Value::as_str) != Some(&self.status.to_string()) {
            return Err(wrong("a body whose status is not the same number as a text"));
        }
        Ok(body)
    }

    /// What the server says of its refusal.
    pub(crate) fn detail(&self) -> Option<String> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        Some(shorten(body.get("detail")?.as_str()?, 120))
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{CONTENT_LENGTH, HeaderValue};

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        let (to, headers) = ("DELETE /Users/1".to_owned(), HeaderMap::new());
        Answer { to, status, headers, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn errors_have_the_form_of_the_rfc() {
        let whole = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","scimType":"noTarget"}"#;
        assert_eq!(answer(400, whole).refused_as(400, "noTarget"), Ok(()));
        assert!(answer(400, whole).refused_as(400, "invalidPath").is_err());
        assert!(answer(409, whole).refused(409).is_err(), "the status is another number");
        for wrong in ["", "<html>", "{}", r#"{"schemas":[],"status":"400"}"#] {
            assert!(answer(400, wrong).refused(400).is_err(), "{wrong}");
        }
        let number = whole.replace("\"400\"", "400");
        assert!(answer(400, &number).refused(400).is_err());
    }

    #[test]
    fn a_body_after_204_is_found_though_http_hides_it() {
        let mut hidden = answer(204, "");
        assert_eq!(hidden.empty(), Ok(()));
        hidden.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("12"));
        assert!(hidden.empty().is_err());
        assert!(answer(204, "{}").empty().is_err());
    }
}
