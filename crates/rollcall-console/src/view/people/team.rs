//! The teams, each with its features and how many people it has.

use askama::Template;

use super::employee::Lock;
use crate::view::badge::{Badge, Tone};
use crate::view::choice::Choice;
use crate::view::count::Count;
use crate::view::shell::Shell;

/// The list of teams.
#[derive(Clone, Debug, Template)]
#[template(path = "people/teams.html")]
pub struct TeamsPage {
    /// The frame.
    pub shell: Shell,
    /// All of them, by name.
    pub rows: Vec<TeamRow>,
}

/// One team.
#[derive(Clone, Debug)]
pub struct TeamRow {
    /// The team's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its business unit's name.
    pub business_unit: String,
    /// Its features as people say them.
    pub features: Vec<String>,
    /// Its active people.
    pub active: Count,
    /// Whether its people are handed to the WFM.
    pub in_wfm: bool,
}

/// What switching `WFM Advanced` of a team would do, before it is done.
#[derive(Clone, Debug, Template)]
#[template(path = "people/team_switch.html")]
pub struct SwitchPage {
    /// The frame.
    pub shell: Shell,
    /// The team's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether its people are handed to the WFM now.
    pub in_wfm: bool,
    /// Its active people.
    pub active: u64,
    /// What the WFM of its business unit is told; `None` where none is linked.
    pub wfm: Option<SwitchedWfm>,
}

/// What a WFM is told of a team's people.
#[derive(Clone, Debug)]
pub struct SwitchedWfm {
    /// The management unit of those who are new.
    pub arrived_unit: String,
    /// The management unit of those who are no longer in the ACD.
    pub departed_unit: String,
    /// When, as the end of a sentence.
    pub when: &'static str,
}

/// One team.
#[derive(Clone, Debug, Template)]
#[template(path = "people/team.html")]
pub struct TeamPage {
    /// The frame.
    pub shell: Shell,
    /// The team's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its business unit's name.
    pub business_unit: String,
    /// Its active people.
    pub active: u64,
    /// Whether its people are handed to the WFM.
    pub in_wfm: bool,
    /// Its unavailable codes, in words.
    pub codes: String,
    /// Who alone may rename it.
    pub lock: Option<Lock>,
    /// The name as it was typed.
    pub typed: String,
    /// Why the form is shown again.
    pub refusal: Option<String>,
}

/// The form for a new team.
#[derive(Clone, Debug, Template)]
#[template(path = "people/team_new.html")]
pub struct NewTeamPage {
    /// The frame.
    pub shell: Shell,
    /// The name as it was typed.
    pub name: String,
    /// The business units; where there is only one, nobody is asked.
    pub units: Vec<Choice>,
    /// The one that was chosen, by its id.
    pub unit: String,
    /// Whether it is to be handed to the WFM.
    pub in_wfm: bool,
    /// Why the form is shown again.
    pub refusal: Option<String>,
}
