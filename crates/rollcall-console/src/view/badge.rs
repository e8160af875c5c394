//! A state as icon, word and colour together: colour never speaks alone.

/// The four states of the whole console, and none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// All is well.
    Ok,
    /// Something is on its way; nobody need act.
    Waiting,
    /// Somebody should look.
    Attention,
    /// It failed.
    Failed,
    /// A plain fact.
    #[default]
    Neutral,
}

impl Tone {
    /// The style sheet's name for it.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Tone::Ok => "ok",
            Tone::Waiting => "waiting",
            Tone::Attention => "attention",
            Tone::Failed => "failed",
            Tone::Neutral => "neutral",
        }
    }

    /// The icon that says the same without colour.
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Tone::Ok => "check",
            Tone::Waiting => "clock",
            Tone::Attention => "alert",
            Tone::Failed => "cross",
            Tone::Neutral => "dot",
        }
    }
}

/// A word with its tone.
#[derive(Clone, Debug, Default)]
pub struct Badge {
    /// How it is meant.
    pub tone: Tone,
    /// One or two words.
    pub word: String,
}

impl Badge {
    /// Puts both together.
    pub fn new(tone: Tone, word: impl Into<String>) -> Badge {
        Badge { tone, word: word.into() }
    }
}
