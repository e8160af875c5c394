//! Audit entries in the words of people.

use rollcall_app::audit::RecordedEntry;
use serde_json::{Map, Value};

use super::name::{self, Names};
use crate::view::audit::{AuditEntry, Change, FieldChange};

/// What may be chosen in the audit's filter: the beginning of an action, and its name.
pub(crate) const KINDS: &[(&str, &str)] = &[
    ("employee.", "People"),
    ("agent.", "Agents"),
    ("unavailable_code.", "Unavailable codes"),
    ("status_mapping.", "Status mapping"),
    ("activity.", "Activities"),
    ("api_token.", "API tokens"),
    ("account.", "Account settings"),
    ("team.", "Teams"),
    ("role.", "Roles"),
    ("template.", "Templates"),
    ("scim_group.", "Groups"),
    ("scim_connection.", "SCIM connections"),
    ("scim_token.", "Tokens"),
    ("access_key.", "Access keys"),
    ("oauth_application.", "Applications"),
    ("event_stream.", "Event receivers"),
    ("wfm_link.", "WFM links"),
    ("history.", "History"),
    ("administrator.", "Administrators"),
];

/// One entry.
pub(crate) fn entry(recorded: &RecordedEntry, names: &Names) -> AuditEntry {
    AuditEntry {
        id: recorded.id.to_string(),
        at: recorded.at,
        actor: names.actor(recorded.actor),
        actor_kind: name::kind(recorded.actor).to_owned(),
        what: what(recorded),
        subject: recorded.subject_name.clone(),
        subject_href: href(&recorded.subject_kind, &recorded.subject_id),
        changes: changes(recorded, names),
    }
}

/// What happened, as a word or two that stand alone.
pub(crate) fn what(recorded: &RecordedEntry) -> String {
    let status = recorded.after.get("status").and_then(Value::as_str);
    match (recorded.action.as_str(), status) {
        ("employee.created", _) => "Joined",
        ("employee.changed" | "employee.changed_by_provider", Some("inactive")) => "Deactivated",
        ("employee.deleted_by_provider", _) => "Deactivated, removed at the source",
        ("employee.changed" | "employee.changed_by_provider", Some("active")) => "Came back",
        ("employee.restored_by_provider", _) => "Came back",
        ("employee.changed" | "employee.changed_by_provider", None) => "Changed",
        ("history.imported", _) => "History brought",
        ("wfm_link.history_feed_changed", _) => "History feed set",
        ("employee.taken_over", _) => "Taken over",
        ("employee.take_over_approved", _) => "Take-over approved",
        ("employee.take_over_rejected", _) => "Take-over rejected",
        ("employee.take_over_reopened", _) => "Take-over reopened",
        ("employee.resync_requested", _) => "Comparison asked for",
        ("administrator.created", _) => "Administrator made",
        ("administrator.signed_in", _) => "Signed in",
        ("scim_connection.created", _) => "Connection made",
        ("scim_connection.removed", _) => "Connection removed",
        ("scim_connection.policy_changed", _) => "Connection set",
        ("scim_group.created", _) => "Group made",
        ("scim_group.linked", _) => "Group linked",
        ("scim_group.changed", _) => "Group changed",
        ("scim_group.deleted" | "scim_group.unlinked", _) => "Group ended",
        ("employee.made_local", _) => "Made local",
        ("employee.put_back", _) => "Put back",
        ("scim_token.issued", _) => "Token made",
        ("scim_token.revoked", _) => "Token revoked",
        ("access_key.made", _) => "Access key made",
        ("access_key.revoked", _) => "Access key revoked",
        ("oauth_application.registered", _) => "Application registered",
        ("oauth_application.key_added", _) => "Public key added",
        ("oauth_application.key_removed", _) => "Public key removed",
        ("oauth_application.revoked", _) => "Application revoked",
        ("oauth_application.allowed", _) => "Application allowed",
        ("oauth_application.grant_ended", _) => "Consent ended",
        ("event_stream.created", _) => "Event receiver made",
        ("event_stream.paused", _) => "Event receiver paused",
        ("event_stream.switched_off", _) => "Event receiver switched off",
        ("event_stream.resumed", _) => "Event receiver switched on",
        ("event_stream.ended", _) => "Event receiver removed",
        ("team.created", _) => "Team made",
        ("team.renamed", _) => "Team renamed",
        ("team.removed", _) => "Team removed",
        ("team.features_changed", _) => "Features changed",
        ("team.codes_changed", _) => "Codes changed",
        ("template.created", _) => "Template made",
        ("template.changed", _) => "Template changed",
        ("template.removed", _) => "Template removed",
        ("template.applied", _) => "Template applied",
        ("tenant.created", _) => "Tenant made",
        ("account.changed", _) => "Account settings changed",
        ("employee.moved", _) => "Moved to another business unit",
        ("business_unit.created", _) => "Business unit made",
        (other, _) => at_work(other),
    }
    .to_owned()
}

