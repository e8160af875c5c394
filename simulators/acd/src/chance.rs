//! Chance that follows from a seed. Not for secrets.

/// `SplitMix64` (Steele, Lea, Flood, OOPSLA 2014).
#[derive(Clone, Debug)]
pub(crate) struct Chance {
    state: u64,
}

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from the first on, below the second; the first where there is none.
    pub(crate) fn between(&mut self, from: i64, to: i64) -> i64 {
        let room = u64::try_from(to.saturating_sub(from)).unwrap_or(0);
        let number = self.next().checked_rem(room).unwrap_or(0);
        from.saturating_add(i64::try_from(number).unwrap_or(0))
    }

    /// One of the list; `None` if it is empty.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let index = self.between(0, i64::try_from(list.len()).unwrap_or(0));
        list.get(usize::try_from(index).unwrap_or(0))
    }

    /// Whether something happens that happens so many times in a hundred.
    pub(crate) fn percent(&mut self, percent: i64) -> bool {
        self.between(0, 100) < percent
    }
}
