//! Who is told of events: the list of receivers, one of them, a new one, and what ending one would do.

use askama::Template;
use jiff::Timestamp;

use crate::view::badge::Badge;
use crate::view::shell::Shell;

/// The receivers of a tenant.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/receivers.html", blocks = ["list"])]
pub struct ReceiversPage {
    /// The frame.
    pub shell: Shell,
    /// All of them, oldest first.
    pub rows: Vec<ReceiverRow>,
    /// Whether another one fits.
    pub may_add: bool,
}

/// A receiver as it stands.
#[derive(Clone, Debug)]
pub struct ReceiverRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it hears of events.
    pub kind: ReceiverKind,
    /// Where it asks, or where it is told.
    pub address: String,
    /// How it fares.
    pub badge: Badge,
    /// The same as a sentence, with what to do where something is to be done.
    pub says: String,
    /// Since when it is off.
    pub off_since: Option<Timestamp>,
    /// From when to when events were dropped when it was last off; no end while it is.
    pub missed: Option<(Timestamp, Option<Timestamp>)>,
    /// How many events wait for it, such as "3" or "more than 100,000".
    pub waiting: String,
    /// When it last took events, or asked for some.
    pub last_success: Option<Timestamp>,
    /// When it last could not be told, or could not use an event, and why.
    pub last_failure: Option<(Timestamp, String)>,
}

/// How a receiver hears of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiverKind {
    /// It asks.
    Poll,
    /// It is told.
    Push,
}

impl ReceiverKind {
    /// Two words for a column.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            ReceiverKind::Poll => "Asks (poll)",
            ReceiverKind::Push => "Is told (push)",
        }
    }
}

/// One receiver.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/receiver.html", blocks = ["facts"])]
pub struct ReceiverPage {
    /// The frame.
    pub shell: Shell,
    /// How it stands.
    pub receiver: ReceiverRow,
    /// Whom its events are for.
    pub audience: String,
    /// Who tells them.
    pub issuer: String,
    /// Where the keys are that signatures are checked with.
    pub keys_url: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// What it is told of: the name of the event, and what that means.
    pub events: Vec<(String, &'static str)>,
}

/// The form for a new receiver.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "provisioning/receiver_new.html")]
pub struct NewReceiverPage {
    /// The frame.
    pub shell: Shell,
    /// The name as it was typed.
    pub name: String,
    /// The audience as it was typed.
    pub audience: String,
    /// The address as it was typed; empty for one that asks.
    pub address: String,
    /// Whether it is told instead of asking.
    pub is_push: bool,
    /// What can be told: name, meaning, and whether it is chosen.
    pub events: Vec<(String, &'static str, bool)>,
    /// Why it was refused.
    pub refusal: Option<String>,
}

/// A receiver that asks, made just now.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/receiver_made.html")]
pub struct ReceiverMadePage {
    /// The frame.
    pub shell: Shell,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its token: shown this once.
    pub secret: String,
    /// Where it asks.
    pub address: String,
    /// Where the keys are that signatures are checked with.
    pub keys_url: String,
}

/// What switching a receiver off or removing it would do, before it is done.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/receiver_end.html")]
pub struct ReceiverEndPage {
    /// The frame.
    pub shell: Shell,
    /// How it stands.
    pub receiver: ReceiverRow,
    /// What is asked.
    pub end: ReceiverEnd,
}

/// How a receiver ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiverEnd {
    /// Until it is switched on again.
    Off,
    /// For good.
    Removal,
}
