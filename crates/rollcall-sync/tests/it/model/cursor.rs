//! How a reader finds what is due, as a model: writers take ids and commit in any order; a reader takes what it sees.

use stateright::{Model, Property};

const WRITERS: usize = 3;

/// How the reader asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// For all marks that are there; a mark goes when it is settled.
    ByMark,
    /// For ids greater than the last one seen.
    ByCursor,
}

/// A moment: for each writer the id it took, whether it committed, whether its row was seen; and the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Moment {
    rows: [Row; WRITERS],
    last_id: u8,
    cursor: u8,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Row {
    id: u8,
    committed: bool,
    seen: bool,
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    TakeId(usize),
    Commit(usize),
    Read,
}

impl Model for Reader {
    type State = Moment;
    type Action = Step;

    fn init_states(&self) -> Vec<Moment> {
        vec![Moment::default()]
    }

    fn actions(&self, now: &Moment, steps: &mut Vec<Step>) {
        for (index, row) in now.rows.iter().enumerate() {
            match row {
                Row { id: 0, .. } => steps.push(Step::TakeId(index)),
                Row { committed: false, .. } => steps.push(Step::Commit(index)),
                _ => {}
            }
        }
        steps.push(Step::Read);
    }

    fn next_state(&self, before: &Moment, step: Step) -> Option<Moment> {
        let mut now = before.clone();
        match step {
            Step::TakeId(index) => {
                now.last_id += 1;
                now.rows[index].id = now.last_id;
            }
            Step::Commit(index) => now.rows[index].committed = true,
            Step::Read => {
                let cursor = now.cursor;
                let shown = |row: &&mut Row| match self {
                    Self::ByMark => row.committed && !row.seen,
                    Self::ByCursor => row.committed && row.id > cursor,
                };
                for row in now.rows.iter_mut().filter(shown) {
                    row.seen = true;
                    now.cursor = now.cursor.max(row.id);
                }
            }
        }
        (now != *before).then_some(now)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always(
            "whatever is committed can be read",
            |reader: &Self, now: &Moment| {
                let missed = |row: &Row| row.committed && !row.seen && row.id <= now.cursor;
                *reader == Self::ByMark || !now.rows.iter().any(missed)
            },
        )]
    }
}
