//! How a run ended that nothing broke off.

use rollcall_domain::EmployeeId;

/// How much of the WFM's list a run compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compared {
    /// All of it, and nothing was left out.
    Whole,
    /// Another comparison has to follow soon.
    Part,
    /// None of it: nobody asked, or the WFM shows none.
    Nothing,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Nobody is due any more, and so much of the WFM's own list was compared.
    Done(Compared),
    /// It did its part; another run goes on.
    Unfinished,
    /// The brake holds, and nothing was written.
    Held(Hold),
}

/// Departures that wait for someone to approve them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    pub(crate) departures: i64,
    /// For people.
    pub(crate) reason: String,
    /// Those who would depart, where no run has named the same before.
    pub(crate) people: Vec<EmployeeId>,
}
