//! Writes what happened for those who want to hear of it, as a step of the transaction in which it happens.

use rollcall_domain::employee::Employee;
use rollcall_domain::source::Source;
use rollcall_domain::{EmployeeId, GroupId, SecurityEventId};
use rollcall_storage::directory::identity_link::IdentityLink;
use rollcall_storage::record::security_event::{self as rows, SecurityEvent};
use rollcall_storage::scim::scim_group::ScimGroup;
use rollcall_storage::scim::scim_person::ScimPerson;
use rollcall_storage::{
    StorageError, Tx, directory::identity_link, record::security_event_stream as streams,
};
use serde_json::{Map, Value, json};

use crate::provision::Desk;
use crate::record::Act;
use crate::security_event::claim::{Happening, Told, changed, created, difference};

type Result = std::result::Result<(), StorageError>;

/// A person was made.
pub(crate) fn user_created(desk: &mut Desk<'_, '_>, person: &ScimPerson) -> Result {
    told(desk, || {
        let resource = user(person);
        let mut told = vec![created(person.version, resource.clone())];
        told.extend(is_active(&resource).then_some(Told::Plain("prov:activate")));
        Happening::user(&person.id, &resource, told)
    })
}

/// A person whom the connection had deleted is back: made once more for the client, the same for us.
pub(crate) fn user_restored(desk: &mut Desk<'_, '_>, person: &ScimPerson) -> Result {
    told(desk, || {
        let resource = user(person);
        let mut told = vec![Told::Plain("feed:add"), created(person.version, resource.clone())];
        told.extend(is_active(&resource).then_some(Told::Plain("prov:activate")));
        Happening::user(&person.id, &resource, told)
    })
}

/// What is said of a person changed.
pub(crate) fn user_changed(
    desk: &mut Desk<'_, '_>,
    before: &Map<String, Value>,
    person: &ScimPerson,
) -> Result {
    told(desk, || {
        let after = parse(&person.resource);
        let (operations, names) = difference(before, &after);
        let mut told = vec![changed(person.version, Some(operations), names)];
        told.extend(match (is_active(before), is_active(&after)) {
            (false, true) => Some(Told::Plain("prov:activate")),
            (true, false) => Some(Told::Plain("prov:deactivate")),
            _ => None,
        });
        Happening::user(&person.id, &after, told)
    })
}

/// A person was deleted by the connection's client.
pub(crate) fn user_deleted(desk: &mut Desk<'_, '_>, id: EmployeeId, resource: &str) -> Result {
    told(desk, || {
        let told = vec![Told::Plain("prov:delete")];
        Happening::user(&id, &parse(resource), told)
    })
}

/// An administrator made a person active again whom their provider had deactivated.
pub(crate) fn user_put_back(
    tx: &mut Tx<'_>,
    act: Act<'_>,
    employee: &Employee,
    link: &IdentityLink,
) -> Result {
    if link.hidden_at.is_some() {
        return Ok(());
    }
    let operations = vec![json!({"op": "replace", "path": "active", "value": true})];
    let told = vec![
        changed(employee.version, Some(operations), vec!["active".to_owned()]),
        Told::Plain("prov:activate"),
    ];
    write(tx, act, &Happening::user(&employee.id, &parse(&link.resource), told), None)
}

/// A person whom the source's client could see is nobody's any more, though they stay.
pub(crate) fn removed_from_feed(
    tx: &mut Tx<'_>,
    act: Act<'_>,
    (source, id): (Source, EmployeeId),
) -> Result {
    if streams::list_live(tx)?.is_empty() {
        return Ok(());
    }
    let link = identity_link::get(tx, source, id)?;
    let Some(link) = link.filter(|link| link.hidden_at.is_none()) else { return Ok(()) };
    let told = vec![Told::Plain("feed:remove")];
    write(tx, act, &Happening::user(&id, &parse(&link.resource), told), None)
}

