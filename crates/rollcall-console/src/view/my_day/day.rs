//! A person's own page at work, and how they get there. Narrow: it stands beside a soft phone.

use askama::Template;
use jiff::Timestamp;

use super::schedule::SchedulePart;
use crate::view::agent_state::PastState;
use crate::view::badge::Badge;
use crate::view::calendar::CalendarAddress;
use crate::view::shell::Theme;
use crate::view::sign_in::SignInRefusal;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "my_day/day.html", blocks = ["day"])]
pub struct MyDayPage {
    /// Colours, from the cookie.
    pub theme: Theme,
    /// The person.
    pub name: String,
    /// Their tenant.
    pub tenant_name: String,
    /// The time zone of all times on the page, by its IANA name: the person's, whatever the browser's is.
    pub zone: String,
    /// The token that every form carries back.
    pub csrf: String,
    /// Why the last thing that they asked for was not done.
    pub refusal: Option<String>,
    /// What they do.
    pub state: Badge,
    /// Since when; absent for somebody who never logged in.
    pub since: Option<Timestamp>,
    /// When it ends by itself, and what happens then.
    pub due: Option<(Timestamp, String)>,
    /// What they do when their contacts are over.
    pub next: Option<String>,
    /// What they can do now; empty when they are logged out.
    pub choices: Vec<StateChoice>,
    /// Whether they can log out now.
    pub can_log_out: bool,
    /// What they did in the last 12 hours, newest first.
    pub past: Vec<PastState>,
    /// What they are to do.
    pub schedule: SchedulePart,
    /// Where their calendar program reads it.
    pub calendar: Option<CalendarAddress>,
}

impl MyDayPage {
    /// Whether they are logged in at the ACD.
    #[must_use]
    pub fn is_logged_in(&self) -> bool {
        !self.choices.is_empty()
    }
}

/// Something that can be set.
#[derive(Clone, Debug)]
pub struct StateChoice {
    /// What the form sends.
    pub value: String,
    /// What the button says.
    pub label: String,
    /// Whether it is so already.
    pub is_present: bool,
}

/// The sign-in form of people.
#[derive(Clone, Debug, Template)]
#[template(path = "my_day/sign_in.html")]
pub struct MySignInPage {
    /// Colours, from the cookie.
    pub theme: Theme,
    /// The name that was tried.
    pub username: String,
    /// The id of the tenant in which they are looked for first; empty when the address names none.
    pub at: String,
    /// Why the form is shown again.
    pub refusal: Option<SignInRefusal>,
}

/// Choosing a password by a link.
#[derive(Clone, Debug, Template)]
#[template(path = "my_day/link.html")]
pub struct MyLinkPage {
    /// Colours, from the cookie.
    pub theme: Theme,
    /// The secret part of the link; empty when it does not work.
    pub link: String,
    /// Whom it is for.
    pub name: String,
    /// The user name that they will sign in with.
    pub username: String,
    /// The fewest characters that a password may have.
    pub password_min: usize,
    /// Why the form is shown again.
    pub refusal: Option<String>,
}
