//! What an operation does with the value at its target, once empty values have been understood.

use serde_json::Value;

use super::request::OperationKind;

/// A change to one value.
#[derive(Debug, Clone)]
pub(super) enum Change {
    /// Add this.
    Add(Value),
    /// Put this in the place of what is there.
    Replace(Value),
    /// Take away what is there, or of several values only those listed.
    Remove(Option<Value>),
}

impl Change {
    /// `None` if there is nothing to do. RFC 7643 §2.5: `null` and `[]` are no value, so replacing by them
    /// takes the value away (Okta O15, Entra E15); `""` is treated alike, as Okta's tests ask.
    pub(super) fn new(kind: OperationKind, value: Option<Value>) -> Option<Self> {
        match (kind, value) {
            (OperationKind::Remove, Some(Value::Null)) => Some(Self::Remove(None)),
            (OperationKind::Remove, listed) => Some(Self::Remove(listed)),
            (OperationKind::Add, None) => None,
            (OperationKind::Add, Some(value)) => (!is_no_value(&value)).then_some(Self::Add(value)),
            (OperationKind::Replace, None) => Some(Self::Remove(None)),
            (OperationKind::Replace, Some(value)) if is_no_value(&value) => {
                Some(Self::Remove(None))
            }
            (OperationKind::Replace, Some(value)) => Some(Self::Replace(value)),
        }
    }

    /// Which operation this is.
    pub(super) fn kind(&self) -> OperationKind {
        match self {
            Self::Add(_) => OperationKind::Add,
            Self::Replace(_) => OperationKind::Replace,
            Self::Remove(_) => OperationKind::Remove,
        }
    }
}

fn is_no_value(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    }
}
