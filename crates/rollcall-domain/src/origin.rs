//! Where each value of a person came from, and since when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::authority::Attribute;
use crate::source::Source;

/// Who set which attributes, and when. Values set together share one entry, which keeps the common
/// case (all of them set by one creation) small.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Origins(Vec<Origin>);

/// Attributes that one source set at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Who set them.
    pub source: Source,
    /// When.
    pub at: Timestamp,
    /// Which.
    pub attributes: Vec<Attribute>,
}

impl Origins {
    /// Notes that `source` set `attributes` at `at`; what was noted of them before is forgotten.
    pub fn set(&mut self, attributes: &[Attribute], source: Source, at: Timestamp) {
        if attributes.is_empty() {
            return;
        }
        for origin in &mut self.0 {
            origin.attributes.retain(|attribute| !attributes.contains(attribute));
        }
        self.0.retain(|origin| !origin.attributes.is_empty());
        self.0.push(Origin { source, at, attributes: attributes.to_vec() });
    }

    /// Who set an attribute and when; `None` for one that nobody set.
    #[must_use]
    pub fn of(&self, attribute: Attribute) -> Option<(Source, Timestamp)> {
        self.0
            .iter()
            .find(|origin| origin.attributes.contains(&attribute))
            .map(|origin| (origin.source, origin.at))
    }

    /// Hands all that `from` set over to `to`, keeping the moments.
    pub fn reassign(&mut self, from: Source, to: Source) {
        for origin in self.0.iter_mut().filter(|origin| origin.source == from) {
            origin.source = to;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_to_set_a_value_is_its_origin() {
        let (early, late) = (Timestamp::UNIX_EPOCH, Timestamp::from_second(60).unwrap());
        let idp = Source::Scim(crate::ScimConnectionId::new(uuid::Uuid::nil()));
        let mut origins = Origins::default();
        origins.set(&[Attribute::FirstName, Attribute::Team], idp, early);
        origins.set(&[Attribute::Team], Source::Local, late);
        assert_eq!(origins.of(Attribute::FirstName), Some((idp, early)));
        assert_eq!(origins.of(Attribute::Team), Some((Source::Local, late)));
        assert_eq!(origins.of(Attribute::Email), None);
    }
}
