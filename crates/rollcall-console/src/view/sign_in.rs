//! The pages before anybody is known: sign-in, and the first set-up by a link that works once.
//!
//! They must not tell whether a username exists.

use askama::Template;

use super::shell::Theme;

/// The sign-in form.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// Colours, from the cookie: nobody is known yet.
    pub theme: Theme,
    /// The name that was tried, so that it need not be typed again.
    pub username: String,
    /// Where to go afterwards; a path of ours.
    pub next: String,
    /// Why the form is shown again.
    pub refusal: Option<SignInRefusal>,
    /// Whether nobody can sign in yet, said only to somebody at the machine itself.
    pub is_new: bool,
}

/// Why a sign-in did not succeed, in words that tell nothing about who exists.
#[derive(Clone, Debug)]
pub enum SignInRefusal {
    /// Name and password do not fit together.
    Wrong,
    /// Too many tries; the next is looked at after so many seconds.
    Throttled {
        /// Seconds to wait.
        retry_after_seconds: u64,
    },
    /// The session ended.
    Expired,
}

/// The first administrator chooses a name and a password.
#[derive(Clone, Debug, Template)]
#[template(path = "set_up.html")]
pub struct SetUpPage {
    /// Colours, from the cookie.
    pub theme: Theme,
    /// What the link still allows.
    pub state: SetUpState,
}

/// What a set-up link still allows.
#[derive(Clone, Debug)]
pub enum SetUpState {
    /// It may be used.
    Open {
        /// The secret part of the link, which the form goes back to.
        token: String,
        /// The tenant that is being set up.
        tenant_name: String,
        /// The name that was typed.
        username: String,
        /// The fewest characters that a password may have.
        password_min: usize,
        /// What was refused and why, one sentence each.
        refusals: Vec<String>,
    },
    /// It was used, has expired, or never was. We do not say which.
    Closed,
}
