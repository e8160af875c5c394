//! The lags of a run: the largest, and the middle one of a bounded sample.

/// As many lags are remembered; from then on only every second, every fourth, and so on.
const SAMPLE_MAX: usize = 8_192;

/// Milliseconds from our commits to the WFM's confirmations.
#[derive(Debug, Default)]
pub(crate) struct Lags {
    sample: Vec<i64>,
    seen: usize,
    /// Of so many lags one is remembered, as a power of two.
    stride_log2: u32,
    largest: Option<i64>,
}

impl Lags {
    pub(crate) fn add(&mut self, lag_ms: i64) {
        self.largest = self.largest.max(Some(lag_ms));
        if self.seen.trailing_zeros() >= self.stride_log2 {
            if self.sample.len() == SAMPLE_MAX {
                let mut position = 0_usize;
                self.sample.retain(|_| {
                    position += 1;
                    !position.is_multiple_of(2)
                });
                self.stride_log2 += 1;
            }
            self.sample.push(lag_ms);
        }
        self.seen += 1;
    }

    pub(crate) fn max_ms(&self) -> Option<i64> {
        self.largest
    }

    pub(crate) fn p50_ms(&self) -> Option<i64> {
        let mut sorted = self.sample.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len().saturating_sub(1) / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_largest_are_told() {
        let mut lags = Lags::default();
        assert_eq!((lags.p50_ms(), lags.max_ms()), (None, None));
        for lag in [40, 10, 30] {
            lags.add(lag);
        }
        assert_eq!((lags.p50_ms(), lags.max_ms()), (Some(30), Some(40)));
    }

    #[test]
    fn a_long_run_is_sampled_evenly() {
        let mut lags = Lags::default();
        for lag in 0..100_000 {
            lags.add(lag);
        }
        assert!(lags.sample.len() <= SAMPLE_MAX);
        let middle = lags.p50_ms().unwrap();
        assert!((49_000..51_000).contains(&middle), "{middle}");
        assert_eq!(lags.max_ms(), Some(99_999));
    }
}
