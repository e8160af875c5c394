//! Making a person here, changing their values, and switching them off and on.

use askama::Template;

use crate::view::choice::Choice;
use crate::view::shell::Shell;

/// The form for somebody new, or for the values of somebody who is here.
#[derive(Clone, Debug, Template)]
#[template(path = "people/person_form.html")]
pub struct PersonFormPage {
    /// The frame.
    pub shell: Shell,
    /// Who is changed: the user GUID and the name. Absent while somebody is made.
    pub person: Option<(String, String)>,
    /// The version that the form was filled from.
    pub version: String,
    /// The identity provider that has the values that everybody has; `None` where they are changed here.
    pub owner: Option<String>,
    /// What was wrong with the form.
    pub refusal: Option<String>,
    /// The fields that are typed.
    pub fields: Vec<TypedField>,
    /// The fields that are chosen.
    pub chosen: Vec<ChosenField>,
}

/// A field that is typed.
#[derive(Clone, Debug)]
pub struct TypedField {
    /// Its name in the form.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What stands there.
    pub value: String,
    /// What to know of it; empty when it speaks for itself.
    pub hint: String,
    /// Whether it must have a value.
    pub required: bool,
}

/// A field that is chosen.
#[derive(Clone, Debug)]
pub struct ChosenField {
    /// Its name in the form.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// The choices.
    pub choices: Vec<Choice>,
    /// The value of the present one.
    pub value: String,
}

/// What switching a person off or on would do, before it is done.
#[derive(Clone, Debug, Template)]
#[template(path = "people/person_status.html")]
pub struct PersonStatusPage {
    /// The frame.
    pub shell: Shell,
    /// The user GUID.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// Whether the person is active now.
    pub active: bool,
    /// The identity provider that alone may do it; `None` where it is done here.
    pub owner: Option<String>,
    /// The agent number, which stays.
    pub agent_number: u64,
    /// Whether their calendar program reads their schedule: that ends, and does not come back.
    pub calendar: bool,
    /// The WFMs that hear of it.
    pub told: Vec<Told>,
}

/// A WFM that hears of somebody's leaving or coming back.
#[derive(Clone, Debug)]
pub struct Told {
    /// The ACD ID of the business unit there.
    pub acd_id: String,
    /// The management unit that the person is moved to.
    pub unit: String,
    /// When, as the end of a sentence.
    pub when: &'static str,
}
