//! What is shown instead of a page: what was refused, by which rule, and the way on.

use askama::Template;

use super::shell::Shell;

/// A page that cannot be shown, in its usual frame.
#[derive(Clone, Debug, Template)]
#[template(path = "trouble.html")]
pub struct TroublePage {
    /// The frame.
    pub shell: Shell,
    /// What went wrong.
    pub trouble: Trouble,
}

/// What went wrong.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// There is no such thing, or not for this tenant. We do not say which.
    Missing {
        /// What was looked for, such as "employee".
        what: &'static str,
        /// The list to look in instead.
        list_href: &'static str,
        /// That list's name.
        list_name: &'static str,
    },
    /// The person may not.
    Forbidden {
        /// The permission that is wanted.
        permission: String,
        /// Who can grant it.
        granted_by: String,
    },
    /// The store did not answer, or something broke.
    Broken {
        /// What was not done, as a sentence.
        what: String,
        /// To find it in the log.
        request_id: String,
        /// The address to try again.
        retry_href: String,
    },
    /// The form's token does not fit the session.
    StaleForm {
        /// The page with a fresh form.
        back_href: String,
    },
}

/// The same trouble in place of a fragment of a page.
#[derive(Clone, Debug, Template)]
#[template(path = "trouble_fragment.html")]
pub struct TroubleFragment {
    /// What went wrong.
    pub trouble: Trouble,
}
