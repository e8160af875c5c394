//! Who comes into a group and who leaves it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use rollcall_domain::source::Source;
use rollcall_domain::{EmployeeId, GroupId};
use rollcall_storage::{
    StorageError, Tx, directory::identity_link, scim::scim_group_member as rows,
};

use crate::provision::Desk;
use crate::record::Values;
use crate::scim_group::{Result, Seen, effect};

/// As many ids of each kind stand in one audit entry; how many more there were is said.
const TOLD_MAX: usize = 100;
/// As many people who came and went are told one by one to those who hear of changes.
const OPERATIONS_MAX: usize = 1_000;

/// What a change of members did.
#[derive(Default)]
pub(super) struct Moved {
    added: Vec<String>,
    removed: Vec<String>,
    pub(super) pending: Vec<String>,
}

impl Moved {
    pub(super) fn is_nothing(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// The operations of a PATCH that moves the same people; `None` for more than can be told.
    pub(super) fn operations(&self) -> Option<Vec<Value>> {
        if self.added.len() + self.removed.len() > OPERATIONS_MAX {
            return None;
        }
        let removed = self.removed.iter().map(|id| {
            let id = Value::from(id.as_str());
            json!({"op": "remove", "path": format!("members[value eq {id}]")})
        });
        let mut operations: Vec<Value> = removed.collect();
        if !self.added.is_empty() {
            let added: Vec<Value> = self.added.iter().map(|id| json!({"value": id})).collect();
            operations.push(json!({"op": "add", "path": "members", "value": added}));
        }
        Some(operations)
    }

    /// For the audit trail: the ids themselves, because "the members changed" says nothing.
    pub(super) fn told(&self) -> Values {
        let mut after = Map::new();
        for (name, ids) in
            [("added", &self.added), ("removed", &self.removed), ("pending", &self.pending)]
        {
            if !ids.is_empty() {
                after.insert(name.to_owned(), json!(ids.iter().take(TOLD_MAX).collect::<Vec<_>>()));
            }
            if ids.len() > TOLD_MAX {
                after.insert(format!("{name}Count"), json!(ids.len()));
            }
        }
        Values { before: Map::new(), after }
    }
}

/// The members that are to be looked at and are known here.
pub(super) fn seen(
    tx: &mut Tx<'_>,
    place: (Source, GroupId),
    seen: &Seen,
) -> std::result::Result<Vec<String>, StorageError> {
    let mut members = Vec::new();
    match seen {
        Seen::All => {
            let known = rows::list(tx, place)?.into_iter().filter(|(_, pending)| !pending);
            members.extend(known.map(|(member, _)| member));
        }
        Seen::Named(named) => {
            for member in named.iter().collect::<BTreeSet<_>>() {
                if rows::find(tx, place, member)? == Some(false) {
                    members.push(member.clone());
                }
            }
        }
    }
    Ok(members)
}

/// The same with those who are pending: a client that names them again or takes them out means them.
pub(super) fn seen_or_pending(
    tx: &mut Tx<'_>,
    place: (Source, GroupId),
    seen: &Seen,
) -> std::result::Result<Vec<String>, StorageError> {
    match seen {
        Seen::All => Ok(rows::list(tx, place)?.into_iter().map(|(member, _)| member).collect()),
        Seen::Named(named) => {
            let mut members = Vec::new();
            for member in named.iter().collect::<BTreeSet<_>>() {
                if rows::find(tx, place, member)?.is_some() {
                    members.push(member.clone());
                }
            }
            Ok(members)
        }
    }
}

/// Makes the members `present` into `wanted`; whoever is neither stays as they are.
pub(super) fn change<R>(
    desk: &mut Desk<'_, '_>,
    group: GroupId,
    present: &[String],
    wanted: &[String],
) -> Result<Moved, R> {
    let place = (desk.source(), group);
    let (present, wanted): (BTreeSet<_>, BTreeSet<_>) =
        (present.iter().collect(), wanted.iter().collect());
    let mut moved = Moved::default();
    for member in present.difference(&wanted) {
        rows::remove(desk.tx, place, member)?;
        moved.removed.push((*member).clone());
        if let Some(employee) = known(desk, member)? {
            effect::settle(desk, employee, group)?;
        }
    }
    for member in wanted.difference(&present) {
        let employee = known(desk, member)?;
        rows::add(desk.tx, place, member, employee.is_none(), desk.act.now)?;
        moved.added.push((*member).clone());
        match employee {
            Some(employee) => effect::settle(desk, employee, group)?,
            None => moved.pending.push((*member).clone()),
        }
    }
    Ok(moved)
}

/// The person of an id whom this connection sees. Others' people are as unknown to it as nobody.
fn known<R>(desk: &mut Desk<'_, '_>, member: &str) -> Result<Option<EmployeeId>, R> {
    let id = member.parse().ok().filter(|id: &EmployeeId| id.to_string() == member);
    let Some(id) = id else { return Ok(None) };
    let link = identity_link::get(desk.tx, desk.source(), id)?;
    Ok(link.filter(|link| link.hidden_at.is_none()).map(|_| id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_names_the_members_and_stays_short() {
        let many: Vec<String> = (0..150).map(|number| number.to_string()).collect();
        let moved = Moved { added: vec!["a".into()], removed: many, pending: vec![] };
        let told = moved.told().after;
        assert_eq!(told.get("added"), Some(&json!(["a"])));
        assert_eq!(told.get("removed").and_then(Value::as_array).map(Vec::len), Some(TOLD_MAX));
        assert_eq!(told.get("removedCount"), Some(&json!(150)));
        assert_eq!(told.get("pending"), None);
    }
}
