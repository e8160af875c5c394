//! Who comes into a group and who leaves it.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value, json};

use rollcall_domain::source::Source;
use rollcall_domain::{EmployeeId, GroupId};
use rollcall_storage::{
    StorageError, Tx, directory::identity_link, scim::scim_group_member as rows,
};

use crate::error::ChangeError;
use crate::provision::Desk;
use crate::record::Values;
use crate::scim_group::{Result, Seen, effect};

/// As many ids of each kind stand in one audit entry; how many more there were is said.
const TOLD_MAX: usize = 100;
/// As many people who came and went are told one by one to those who hear of changes.
const OPERATIONS_MAX: usize = 1_000;

/// As many members come and go by one request. Each costs about as much as a change of a person; together they are one
/// transaction, for which others wait.
const MOVED_MAX: usize = 5_000;
/// As many members of a group are ids that nobody here has.
const PENDING_MAX: usize = 10_000;

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
            let known = find(tx, place, named)?.into_iter().filter(|(_, pending)| !pending);
            members.extend(known.map(|(member, _)| member));
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
            Ok(find(tx, place, named)?.into_iter().map(|(member, _)| member).collect())
        }
    }
}

/// Those of the named who are in the group, each once.
fn find(
    tx: &mut Tx<'_>,
    place: (Source, GroupId),
    named: &[String],
) -> std::result::Result<Vec<(String, bool)>, StorageError> {
    let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    rows::find(tx, place, &named.into_iter().collect::<Vec<_>>())
}

/// Makes the members `present` into `wanted`; whoever is neither stays as they are.
pub(super) fn change<R>(
    desk: &mut Desk<'_, '_>,
    group: GroupId,
    present: &[String],
    wanted: &[String],
) -> Result<Moved, R> {
    let place = (desk.source(), group);
    let (present, wanted): (BTreeSet<&str>, BTreeSet<&str>) =
        (present.iter().map(String::as_str).collect(), wanted.iter().map(String::as_str).collect());
    let leaving: Vec<&str> = present.difference(&wanted).copied().collect();
    let coming: Vec<&str> = wanted.difference(&present).copied().collect();
    if leaving.is_empty() && coming.is_empty() {
        return Ok(Moved::default());
    }
    admit(desk, leaving.len(), coming.len())?;
    let known = known(desk, leaving.iter().chain(&coming))?;
    let is_known = |member: &str| known.contains_key(member);
    let pending: Vec<&str> = coming.iter().copied().filter(|it| !is_known(it)).collect();
    if pending.is_empty() {
        // Some may have been among those who leave.
        desk.moves.pending.remove(&group);
    } else {
        let freed = leaving.iter().filter(|member| !is_known(member)).count();
        admit_pending(desk, group, (freed, pending.len()))?;
    }
    rows::remove(desk.tx, place, &leaving)?;
    let rows: Vec<_> = coming.iter().map(|member| (*member, !is_known(member))).collect();
    rows::add(desk.tx, place, &rows, desk.act.now)?;
    for member in leaving.iter().chain(&coming) {
        if let Some(employee) = known.get(*member) {
            effect::settle(desk, *employee, group)?;
        }
    }
    let owned = |members: Vec<&str>| members.into_iter().map(str::to_owned).collect();
    Ok(Moved { added: owned(coming), removed: owned(leaving), pending: owned(pending) })
}

/// Counts who comes and goes for the request as a whole. The first change of a request may let go as many as there
/// are: a group has to be emptied and ended somehow.
fn admit<R>(desk: &mut Desk<'_, '_>, leaving: usize, coming: usize) -> Result<(), R> {
    let counted = desk.moves.members;
    let (before, all) = (counted > 0, counted + leaving + coming);
    if coming > MOVED_MAX || (before && all > MOVED_MAX) {
        return Err(ChangeError::TooMuch(format!(
            "one request may put {MOVED_MAX} members into groups or take them out; send the others in another one"
        )));
    }
    desk.moves.members = all;
    Ok(())
}

/// Counts who is pending in a group, of whom `freed` are taken out and `more` come.
fn admit_pending<R>(
    desk: &mut Desk<'_, '_>,
    group: GroupId,
    (freed, more): (usize, usize),
) -> Result<(), R> {
    let counted = match desk.moves.pending.get(&group) {
        Some(counted) => *counted,
        None => {
            let place = (desk.source(), group);
            usize::try_from(rows::count_pending(desk.tx, place)?).unwrap_or(usize::MAX)
        }
    };
    let all = counted.saturating_sub(freed).saturating_add(more);
    if all > PENDING_MAX {
        return Err(ChangeError::Invalid(format!(
            "{all} members of the group would be ids of nobody here; {PENDING_MAX} may be, so create the users first"
        )));
    }
    desk.moves.pending.insert(group, all);
    Ok(())
}

/// The people of some ids whom this connection sees. Others' people are as unknown to it as nobody.
fn known<'m, R>(
    desk: &mut Desk<'_, '_>,
    members: impl Iterator<Item = &'m &'m str>,
) -> Result<HashMap<&'m str, EmployeeId>, R> {
    let parse = |member: &'m str| {
        let id: EmployeeId = member.parse().ok()?;
        (id.to_string() == member).then_some((member, id))
    };
    let mut known: HashMap<&str, EmployeeId> = members.copied().filter_map(parse).collect();
    let people: Vec<EmployeeId> = known.values().copied().collect();
    let seen: HashSet<EmployeeId> =
        identity_link::seen(desk.tx, desk.source(), &people)?.into_iter().collect();
    known.retain(|_, id| seen.contains(id));
    Ok(known)
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
