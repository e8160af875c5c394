//! Who is let in (RFC 7644 §2, RFC 6750 §3).

use crate::check::{Area, Check, must};
use crate::offer::Feature;
use crate::outcome::{Outcome, require};
use crate::probe::Probe;
use crate::request::{Entry, Request};

pub(crate) const AREA: Area = Area {
    name: "access",
    title: "requests without a token and with a wrong one",
    needs: &[Feature::Token],
    checks: &[CHECKS],
};

const CHECKS: &[Check] = &[
    must(
        "access.no-token",
        "RFC 7644 §2, RFC 9110 §11.6.1",
        "a list without a token is refused with 401 and a WWW-Authenticate header",
        &async |probe: &mut Probe| refused(probe, Request::get("/Users"), Entry::Nothing).await,
    ),
    must(
        "access.wrong-token",
        "RFC 6750 §3.1",
        "a list with a wrong token is refused with 401 and a WWW-Authenticate header",
        &async |probe: &mut Probe| refused(probe, Request::get("/Users"), Entry::WrongToken).await,
    ),
    must(
        "access.write",
        "RFC 7644 §2",
        "a creation with a wrong token is refused with 401",
        &async |probe: &mut Probe| {
            let body = crate::person::person(&probe.fresh("stranger"));
            refused(probe, Request::post("/Users", &body), Entry::WrongToken).await
        },
    ),
    must(
        "access.error-body",
        "RFC 7644 §3.12",
        "the refusal has a body with the schema of SCIM errors and the status as a text",
        &async |probe: &mut Probe| {
            probe.send(Request::get("/Users").entry(Entry::WrongToken)).await?.refused(401)
        },
    ),
];

async fn refused(probe: &mut Probe, request: Request, entry: Entry) -> Outcome {
    let answer = probe.send(request.entry(entry)).await?;
    answer.status(401)?;
    require!(answer.header("www-authenticate").is_some(), "there is no WWW-Authenticate header");
    Ok(())
}
