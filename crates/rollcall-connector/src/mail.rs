//! What a connector to a mail server offers.

use crate::answer::Answer;

/// A mail in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Who gets it; addresses without names.
    pub to: Vec<String>,
    /// One line.
    pub subject: String,
    /// Plain text, lines of any length.
    pub text: String,
}

/// A mail server that takes mail for others.
pub trait Mailer: Send + Sync {
    /// Hands a mail over to the server, which from then on cares for it.
    fn send<'a>(&'a self, mail: &'a Mail) -> Answer<'a, ()>;
}
