//! Colours of what is scheduled, in pictures of days.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;

/// As many colours there are; further names share them.
const COLOURS: usize = 6;

/// A colour for each name, the same on every day: the calm ones for what takes most of the time.
pub(crate) struct Colours(Vec<String>);

impl Colours {
    /// From names and their times.
    pub(crate) fn of<'a>(times: impl Iterator<Item = (&'a str, Timestamp, Timestamp)>) -> Self {
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        for (name, from, until) in times {
            *sums.entry(name).or_default() += until.duration_since(from).as_secs();
        }
        let mut names: Vec<(&str, i64)> = sums.into_iter().collect();
        names.sort_by_key(|(_, seconds)| Reverse(*seconds));
        Self(names.into_iter().map(|(name, _)| name.to_owned()).collect())
    }

    /// The names, with the colour of each.
    pub(crate) fn names(&self) -> impl Iterator<Item = (usize, &str)> {
        self.0.iter().enumerate().map(|(index, name)| (index % COLOURS, name.as_str()))
    }

    pub(crate) fn index(&self, name: &str) -> usize {
        self.0.iter().position(|one| one == name).unwrap_or_default() % COLOURS
    }
}
