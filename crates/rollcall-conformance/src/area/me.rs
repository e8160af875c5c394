//! The alias of the caller (RFC 7644 §3.11).

use crate::check::{Area, Check, should};
use crate::json;
use crate::outcome::require;
use crate::probe::Probe;

pub(crate) const AREA: Area =
    Area { name: "me", title: "the alias /Me", needs: &[], checks: &[&[CHECK]] };

const CHECK: Check = should(
    "me.answered",
    "RFC 7644 §3.11",
    "/Me is the caller's resource, a redirect to it, or refused with 501",
    &async |probe: &mut Probe| {
        let answer = probe.get("/Me").await?;
        match answer.status {
            200 => json::text(&answer.json()?, "/id").map(drop),
            308 => {
                require!(answer.header("location").is_some(), "the redirect has no Location");
                Ok(())
            }
            // A token that stands for no person has no resource here.
            403 => answer.refused(403),
            _ => answer.refused(501),
        }
    },
);
