//! The parameters of a list request (RFC 7644 §3.4.2). Their names may be written in any case, and what is
//! not known is passed over, because clients add parameters of their own (Entra's `aadOptscim062020`).

use std::borrow::Cow;

use crate::error::{ErrorKind, ScimError};

/// The parameters as they were sent, already freed from percent-encoding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery<'a> {
    /// `filter`
    pub filter: Option<Cow<'a, str>>,
    /// `attributes`
    pub attributes: Option<Cow<'a, str>>,
    /// `excludedAttributes`
    pub excluded_attributes: Option<Cow<'a, str>>,
    /// `sortBy`
    pub sort_by: Option<Cow<'a, str>>,
    /// `sortOrder`
    pub sort_order: Option<Cow<'a, str>>,
    /// `startIndex`
    pub start_index: Option<Cow<'a, str>>,
    /// `count`
    pub count: Option<Cow<'a, str>>,
    /// `cursor` (RFC 9865 §2)
    pub cursor: Option<Cow<'a, str>>,
}

impl<'a> ListQuery<'a> {
    /// Picks the known parameters. One that comes twice is refused: nobody can say which of the two counts,
    /// and a filter that is dropped shows people whom the client did not ask for.
    pub fn from_pairs<K: AsRef<str>>(
        pairs: impl IntoIterator<Item = (K, Cow<'a, str>)>,
    ) -> Result<Self, ScimError> {
        let mut query = Self::default();
        for (name, value) in pairs {
            let name = name.as_ref();
            let Some(slot) = query.slot(name) else {
                continue;
            };
            if slot.replace(value).is_some() {
                let detail = format!("The parameter {name} comes twice; send it once.");
                return Err(ScimError::new(ErrorKind::InvalidValue, detail));
            }
        }
        Ok(query)
    }

    pub(crate) fn slot(&mut self, name: &str) -> Option<&mut Option<Cow<'a, str>>> {
        let slots = [
            ("filter", &mut self.filter),
            ("attributes", &mut self.attributes),
            ("excludedAttributes", &mut self.excluded_attributes),
            ("sortBy", &mut self.sort_by),
            ("sortOrder", &mut self.sort_order),
            ("startIndex", &mut self.start_index),
            ("count", &mut self.count),
            ("cursor", &mut self.cursor),
        ];
        slots.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, slot)| slot)
    }
}

/// Which part of a list is wanted, within what the server gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// The number of the first resource; the first of all is 1.
    pub start_index: u64,
    /// The most resources of the page; 0 asks for the total alone.
    pub count: u32,
}

/// What a server gives at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize {
    /// For a client that does not say how many it wants.
    pub default: u32,
    /// For one that wants more.
    pub most: u32,
}

impl Paging {
    /// Reads `startIndex` and `count`. RFC 7644 §3.4.2.4: a start below 1 means 1, a negative count means 0;
    /// too large a count is cut, since refusing it would end an import that works otherwise.
    pub fn parse(
        start_index: Option<&str>,
        count: Option<&str>,
        size: PageSize,
    ) -> Result<Self, ScimError> {
        let start_index = match start_index.filter(|text| !text.is_empty()) {
            None => 1,
            Some(text) => whole_number("startIndex", text)?.max(1),
        };
        let count = match count.filter(|text| !text.is_empty()) {
            None => size.default,
            Some(text) => u32::try_from(whole_number("count", text)?).unwrap_or(u32::MAX),
        };
        Ok(Self { start_index, count: count.min(size.most) })
    }

    /// How many resources stand before the page.
    pub fn offset(&self) -> u64 {
        self.start_index.saturating_sub(1)
    }
}

/// A whole number; a negative one becomes 0, and one that is too large the largest.
fn whole_number(name: &str, text: &str) -> Result<u64, ScimError> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let detail = format!("{name} must be a whole number, but {text:?} came.");
        return Err(ScimError::new(ErrorKind::InvalidValue, detail));
    }
    Ok(if is_negative { 0 } else { digits.parse().unwrap_or(u64::MAX) })
}
