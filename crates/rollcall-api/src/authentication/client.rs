//! How a client proves who it is, in the three manners that are published.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use secrecy::SecretString;

use rollcall_app::oauth::{Client, Proof, Proven};

use crate::authentication::form::Form;
use crate::authentication::refusal::Refusal;
use crate::authentication::trace::Trace;
use crate::authentication::{Authentication, Peer};

/// Longer ids and secrets are none of ours.
const PART_MAX_BYTES: usize = 256;
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
    let proof = proof(headers, form)?;
    authentication.count(peer, name(&proof))?;
    match authentication.app.oauth_client(&proof).await? {
        Proven::Client(client) => Ok((*client, trace)),
        Proven::Refused(whose, reason) => {
            trace.refused(&authentication.app, whose, 401, reason);
            Err(WRONG)
        }
        Proven::Unknown => Err(WRONG),
    }
}

fn name(proof: &Proof) -> &str {
    let Proof::Secret { client_id, .. } = proof;
    client_id
}

/// One manner only (RFC 6749 §2.3).
fn proof(headers: &HeaderMap, form: &Form) -> Result<Proof, Refusal> {
    let basic = headers.get(header::AUTHORIZATION);
    let (client_id, secret) = match (basic, form.get("client_secret")) {
        (Some(_), Some(_)) => {
            return Err(Refusal::invalid("A client proves itself in one manner, not in two."));
        }
        (Some(basic), None) => {
            let (client_id, secret) = basic.to_str().ok().and_then(basic_pair).ok_or(WRONG)?;
            if form.get("client_id").is_some_and(|named| named != client_id) {
                return Err(WRONG);
            }
            (client_id, secret)
        }
        (None, Some(secret)) => {
            let client_id = form.need("client_id", "The field client_id is missing.")?;
            (client_id.to_owned(), secret.to_owned())
        }
        (None, None) => return Err(WRONG),
    };
    let fits = |part: &str| part.len() <= PART_MAX_BYTES && !part.contains('\0');
    if !fits(&client_id) || !fits(&secret) {
        return Err(WRONG);
    }
    Ok(Proof::Secret { client_id, secret: SecretString::from(secret) })
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
