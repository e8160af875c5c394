//! Who is next at the one thread that writes: those who wait stand in a line for each tenant, and the lines take
//! turns. So one tenant's thousand changes make another wait for the one that is under way.

use std::collections::{HashMap, VecDeque};

use rollcall_domain::TenantId;

/// Who wants something: a tenant, or the installation itself.
pub(crate) type Owner = Option<TenantId>;

/// As many wait in the line of one tenant.
const OF_ONE_MAX: usize = 4_096;

/// All who wait.
pub(crate) struct Lines<T> {
    waiting: HashMap<Owner, VecDeque<T>>,
    /// Those who have a line, in the order of their turns.
    turns: VecDeque<Owner>,
    count: usize,
}

impl<T> Default for Lines<T> {
    fn default() -> Self {
        Self { waiting: HashMap::new(), turns: VecDeque::new(), count: 0 }
    }
}

impl<T> Lines<T> {
    /// Puts one at the end of its owner's line; gives it back where that line is full.
    pub(crate) fn push(&mut self, owner: Owner, item: T) -> Result<(), T> {
        let line = self.waiting.entry(owner).or_default();
        if line.len() >= OF_ONE_MAX {
            return Err(item);
        }
        if line.is_empty() {
            self.turns.push_back(owner);
        }
        line.push_back(item);
        self.count += 1;
        Ok(())
    }

    /// The first of the line whose turn it is.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let owner = self.turns.pop_front()?;
        let line = self.waiting.get_mut(&owner)?;
        let item = line.pop_front()?;
        if line.is_empty() {
            self.waiting.remove(&owner);
        } else {
            self.turns.push_back(owner);
        }
        self.count -= 1;
        Some(item)
    }

    /// Whether nobody waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_lines_take_turns_and_each_keeps_its_order() {
        let [a, b] = [1, 2].map(|n| Some(TenantId::new(Uuid::from_u128(n))));
        let mut lines = Lines::default();
        for item in ["a1", "a2", "a3", "a4"] {
            lines.push(a, item).unwrap();
        }
        assert_eq!(lines.pop(), Some("a1"));
        lines.push(b, "b1").unwrap();
        lines.push(None, "i1").unwrap();
        let order: Vec<_> = std::iter::from_fn(|| lines.pop()).collect();
        assert_eq!(order, ["a2", "b1", "i1", "a3", "a4"]);
        assert!(lines.is_empty());
        lines.push(b, "b2").unwrap();
        assert_eq!(lines.pop(), Some("b2"));
    }

    #[test]
    fn one_tenants_line_is_full_and_anothers_is_not() {
        let [a, b] = [1, 2].map(|n| Some(TenantId::new(Uuid::from_u128(n))));
        let mut lines = Lines::default();
        for item in 0..OF_ONE_MAX {
            lines.push(a, item).unwrap();
        }
        assert_eq!(lines.push(a, 7), Err(7));
        assert_eq!(lines.push(b, 7), Ok(()));
        assert_eq!(lines.len(), OF_ONE_MAX + 1);
    }
}
