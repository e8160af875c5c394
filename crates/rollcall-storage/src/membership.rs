//! The people of a source in their order, in memory, so that any page of a SCIM list is as near as the
//! first: a database has to count its way to an offset.
//!
//! Kept only where this process is the sole writer, since only then it hears of every step. Should another
//! process write to the same file all the same, every order is forgotten.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use rollcall_domain::source::Source;
use rollcall_domain::{EmployeeId, TenantId};

/// What a committed transaction did to a source's people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The source sees the person.
    Joined,
    /// It does not any more.
    Left,
}

/// As many steps are remembered for readings that are under way.
const RECENT_MAX: usize = 4_096;

/// Whose step, and which.
type Taken = (TenantId, Source, EmployeeId, Step);

/// The orders that were asked for so far.
#[derive(Debug, Default)]
pub struct Memberships {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// How many steps were taken so far, and the latest of them.
    steps: u64,
    recent: VecDeque<Taken>,
    orders: HashMap<(TenantId, Source), Vec<EmployeeId>>,
}

/// One page of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many people the source sees in all.
    pub total: usize,
    /// The people of the page.
    pub people: Vec<EmployeeId>,
}

impl Memberships {
    /// The people from `offset` on, at most `count`; `None` when this order was not loaded yet.
    #[must_use]
    pub fn page(
        &self,
        tenant: TenantId,
        source: Source,
        offset: usize,
        count: usize,
    ) -> Option<Page> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.orders.get(&(tenant, source)).map(|order| Page {
            total: order.len(),
            people: order.iter().skip(offset).take(count).copied().collect(),
        })
    }

    /// How many steps were taken so far; taken before an order is read, shown when it is kept.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).steps
    }

    /// Keeps an order that was read after `steps` stood. Steps that were taken meanwhile are taken on it
    /// again: the reading may have missed them. Not kept when there were too many to remember.
    pub fn keep(&self, tenant: TenantId, source: Source, mut order: Vec<EmployeeId>, steps: u64) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let missed = usize::try_from(kept.steps.saturating_sub(steps)).unwrap_or(usize::MAX);
        let Some(known) = kept.recent.len().checked_sub(missed) else { return };
        for (of_tenant, of_source, employee, step) in kept.recent.iter().skip(known) {
            if (*of_tenant, *of_source) == (tenant, source) {
                take(&mut order, *employee, *step);
            }
        }
        kept.orders.insert((tenant, source), order);
    }

    /// Forgets every order: another process wrote, and its steps are not known here.
    pub(crate) fn forget(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.steps += 1;
        kept.recent.clear();
        kept.orders.clear();
    }

    pub(crate) fn take(&self, steps: &[Taken]) {
        if steps.is_empty() {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for taken in steps {
            let (tenant, source, employee, step) = *taken;
            if let Some(order) = kept.orders.get_mut(&(tenant, source)) {
                take(order, employee, step);
            }
            kept.steps += 1;
            kept.recent.push_back(*taken);
        }
        let surplus = kept.recent.len().saturating_sub(RECENT_MAX);
        kept.recent.drain(..surplus);
    }
}

/// Takes a step on an order. One that was taken already changes nothing.
fn take(order: &mut Vec<EmployeeId>, employee: EmployeeId, step: Step) {
    match (order.binary_search(&employee), step) {
        (Err(place), Step::Joined) => order.insert(place, employee),
        (Ok(place), Step::Left) => drop(order.remove(place)),
        (Ok(_), Step::Joined) | (Err(_), Step::Left) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn person(number: u128) -> EmployeeId {
        EmployeeId::new(Uuid::from_u128(number))
    }

    #[test]
    fn steps_keep_the_order_and_an_overtaken_reading_is_mended() {
        let (tenant, source) = (TenantId::new(Uuid::nil()), Source::Local);
        let other = TenantId::new(Uuid::from_u128(1));
        let all = Memberships::default();
        let step = |tenant, number, step| all.take(&[(tenant, source, person(number), step)]);
        step(tenant, 2, Step::Joined);
        let before = all.steps();
        step(tenant, 9, Step::Joined);
        step(other, 4, Step::Joined);
        step(tenant, 1, Step::Left);
        assert_eq!(all.page(tenant, source, 0, 10), None, "nobody read it yet");
        // Read before the ninth joined and the first left, and kept afterwards.
        all.keep(tenant, source, vec![person(1), person(2)], before);
        let page = |offset, count| all.page(tenant, source, offset, count);
        assert_eq!(page(0, 9), Some(Page { total: 2, people: vec![person(2), person(9)] }));

        step(tenant, 5, Step::Joined);
        step(tenant, 5, Step::Joined);
        step(tenant, 2, Step::Left);
        assert_eq!(page(1, 1), Some(Page { total: 2, people: vec![person(9)] }));
    }

    #[test]
    fn a_reading_that_was_overtaken_too_often_is_not_kept() {
        let (tenant, source) = (TenantId::new(Uuid::nil()), Source::Local);
        let all = Memberships::default();
        let before = all.steps();
        let join = [(tenant, source, person(9), Step::Joined)];
        for _ in 0..RECENT_MAX {
            all.take(&join);
        }
        all.keep(tenant, source, vec![], before);
        assert_eq!(all.page(tenant, source, 0, 1).map(|page| page.total), Some(1));
        all.forget();
        all.keep(tenant, source, vec![], before);
        assert_eq!(all.page(tenant, source, 0, 1), None, "another process wrote meanwhile");
        let before = all.steps();
        for _ in 0..=RECENT_MAX {
            all.take(&join);
        }
        all.keep(tenant, source, vec![], before);
        assert_eq!(all.page(tenant, source, 0, 1), None, "one step is not remembered any more");
    }
}
