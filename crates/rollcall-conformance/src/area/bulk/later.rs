//! Bulk requests that are carried out after the answer (RFC 9967; RFC 7240).

use std::time::Duration;

use serde_json::{Value, json};

use super::request;
use crate::check::{Check, must};
use crate::outcome::{Stop, require};
use crate::probe::Probe;
use crate::request::Request;

/// How often, and after how long each time, it is looked whether the work is done: ten seconds.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

pub(super) const CHECKS: &[Check] = &[must(
    "bulk.later",
    "RFC 9967, asynchronous requests; RFC 7240 §4.1",
    "Prefer: respond-async is answered with 202, Preference-Applied and Set-Txn and done soon, or is done at once",
    &async |probe: &mut Probe| {
        let told = probe.offer.config.pointer("/securityEvents/asyncRequest");
        if told.and_then(Value::as_str).is_none_or(|told| told == "none") {
            return Err(Stop::NotOffered("securityEvents.asyncRequest is not told".to_owned()));
        }
        let made = probe.user("later").await?;
        let body = request(&[json!({"method": "DELETE", "path": made.path})]);
        let request = Request::post("/Bulk", &body).header("prefer", "respond-async");
        let answer = probe.send(request).await?;
        // A preference may be passed over (RFC 7240 §2).
        if answer.one_of(&[200, 202])?.status == 202 {
            answer.empty()?;
            let applied = answer.header("preference-applied").unwrap_or_default();
            require!(applied.contains("respond-async"), "Preference-Applied is {applied:?}");
            require!(answer.header("set-txn").is_some(), "there is no Set-Txn header");
        }
        for _ in 0..LOOKS {
            if probe.get(&made.path).await?.status == 404 {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(Stop::Failed("it was not done within ten seconds".to_owned()))
    },
)];