/// The same of what concerns the ACD and the WFM.
fn at_work(action: &str) -> &str {
    match action {
        "unavailable_code.saved" => "Code set",
        "status_mapping.set" => "Status mapped",
        "status_mapping.removed" => "Status taken off its activity",
        "activity.changed" => "Activity set",
        "agent.link_made" => "Sign-in link made",
        "agent.password_chosen" => "Password chosen",
        "agent.logged_out" => "Logged out",
        "agent.calendar_made" => "Calendar address made",
        "agent.calendar_ended" => "Calendar address ended",
        "role.created" => "Role made",
        "role.renamed" => "Role renamed",
        "role.removed" => "Role removed",
        "role.permissions_changed" => "Permissions of a role changed",
        "api_token.issued" => "API token made",
        "api_token.revoked" => "API token revoked",
        "wfm_link.created" => "WFM linked",
        "wfm_link.removed" => "WFM link removed",
        "wfm_link.settings_changed" => "Settings changed",
        "wfm_link.way_changed" => "Address or credentials changed",
        "wfm_link.departures_approved" => "Departures approved",
        "wfm_link.departures_rejected" => "Departures rejected",
        "wfm_link.people_put_back" => "People put back",
        "wfm_link.kept_released" => "Kept agents let go",
        "wfm_link.interval_changed" => "Interval changed by the operator",
        "wfm_link.pace_changed" => "Immediate mode set by the operator",
        "wfm_link.run_now_changed" => "Runs by hand set by the operator",
        "wfm_link.units_changed" => "Management units changed by the operator",
        "wfm_link.run_asked" => "Run asked for",
        "wfm_link.real_time_on" => "Real-time states switched on by the operator",
        "wfm_link.real_time_off" => "Real-time states switched off by the operator",
        "wfm_link.switched_on" => "Synchronization switched on",
        "wfm_link.switched_off" => "Synchronization switched off",
        other => other,
    }
}

/// What happened to a person, as the rest of a sentence that begins with the name.
pub(crate) fn told(recorded: &RecordedEntry) -> String {
    match what(recorded).as_str() {
        "Joined" => "joined".to_owned(),
        "Came back" => "came back".to_owned(),
        "Taken over" => "was taken over".to_owned(),
        "Changed" => match fields(recorded).as_slice() {
            [field] => format!("has a new {}", lower(&label(field))),
            _ => "changed".to_owned(),
        },
        what if what.starts_with("Deactivated") => "left".to_owned(),
        what => lower(what),
    }
}

/// Before and after, where one field says it all.
pub(crate) fn single(recorded: &RecordedEntry, names: &Names) -> Option<(String, String)> {
    let mut all = changes(recorded, names).into_iter();
    match (all.next()?.change, all.next()) {
        (Change::Value { before, after }, None) => Some((before?, after?)),
        _ => None,
    }
}

fn changes(recorded: &RecordedEntry, names: &Names) -> Vec<FieldChange> {
    differences(&recorded.before, &recorded.after, names)
}

