//! Between a SCIM User and what Rollcall keeps of a person, both ways.

mod agent;

use serde_json::{Map, Value, json};

use rollcall_app::provision::{ScimClaim, Wish};
use rollcall_app::scim_person::ScimPerson;
use rollcall_domain::EmployeeId;
use rollcall_domain::employee::{Claim, Profile, Status};
use rollcall_domain::letter::readable;
use rollcall_domain::user_name::{UserName, is_email};
use rollcall_scim::{Dialect, DialectName, ErrorKind, Projection, Schemas, ScimError};

/// Longer names, addresses and external ids are refused. Indexes hold them, and an entry of one of
/// PostgreSQL's has room for 2,704 bytes.
const TEXT_MAX_BYTES: usize = 1_024;

/// Reads what Rollcall takes over from a resource in canonical form. `active` is `otherwise` where the
/// client does not say: a creation means active, a replacement keeps what was (docs/scim-clients.md, C17).
pub(crate) fn claim(
    mut resource: Map<String, Value>,
    otherwise: Status,
    dialect: &Dialect,
    wishes: Vec<Wish>,
) -> Result<ScimClaim, ScimError> {
    let user_name = user_name(required(resource.get("userName"), "userName")?, dialect)?;
    let name = resource.get("name");
    let part = |part: &str| name.and_then(|name| name.get(part));
    let first_name = shown(part("givenName"), "name.givenName")?;
    let last_name = shown(part("familyName"), "name.familyName")?;
    let (email, other_emails) = emails(resource.get("emails"))?;
    let external_id = match resource.get("externalId") {
        None => None,
        some => Some(required(some, "externalId")?.to_owned()),
    };
    let status =
        resource.get("active").and_then(Value::as_bool).map_or(otherwise, Status::from_active);
    resource.insert("active".to_owned(), json!(status.is_active()));
    let profile = Profile { user_name, first_name, last_name, email };
    let claim = Claim { profile, status, external_id };
    Ok(ScimClaim { claim, resource, other_emails, wishes, template: None })
}

/// Of the identity providers that have a dialect of their own, e-mail addresses are asked (NICE's help page
/// "Manage Employee Accounts with Okta"). A client of which nothing is known but the RFC may send any name: RFC 7643 §4.1.1 does not restrict it,
/// and conformance suites make names up.
fn user_name(text: &str, dialect: &Dialect) -> Result<UserName, ScimError> {
    let name = match dialect.name {
        DialectName::Rfc => UserName::parse(text),
        _ => UserName::parse_email(text),
    };
    name.map_err(|error| invalid(format!("userName: {error}.")))
}

/// The person's own address (the primary one, else the first of type `work`, else the first), and the
/// others.
fn emails(emails: Option<&Value>) -> Result<(String, Vec<String>), ScimError> {
    let all = emails.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_primary = |email: &&Value| email.get("primary").and_then(Value::as_bool) == Some(true);
    let is_work = |email: &&Value| email.get("type").and_then(Value::as_str) == Some("work");
    let own =
        all.iter().find(is_primary).or_else(|| all.iter().find(is_work)).or_else(|| all.first());
    let own = required(own.and_then(|email| email.get("value")), "emails")?;
    if !is_email(own) {
        return Err(invalid(format!("emails: {own:?} is no e-mail address.")));
    }
    let mut others = Vec::new();
    for email in all {
        let address = required(email.get("value"), "emails.value")?;
        if address != own {
            others.push(address.to_owned());
        }
    }
    Ok((own.to_owned(), others))
}

fn required<'a>(value: Option<&'a Value>, attribute: &str) -> Result<&'a str, ScimError> {
    match value.and_then(Value::as_str).filter(|text| !text.trim().is_empty()) {
        None => Err(invalid(format!(
            "{attribute} is missing; userName, name.givenName, name.familyName and an e-mail address are required."
        ))),
        Some(text) if text.len() > TEXT_MAX_BYTES => Err(invalid(format!(
            "{attribute} has {} bytes; {TEXT_MAX_BYTES} are allowed.",
            text.len()
        ))),
        Some(text) => Ok(text),
    }
}

