//! Which values of a large attribute a PATCH has to see. The members of a group can be many; adding one of
//! them to fifty thousand others should cost as much as adding it to none.

use serde_json::Value;

use super::request::{Operation, OperationKind, PatchRequest};
use crate::attribute_path::AttributePath;
use crate::dialect::Dialect;
use crate::filter::{Filter, Literal, Operator};
use crate::path::Path;

/// The values of an attribute that a PATCH depends on, by their `value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// These, and no others: values that are not named are as they were afterwards, whatever they are.
    Named(Vec<String>),
    /// All of them.
    All,
}

impl Scope {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Named(mut left), Self::Named(right)) => {
                left.extend(right);
                Self::Named(left)
            }
            _ => Self::All,
        }
    }
}

impl PatchRequest {
    /// Which values of a multi-valued attribute of the core schema have to be in the resource for
    /// [`PatchRequest::apply`] to do what it would do with all of them.
    #[must_use]
    pub fn scope(&self, attribute: &str, dialect: &Dialect) -> Scope {
        let scopes = self.operations.iter().map(|it| of_operation(it, attribute, dialect));
        scopes.fold(Scope::Named(Vec::new()), Scope::and)
    }
}

fn of_operation(operation: &Operation, attribute: &str, dialect: &Dialect) -> Scope {
    let value = operation.value.as_ref();
    match &operation.path {
        Some(path) if path.attribute.name.eq_ignore_ascii_case(attribute) => {
            of_path(operation.kind, path, value, dialect)
        }
        // The URN of a schema with an object of attributes; or another attribute, which is none of ours.
        Some(path) if path.filter.is_none() && path.attribute.as_urn().is_some() => {
            of_members(operation.kind, value, attribute, dialect)
        }
        Some(_) => Scope::Named(Vec::new()),
        None => of_members(operation.kind, value, attribute, dialect),
    }
}

/// An operation whose value's members say where.
fn of_members(
    kind: OperationKind,
    value: Option<&Value>,
    attribute: &str,
    dialect: &Dialect,
) -> Scope {
    let mut scope = Scope::Named(Vec::new());
    for (name, value) in value.and_then(Value::as_object).into_iter().flatten() {
        let found = match name.split_once('[') {
            // A path as a key is rare, and nobody selects members by one.
            Some((head, _)) if ends_in(head, attribute) => Scope::All,
            None if ends_in(name, attribute) => of_whole(kind, Some(value), dialect),
            _ if value
                .as_object()
                .is_some_and(|inner| inner.keys().any(|key| ends_in(key, attribute))) =>
            {
                Scope::All
            }
            _ => continue,
        };
        scope = scope.and(found);
    }
    scope
}

/// Whether a key names the attribute, with a URN before it or a part after it.
fn ends_in(key: &str, attribute: &str) -> bool {
    AttributePath::parse(key.trim()).is_ok_and(|path| path.name.eq_ignore_ascii_case(attribute))
}

fn of_path(kind: OperationKind, path: &Path, value: Option<&Value>, dialect: &Dialect) -> Scope {
    match &path.filter {
        Some(filter) => {
            let selected = selected(filter).map_or(Scope::All, Scope::Named);
            selected.and(Scope::Named(values(value)))
        }
        None if path.attribute.sub.is_some() => Scope::All,
        None => of_whole(kind, value, dialect),
    }
}

fn of_whole(kind: OperationKind, value: Option<&Value>, dialect: &Dialect) -> Scope {
    match kind {
        OperationKind::Add => Scope::Named(values(value)),
        OperationKind::Remove
            if dialect.remove_listed_values && value.is_some_and(|value| !value.is_null()) =>
        {
            Scope::Named(values(value))
        }
        OperationKind::Replace | OperationKind::Remove => Scope::All,
    }
}

/// The values that a filter in brackets can select; `None` when it could be any.
fn selected(filter: &Filter) -> Option<Vec<String>> {
    match filter {
        Filter::Compare(path, Operator::Eq, Literal::String(text))
            if path.name.eq_ignore_ascii_case("value") && path.sub.is_none() =>
        {
            Some(vec![text.clone()])
        }
        Filter::Or(terms) => {
            let all = terms.iter().map(selected).collect::<Option<Vec<_>>>();
            all.map(|all| all.into_iter().flatten().collect())
        }
        // One term that names its values bounds the whole.
        Filter::And(terms) => terms.iter().find_map(selected),
        _ => None,
    }
}

/// The `value` of each element that is sent.
fn values(sent: Option<&Value>) -> Vec<String> {
    let elements = match sent {
        None => &[],
        Some(Value::Array(elements)) => elements.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    let of_element = |element: &Value| match element {
        Value::String(text) => Some(text.clone()),
        Value::Object(members) => {
            let mut members = members.iter();
            let value = members.find(|(name, _)| name.eq_ignore_ascii_case("value"))?.1;
            value.as_str().map(str::to_owned)
        }
        _ => None,
    };
    elements.iter().filter_map(of_element).collect()
}