/// What differs between values before and after, for people: of a list what came and went, of an object the values
/// that are others.
pub(crate) fn differences(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    names: &Names,
) -> Vec<FieldChange> {
    let change = |field: &str| {
        let (before, after) = (before.get(field), after.get(field));
        let is_list = matches!((before, after), (Some(Value::Array(_)), Some(Value::Array(_))));
        let (before, after) =
            narrowed(before.unwrap_or(&Value::Null), after.unwrap_or(&Value::Null));
        let (before, after) = (text(&before, names), text(&after, names));
        let differs = before != after;
        let change = if is_list {
            Change::List { removed: before, added: after }
        } else {
            Change::Value { before, after }
        };
        differs.then(|| FieldChange { field: label(field), change })
    };
    fields_of(before, after).into_iter().filter_map(change).collect()
}

/// Two values without what they have in common.
fn narrowed(before: &Value, after: &Value) -> (Value, Value) {
    match (before, after) {
        _ if before == after => (Value::Null, Value::Null),
        (Value::Array(old), Value::Array(new)) => {
            let but = |all: &[Value], others: &[Value]| {
                Value::Array(all.iter().filter(|one| !others.contains(one)).cloned().collect())
            };
            (but(old, new), but(new, old))
        }
        (Value::Object(old), Value::Object(new)) => {
            let (mut less, mut more) = (Map::new(), Map::new());
            for name in old.keys().chain(new.keys()) {
                let of = |all: &Map<String, Value>| all.get(name).cloned().unwrap_or_default();
                let (before, after) = narrowed(&of(old), &of(new));
                less.insert(name.clone(), before);
                more.insert(name.clone(), after);
            }
            (Value::Object(less), Value::Object(more))
        }
        _ => (before.clone(), after.clone()),
    }
}

fn fields(recorded: &RecordedEntry) -> Vec<&str> {
    fields_of(&recorded.before, &recorded.after)
}

/// The names of the fields that changed, in the order in which people read them. What a source sent besides has
/// names that begin with `scim.`; where it only repeats what the roster took over, it is left out.
fn fields_of<'v>(before: &'v Map<String, Value>, after: &'v Map<String, Value>) -> Vec<&'v str> {
    let all = || before.keys().chain(after.keys()).map(String::as_str);
    let told = |names: &[&str]| all().any(|field| names.contains(&field));
    let mut fields: Vec<&str> = all()
        .filter(|field| match *field {
            "scim.name" => !told(&["firstName", "lastName", "middleName"]),
            "scim.emails" => !told(&["email"]),
            "scim.displayName" => !told(&["displayName"]),
            "scim.timezone" => !told(&["timeZone"]),
            "scim.userType" => !told(&["type"]),
            _ => true,
        })
        .filter(|field| before.get(*field) != after.get(*field))
        .collect();
    fields.sort_by_key(|field| (place(field), *field));
    fields.dedup();
    fields
}

/// The fields in the order in which people read them, with their names.
const FIELDS: &[(&str, &str)] = &[
    ("userName", "Username"),
    ("firstName", "First name"),
    ("lastName", "Last name"),
    ("email", "E-mail"),
    ("status", "Status"),
    ("externalId", "External ID"),
    ("team", "Team"),
    ("primaryRole", "Primary role"),
    ("secondaryRoles", "Secondary roles"),
    ("template", "Template"),
    ("displayName", "Display name"),
    ("middleName", "Middle name"),
    ("mobileNumber", "Mobile number"),
    ("timeZone", "Time zone"),
    ("type", "Type"),
    ("loginAuthenticator", "Login authenticator"),
    ("defaultRole", "Default role"),
    ("keyId", "Access key ID"),
    ("owner", "Owner"),
    ("application", "Application"),
    ("clientId", "Client ID"),
    ("redirectUris", "Redirect addresses"),
    ("publicKey", "Public key"),
    ("optionalAttributes", "Taken from identity providers"),
    ("agentNumber", "Agent number"),
    ("managedBy", "Managed by"),
    ("takeOver", "Take-over"),
    ("claimedBy", "Claimed by"),
    ("evidence", "Evidence"),
    ("reason", "Reason"),
    ("name", "Name"),
    ("dialect", "Dialect"),
    ("hint", "Token"),
    ("expiresAt", "Expires"),
    ("features", "Features"),
    ("unavailableCodes", "Codes"),
    ("permissions", "Permits"),
    ("agentState", "State at the ACD"),
    ("kind", "For"),
    ("timeoutMinutes", "Minutes at the most"),
    ("retired", "Retired"),
    ("scopes", "Opens"),
    ("role", "Role"),
    ("acdID", "acdID"),
    ("address", "Address"),
    ("sourceId", "Source ID at the WFM"),
    ("place", "Place"),
    ("secret", "Secret"),
    ("personalId", "Personal ID"),
    ("departureSharePercent", "Stop above, in percent"),
    ("departures", "Departures"),
    ("people", "People looked at"),
    ("changed", "Changed"),
    ("kept", "With values left alone"),
    ("departureFloor", "Stop above, in people"),
    ("noticeTo", "Mail to"),
    ("businessUnit", "Business unit"),
    ("intervalS", "Interval, in seconds"),
    ("immediate", "Immediate mode"),
    ("runNowPermitted", "Runs by hand"),
    ("arrivedUnit", "Unit of the new"),
    ("departedUnit", "Unit of the departed"),
    ("on", "Synchronization"),
    ("reason", "Reason"),
    ("what", "What"),
    ("agentsKept", "Agents kept"),
    ("missedFrom", "Events dropped from"),
    ("missedUntil", "Events dropped until"),
];

