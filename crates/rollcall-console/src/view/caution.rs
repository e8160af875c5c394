//! What a reader must know before trusting a page: a part is missing, or what is shown is old.

use jiff::Timestamp;

/// One such warning, shown above the page.
#[derive(Clone, Debug)]
pub enum Caution {
    /// One target or source does not answer; the rest of the page is true.
    Partial {
        /// Who does not answer, such as "The WFM".
        who: String,
        /// The cause and what it means for people, in whole sentences.
        why: String,
        /// Since when.
        since: Timestamp,
    },
    /// The page shows the past.
    Stale {
        /// When it was true.
        since: Timestamp,
        /// Why it is not newer.
        why: String,
    },
    /// Somebody has to do something.
    ToDo {
        /// What stands still, as the beginning of a sentence that ends with a moment.
        what: String,
        /// Since when.
        since: Timestamp,
        /// Why, in whole sentences.
        why: String,
        /// What can be done: the address, and what is done there. The best way comes first.
        ways: Vec<(String, &'static str)>,
    },
}
