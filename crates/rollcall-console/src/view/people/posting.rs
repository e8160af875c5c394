//! Moving a person to another business unit.

use askama::Template;

use crate::view::choice::Choice;
use crate::view::shell::Shell;

/// The page before the move.
#[derive(Clone, Debug, Template)]
#[template(path = "people/employee_move.html")]
pub struct MovePage {
    /// The frame.
    pub shell: Shell,
    /// The user GUID.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// The agent number as it is.
    pub agent_number: u64,
    /// The business unit as it is.
    pub business_unit: String,
    /// The acd of the WFM that would move them out, and the unit there; absent where they are in none.
    pub departs: Option<(String, String)>,
    /// The teams of other business units.
    pub choices: Vec<Choice>,
    /// The one that is looked at.
    pub chosen: Option<Chosen>,
}

/// A team that a person could move to.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Its id.
    pub team_id: String,
    /// Its name.
    pub team: String,
    /// Its business unit's name.
    pub business_unit: String,
    /// The number that the person had there; absent: a fresh one.
    pub number: Option<u64>,
    /// The acd of the WFM that would get them, and the unit there; absent where they would be in none.
    pub arrives: Option<(String, String)>,
}