fn place(field: &str) -> usize {
    FIELDS.iter().position(|(name, _)| *name == field).unwrap_or(FIELDS.len())
}

fn label(field: &str) -> String {
    if let Some(name) = field.strip_prefix("scim.") {
        return format!("{} at the source", extension(name).unwrap_or_else(|| name.to_owned()));
    }
    let found = FIELDS.iter().find(|(name, _)| *name == field);
    found.map_or_else(|| spelled(field), |(_, label)| (*label).to_owned())
}

/// The extension that a URN names: `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User` as `enterprise extension`.
fn extension(name: &str) -> Option<String> {
    let mut parts = name.strip_prefix("urn:")?.split(':').skip_while(|part| *part != "extension");
    Some(format!("{} extension", parts.nth(1)?))
}

/// `runNowPermitted` as `Run now permitted`.
fn spelled(field: &str) -> String {
    let mut words = String::new();
    for letter in field.chars() {
        match letter {
            _ if words.is_empty() => words.extend(letter.to_uppercase()),
            _ if letter.is_uppercase() => {
                words.push(' ');
                words.extend(letter.to_lowercase());
            }
            _ => words.push(letter),
        }
    }
    words
}

fn lower(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

fn text(value: &Value, names: &Names) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(true) => Some("on".to_owned()),
        Value::Bool(false) => Some("off".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => (!text.is_empty()).then(|| names.of_text(text)),
        Value::Array(all) => joined(all.iter().filter_map(|one| text(one, names))),
        Value::Object(all) => joined(
            all.iter().filter_map(|(name, one)| Some(format!("{name}: {}", text(one, names)?))),
        ),
    }
}

fn joined(all: impl Iterator<Item = String>) -> Option<String> {
    let all: Vec<String> = all.collect();
    (!all.is_empty()).then(|| all.join(", "))
}