/// A name as people read it on pages, without letters that nobody sees; the client reads its own back as it was sent.
fn shown(value: Option<&Value>, attribute: &str) -> Result<String, ScimError> {
    let text = readable(required(value, attribute)?);
    if text.trim().is_empty() {
        return Err(invalid(format!("{attribute} has no letter that can be seen.")));
    }
    Ok(text)
}

fn invalid(detail: String) -> ScimError {
    ScimError::new(ErrorKind::InvalidValue, detail)
}

/// The id that a text is; `None` for one that is no id, or another spelling of one: ids are compared letter
/// by letter (RFC 7643 §3.1).
pub(crate) fn id(text: &str) -> Option<EmployeeId> {
    text.parse().ok().filter(|id: &EmployeeId| id.to_string() == text)
}

/// Writes a person as a SCIM User. The resource is not parsed for it: `id`, `meta` and `groups` are put
/// before its members. The agent number is told who asks for it ([`write_projected`]).
pub(crate) fn write(buffer: &mut Vec<u8>, person: &ScimPerson, base_url: &str) {
    write_head(buffer, person, base_url);
    match person.resource.strip_prefix('{') {
        Some("}") | None => buffer.push(b'}'),
        Some(members) => {
            buffer.push(b',');
            buffer.extend_from_slice(members.as_bytes());
        }
    }
}

/// Writes the brace and what stands before the members that the client sent.
fn write_head(buffer: &mut Vec<u8>, person: &ScimPerson, base_url: &str) {
    let id = person.id.to_string();
    let version = person.version.to_string();
    for part in [
        "{\"id\":\"",
        &id,
        "\",\"meta\":{\"resourceType\":\"User\",\"created\":\"",
        &person.created_at,
        "\",\"lastModified\":\"",
        &person.updated_at,
        "\",\"location\":\"",
        base_url,
        "/Users/",
        &id,
        "\",\"version\":\"W/\\\"",
        &version,
        "\\\"\"}",
    ] {
        buffer.extend_from_slice(part.as_bytes());
    }
    write_groups(buffer, person, base_url);
}

/// Writes `groups`, unless the person is in none.
fn write_groups(buffer: &mut Vec<u8>, person: &ScimPerson, base_url: &str) {
    let mut before = ",\"groups\":[";
    for group in &person.groups {
        let (id, display) = (group.id.to_string(), Value::from(&*group.display).to_string());
        for part in [
            before,
            "{\"value\":\"",
            &id,
            "\",\"$ref\":\"",
            base_url,
            "/Groups/",
            &id,
            "\",\"display\":",
            &display,
            ",\"type\":\"direct\"}",
        ] {
            buffer.extend_from_slice(part.as_bytes());
        }
        before = ",";
    }
    if before == "," {
        buffer.push(b']');
    }
}

/// Writes what a client wants to see of a person.
pub(crate) fn write_projected(
    buffer: &mut Vec<u8>,
    person: &ScimPerson,
    base_url: &str,
    projection: &Projection,
    schemas: &Schemas,
) {
    if projection.is_default() {
        return write(buffer, person, base_url);
    }
    let mut resource = parse(person, base_url);
    projection.apply(&mut resource, schemas);
    agent::forget_unshown(&mut resource);
    buffer.extend_from_slice(Value::Object(resource).to_string().as_bytes());
}

/// The whole resource as values, with the agent number, for what has to look into it.
pub(crate) fn parse(person: &ScimPerson, base_url: &str) -> Map<String, Value> {
    let mut text = Vec::with_capacity(person.resource.len() + 512);
    write_head(&mut text, person, base_url);
    text.push(b',');
    agent::write_members(&mut text, &person.resource, person.agent_number);
    serde_json::from_slice(&text).unwrap_or_default()
}
