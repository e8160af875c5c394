//! The people of a source in their order, in memory, so that any page of a SCIM list is as near as the
//! first: a database has to count its way to an offset.
//!
//! Kept only where this process is the sole writer, since only then it hears of every step. Should another
//! process write to the same file all the same, every order is forgotten.

use std::collections::HashMap;
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

/// The orders that were asked for so far.
#[derive(Debug, Default)]
pub struct Memberships {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    steps: u64,
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

    /// Keeps an order that was read when `steps` stood. Forgotten if a step was taken meanwhile: the
    /// reading may have missed it.
    pub fn keep(&self, tenant: TenantId, source: Source, order: Vec<EmployeeId>, steps: u64) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.steps == steps {
            kept.orders.insert((tenant, source), order);
        }
    }

    /// Forgets every order: another process wrote, and its steps are not known here.
    pub(crate) fn forget(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.steps += 1;
        kept.orders.clear();
    }

    pub(crate) fn take(&self, steps: &[(TenantId, Source, EmployeeId, Step)]) {
        if steps.is_empty() {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.steps += 1;
        for (tenant, source, employee, step) in steps {
            let Some(order) = kept.orders.get_mut(&(*tenant, *source)) else { continue };
            match (order.binary_search(employee), step) {
                (Err(place), Step::Joined) => order.insert(place, *employee),
                (Ok(place), Step::Left) => drop(order.remove(place)),
                (Ok(_), Step::Joined) | (Err(_), Step::Left) => {}
            }
        }
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
    fn steps_keep_the_order_and_an_overtaken_reading_is_not_kept() {
        let (tenant, source) = (TenantId::new(Uuid::nil()), Source::Local);
        let all = Memberships::default();
        let before = all.steps();
        all.take(&[(tenant, source, person(9), Step::Joined)]);
        all.keep(tenant, source, vec![person(1)], before);
        assert_eq!(all.page(tenant, source, 0, 10), None, "a step came between");

        all.keep(tenant, source, vec![person(1), person(9)], all.steps());
        all.take(&[
            (tenant, source, person(5), Step::Joined),
            (tenant, source, person(1), Step::Left),
        ]);
        all.take(&[(tenant, source, person(5), Step::Joined)]);
        assert_eq!(
            all.page(tenant, source, 1, 1),
            Some(Page { total: 2, people: vec![person(9)] })
        );
    }
}