fn href(kind: &str, id: &str) -> Option<String> {
    match kind {
        "employee" => Some(format!("/employees/{id}")),
        "scim_connection" => Some(format!("/connections/{id}")),
        "team" => Some(format!("/teams/{id}")),
        "role" => Some(format!("/roles/{id}")),
        "template" => Some(format!("/templates/{id}")),
        "unavailable_code" => Some("/codes".to_owned()),
        "status_mapping" | "activity" => Some("/adherence/mapping".to_owned()),
        "wfm_link" => Some(format!("/wfm/{id}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use rollcall_domain::AuditEntryId;
    use rollcall_domain::source::Actor;
    use serde_json::json;

    fn recorded(action: &str, before: Value, after: Value) -> RecordedEntry {
        let object = |value: Value| value.as_object().cloned().unwrap_or_default();
        RecordedEntry {
            id: "01990f4e-6f0a-7d53-9a51-2f4a7bce31d0".parse::<AuditEntryId>().unwrap(),
            at: Timestamp::UNIX_EPOCH,
            actor: Actor::System,
            action: action.to_owned(),
            subject_kind: "employee".to_owned(),
            subject_id: "1".to_owned(),
            subject_name: "Ada Lovelace".to_owned(),
            before: object(before),
            after: object(after),
        }
    }

    #[test]
    fn one_field_is_told_with_before_and_after() {
        let entry = recorded(
            "employee.changed",
            json!({"lastName": "Byron"}),
            json!({"lastName": "Lovelace"}),
        );
        assert_eq!(what(&entry), "Changed");
        assert_eq!(told(&entry), "has a new last name");
        let names = Names::default();
        assert_eq!(single(&entry, &names), Some(("Byron".to_owned(), "Lovelace".to_owned())));
    }

    #[test]
    fn leaving_and_coming_back_have_their_own_words() {
        let left = recorded(
            "employee.changed_by_provider",
            json!({"status": "active"}),
            json!({"status": "inactive"}),
        );
        assert_eq!((what(&left).as_str(), told(&left).as_str()), ("Deactivated", "left"));
        let back = recorded(
            "employee.changed_by_provider",
            json!({"status": "inactive"}),
            json!({"status": "active"}),
        );
        assert_eq!(told(&back), "came back");
    }

    #[test]
    fn what_a_source_sent_is_told_once() {
        let entry = recorded(
            "employee.changed_by_provider",
            json!({"lastName": "Berg", "scim.name": {"familyName": "Berg"}}),
            json!({"lastName": "Lund", "scim.name": {"familyName": "Lund"}}),
        );
        assert_eq!(told(&entry), "has a new last name");
        let entry = recorded(
            "employee.changed_by_provider",
            json!({"displayName": "A", "middleName": null, "scim.displayName": "A", "scim.name": {}}),
            json!({"displayName": "B", "middleName": "M", "scim.displayName": "B", "scim.name": {"middleName": "M"}}),
        );
        let told: Vec<_> = changes(&entry, &Names::default());
        let told: Vec<_> = told.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(told, ["Display name", "Middle name"]);
        let entry = recorded(
            "employee.changed_by_provider",
            json!({"scim.phoneNumbers": null}),
            json!({"scim.phoneNumbers": [{"type": "work", "value": "123"}]}),
        );
        let change = changes(&entry, &Names::default()).remove(0);
        assert_eq!(change.field, "phoneNumbers at the source");
        let after = Some("type: work, value: 123".to_owned());
        assert_eq!(change.change, Change::Value { before: None, after });
    }

    #[test]
    fn only_what_differs_is_told() {
        let entry = recorded(
            "wfm_link.settings_changed",
            json!({"noticeTo": ["a@b", "c@d"], "departureFloor": 5, "scim.name": {"a": "x", "b": "y"},
                   "scopes": ["states"]}),
            json!({"noticeTo": ["c@d", "e@f"], "departureFloor": 5, "scim.name": {"a": "x", "b": "z"},
                   "scopes": ["states", "history"]}),
        );
        let list = |removed: Option<&str>, added: Option<&str>| Change::List {
            removed: removed.map(str::to_owned),
            added: added.map(str::to_owned),
        };
        let (old, new) = (Some("b: y".to_owned()), Some("b: z".to_owned()));
        let told = changes(&entry, &Names::default());
        let told: Vec<_> = told.into_iter().map(|one| (one.field, one.change)).collect();
        assert_eq!(
            told,
            [
                ("Opens".to_owned(), list(None, Some("history"))),
                ("Mail to".to_owned(), list(Some("a@b"), Some("e@f"))),
                ("name at the source".to_owned(), Change::Value { before: old, after: new }),
            ]
        );
        assert_eq!(label("readsEveryone"), "Reads everyone");
        assert_eq!(label("sourceId"), "Source ID at the WFM");
        let enterprise = "scim.urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        assert_eq!(label(enterprise), "enterprise extension at the source");
        assert_eq!(label("scim.urn:x"), "urn:x at the source");
    }

    #[test]
    fn empty_values_are_not_shown_and_the_rest_is_in_order() {
        let entry = recorded(
            "employee.created",
            json!({}),
            json!({"email": "a@b", "externalId": null, "userName": "a"}),
        );
        let fields: Vec<String> =
            changes(&entry, &Names::default()).into_iter().map(|c| c.field).collect();
        assert_eq!(fields, ["Username", "E-mail"]);
    }
}