/// A group was made.
pub(crate) fn group_created(
    desk: &mut Desk<'_, '_>,
    group: &ScimGroup,
    members: &[String],
) -> Result {
    told(desk, || {
        let mut resource = parse(&group.resource);
        if !members.is_empty() {
            let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
            resource.insert("members".to_owned(), members.into());
        }
        resource.insert("id".to_owned(), group.id.to_string().into());
        resource.insert("meta".to_owned(), json!({"resourceType": "Group"}));
        let told = vec![created(group.version, resource.clone())];
        Happening::group(&group.id, &resource, told)
    })
}

/// What is said of a group changed, or who is in it. `moved` are the operations for its members; `None` when
/// there are too many to be told.
pub(crate) fn group_changed(
    desk: &mut Desk<'_, '_>,
    before: &Map<String, Value>,
    group: &ScimGroup,
    moved: Option<Vec<Value>>,
) -> Result {
    told(desk, || {
        let after = parse(&group.resource);
        let (mut operations, mut names) = difference(before, &after);
        if moved.as_ref().is_none_or(|moved| !moved.is_empty()) {
            names.push("members".to_owned());
        }
        let whole = moved.map(|moved| {
            operations.extend(moved);
            operations
        });
        let told = vec![changed(group.version, whole, names)];
        Happening::group(&group.id, &after, told)
    })
}

/// A group was ended.
pub(crate) fn group_deleted(desk: &mut Desk<'_, '_>, id: GroupId, resource: &str) -> Result {
    told(desk, || {
        let told = vec![Told::Plain("prov:delete")];
        Happening::group(&id, &parse(resource), told)
    })
}

/// An operation of a request that was answered first is done (RFC 9967 §2.5.1.3). `path` is that of the
/// resource, `transaction` that of the request with the operation's place.
pub(crate) fn operation_done(
    desk: &mut Desk<'_, '_>,
    (path, transaction): (String, &str),
    payload: Value,
) -> Result {
    if !desk.access.has_event_streams {
        return Ok(());
    }
    let told = vec![Told::Payload("misc:asyncresp", payload)];
    let happening = Happening { path, external_id: None, told };
    write(desk.tx, desk.act, &happening, Some(transaction))
}

/// Costs nothing where nobody subscribed: whoever asks has been looked up with that already.
fn told(desk: &mut Desk<'_, '_>, happening: impl FnOnce() -> Happening) -> Result {
    if !desk.access.has_event_streams {
        return Ok(());
    }
    let happening = happening();
    write(desk.tx, desk.act, &happening, None)
}

fn write(
    tx: &mut Tx<'_>,
    act: Act<'_>,
    happening: &Happening,
    transaction: Option<&str>,
) -> Result {
    let live = streams::list_live(tx)?;
    if live.is_empty() {
        return Ok(());
    }
    let transaction = transaction
        .map_or_else(|| act.ids.next().to_string(), |transaction| transaction.to_owned());
    for stream in live {
        if let Some(claims) = happening.claims(&stream.events, &transaction) {
            let id = SecurityEventId::new(act.ids.next());
            let event = SecurityEvent { id, at: act.now, claims: claims.to_string() };
            rows::insert(tx, stream.id, &event)?;
        }
    }
    Ok(())
}

/// A person as their connection's client reads them, but for where: nobody knows here by which name a receiver
/// reaches us.
fn user(person: &ScimPerson) -> Map<String, Value> {
    let mut resource = parse(&person.resource);
    let meta = json!({
        "resourceType": "User",
        "created": person.created_at,
        "lastModified": person.updated_at,
    });
    resource.insert("id".to_owned(), person.id.to_string().into());
    resource.insert("meta".to_owned(), meta);
    resource
}

fn is_active(resource: &Map<String, Value>) -> bool {
    resource.get("active").and_then(Value::as_bool).unwrap_or(true)
}

fn parse(resource: &str) -> Map<String, Value> {
    serde_json::from_str(resource).unwrap_or_default()
}
