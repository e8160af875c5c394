//! One thing that was looked at: how it is, and what to do about it.

use std::fmt;

/// A finding.
#[derive(Debug)]
pub(crate) struct Finding {
    subject: &'static str,
    text: String,
    verdict: Verdict,
}

#[derive(Debug)]
enum Verdict {
    Fine,
    /// Not wrong, but worth knowing.
    Note,
    /// Something has to be done: this.
    Problem(String),
}

impl Finding {
    /// All is well.
    pub(crate) fn fine(subject: &'static str, text: impl Into<String>) -> Self {
        Self { subject, text: text.into(), verdict: Verdict::Fine }
    }

    /// Worth knowing.
    pub(crate) fn note(subject: &'static str, text: impl Into<String>) -> Self {
        Self { subject, text: text.into(), verdict: Verdict::Note }
    }

    /// Something has to be done.
    pub(crate) fn problem(
        subject: &'static str,
        text: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { subject, text: text.into(), verdict: Verdict::Problem(remedy.into()) }
    }

    /// Whether something has to be done.
    pub(crate) fn is_problem(&self) -> bool {
        matches!(self.verdict, Verdict::Problem(_))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, text, verdict } = self;
        match verdict {
            Verdict::Fine => write!(f, "ok       {subject}: {text}"),
            Verdict::Note => write!(f, "note     {subject}: {text}"),
            Verdict::Problem(remedy) => {
                write!(f, "PROBLEM  {subject}: {text}\n         → {remedy}")
            }
        }
    }
}
