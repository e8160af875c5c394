//! How a client proves who it is, in the three manners that are published.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

use rollcall_app::oauth::{By, Client, Proof, Proven, claimed_client};

use crate::authentication::form::Form;
use crate::authentication::refusal::Refusal;
use crate::authentication::trace::Trace;
use crate::authentication::{Authentication, Peer, TOKEN};
use crate::origin::issuer;

/// Longer ids and secrets are none of ours.
const PART_MAX_BYTES: usize = 256;
/// The type of an assertion (RFC 7523 §2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const WRONG: Refusal =
    Refusal::nobody("The client is unknown, what it proves itself by is wrong, or it was revoked.");

/// The client that asks. One that is known and refused is told to its connection's journal.
pub(crate) async fn prove(
    authentication: &Authentication,
    peer: &Peer,
    headers: &HeaderMap,
    form: &Form,
    trace: Trace,
) -> Result<(Client, Trace), Refusal> {
    let proof = proof(authentication, headers, form)?;
    authentication.count(peer, &proof.client_id)?;
    match authentication.app.oauth_client(&proof).await? {
        Proven::Client(client) => Ok((*client, trace)),
        Proven::Refused(whose, reason) => {
            trace.refused(&authentication.app, whose, 401, reason);
            Err(WRONG)
        }
        Proven::Unproven(whose, reason) => {
            trace.unproven(&authentication.app, whose, reason);
            Err(WRONG)
        }
        Proven::Unknown => Err(WRONG),
    }
}

/// One manner only (RFC 6749 §2.3).
fn proof(
    authentication: &Authentication,
    headers: &HeaderMap,
    form: &Form,
) -> Result<Proof, Refusal> {
    let basic = headers.get(header::AUTHORIZATION);
    let (client_id, by) = match (basic, form.get("client_secret"), form.get("client_assertion")) {
        (Some(basic), None, None) => {
            let pair = basic.to_str().ok().and_then(basic_pair);
            let (client_id, secret) = pair.filter(|(_, secret)| fits(secret)).ok_or(WRONG)?;
            (client_id, By::Secret(secret.into()))
        }
        (None, Some(secret), None) => {
            let client_id = form.need("client_id", "The field client_id is missing.")?;
            let secret = Some(secret).filter(|secret| fits(secret)).ok_or(WRONG)?;
            (client_id.to_owned(), By::Secret(secret.into()))
        }
        (None, None, Some(jwt)) => {
            if form.get("client_assertion_type") != Some(ASSERTION_TYPE) {
                return Err(Refusal::invalid("The field client_assertion_type is another one."));
            }
            let issuer = issuer(headers, authentication.options.public_url.as_deref());
            let issuer = issuer.ok_or(Refusal::unnamed())?;
            let audiences = vec![format!("{issuer}{TOKEN}"), issuer];
            let by = By::Assertion { jwt: jwt.into(), audiences };
            (claimed_client(jwt).ok_or(WRONG)?, by)
        }
        (None, None, None) => return Err(WRONG),
        _ => return Err(Refusal::invalid("A client proves itself in one manner, not in two.")),
    };
    if !fits(&client_id) || form.get("client_id").is_some_and(|named| named != client_id) {
        return Err(WRONG);
    }
    Ok(Proof { client_id, by })
}

fn fits(part: &str) -> bool {
    part.len() <= PART_MAX_BYTES && !part.contains('\0')
}

/// Both halves of `Authorization: Basic …`, each of which is form-encoded (RFC 6749 §2.3.1).
fn basic_pair(header: &str) -> Option<(String, String)> {
    let (scheme, rest) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || rest.len() > 8 * PART_MAX_BYTES {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((decoded(id)?, decoded(secret)?))
}

fn decoded(text: &str) -> Option<String> {
    // As the one name of a form it is read by the form's own rules.
    let escaped = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(escaped.as_bytes()).next().map(|(name, _)| name.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_are_decoded() {
        let check = |pair: &str, expected: Option<(&str, &str)>| {
            let header = format!("Basic {}", STANDARD.encode(pair));
            let expected = expected.map(|(id, secret)| (id.to_owned(), secret.to_owned()));
            assert_eq!(basic_pair(&header), expected, "{pair}");
        };
        check("id:secret", Some(("id", "secret")));
        check("i%3Ad:se+cret%26", Some(("i:d", "se cret&")));
        check("id:a=b:c", Some(("id", "a=b:c")));
        check("id", None);
        assert_eq!(basic_pair("Bearer x"), None);
        assert_eq!(basic_pair("Basic ???"), None);
    }
}
