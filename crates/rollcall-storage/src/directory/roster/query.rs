//! What a page of the roster is asked for.

use rollcall_domain::EmployeeId;

/// What is looked for. Empty texts stand for "any".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterQuery {
    /// A part of a name, user name or e-mail address, or a whole agent number.
    pub text: String,
    /// Active people only, or inactive ones only.
    pub active: Option<bool>,
    /// People of one team, by its id.
    pub team: String,
    /// People managed by one source, in its written form.
    pub managed_by: String,
    /// People who are due or failed at a WFM only.
    pub out_of_step: bool,
    /// Where the page begins.
    pub from: From,
}

/// Where a page begins: a place in the order by family name, first name and id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum From {
    /// At the beginning.
    #[default]
    Start,
    /// Behind a person.
    After(Place),
    /// Before a person, the page that ends there.
    Before(Place),
}

/// A person's place in the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What the order is by.
    pub name_key: String,
    /// Which of several with the same name.
    pub id: EmployeeId,
}
