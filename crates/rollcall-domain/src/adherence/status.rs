//! What the ACD says of a person, as far as a WFM tells it apart: the state, and the unavailable code.

use std::fmt::Write as _;
use std::hash::Hasher as _;

use crate::agent_state::AgentState;
use crate::unavailable_code::{CodeKind, CodeName, UnavailableCode};

/// A state code has so many characters at the most (Teleopti RTA, `State/Batch`).
pub const STATE_CODE_MAX_CHARS: usize = 25;
/// As much of a long code's name stays, before the mark that tells it from others.
const STEM_CHARS: usize = 14;

/// An ACD status: a state of [`AgentState::NAMES`] with the code that goes with it. The medium of a contact is
/// none of it.
#[derive(Clone, Debug)]
pub struct AcdStatus {
    state: &'static str,
    code: Option<CodeName>,
}

impl AcdStatus {
    /// What a state is to a WFM.
    #[must_use]
    pub fn of(state: &AgentState) -> Self {
        Self { state: state.name(), code: state.code().cloned() }
    }

    /// Being logged out.
    #[must_use]
    pub fn logged_out() -> Self {
        Self { state: "loggedOut", code: None }
    }

    /// From its written parts; `None` when there is no such state, or it takes no code.
    #[must_use]
    pub fn from_parts(state: &str, code: Option<CodeName>) -> Option<Self> {
        let state = AgentState::NAMES.into_iter().find(|name| *name == state)?;
        let takes_code = matches!(state, "unavailable" | "afterContactWork");
        (code.is_none() || takes_code).then_some(Self { state, code })
    }

    /// Every status that a tenant with these codes has, in the order of a day: logging in, work, leaving.
    #[must_use]
    pub fn all(codes: &[UnavailableCode]) -> Vec<Self> {
        let of_kind = |state, kind| {
            let codes = codes.iter().filter(move |code| code.kind == kind);
            codes.map(move |code| Self { state, code: Some(code.name.clone()) })
        };
        let contacts = ["inboundContact", "outboundContact", "consultIn", "consultOut", "dialer"];
        let plain = |state| Self { state, code: None };
        let mut all = vec![plain("available")];
        all.extend(contacts.into_iter().map(plain));
        all.push(plain("afterContactWork"));
        all.extend(of_kind("afterContactWork", CodeKind::AfterContactWork));
        all.extend(of_kind("unavailable", CodeKind::Unavailable));
        all.push(plain("unavailable"));
        all.push(plain("loggedOut"));
        all
    }

    /// The state, by its written form.
    #[must_use]
    pub fn state(&self) -> &'static str {
        self.state
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> Option<&CodeName> {
        self.code.as_ref()
    }

    /// What two spellings of one status have in common: `unavailable/lunch`.
    #[must_use]
    pub fn key(&self) -> String {
        match &self.code {
            Some(code) => format!("{}/{}", self.state, code.key()),
            None => self.state.to_owned(),
        }
    }

    /// Whether nobody is logged in.
    #[must_use]
    pub fn is_logged_out(&self) -> bool {
        self.state == "loggedOut"
    }

    /// Whether it is how the ACD shows a person who has just logged in: unavailable, and nobody said why.
    #[must_use]
    pub fn is_logging_in(&self) -> bool {
        self.state == "unavailable" && self.code.is_none()
    }

    /// The code by which a WFM is told of it, [`STATE_CODE_MAX_CHARS`] characters at the most. A name that is
    /// too long is cut, and gets a mark that keeps it apart from others that begin alike.
    #[must_use]
    pub fn state_code(&self) -> String {
        let (plain, prefix) = match self.state {
            "loggedOut" => ("LOGGED-OFF", ""),
            "available" => ("AVAILABLE", ""),
            "unavailable" => ("UNAVAILABLE", "U:"),
            "inboundContact" => ("INBOUND", ""),
            "outboundContact" => ("OUTBOUND", ""),
            "consultIn" => ("CONSULT-IN", ""),
            "consultOut" => ("CONSULT-OUT", ""),
            "dialer" => ("DIALER", ""),
            _ => ("AFTER-CONTACT", "W:"),
        };
        let Some(code) = &self.code else { return plain.to_owned() };
        let whole = format!("{prefix}{code}");
        if whole.chars().count() <= STATE_CODE_MAX_CHARS {
            return whole;
        }
        let mut cut: String = whole.chars().take(STEM_CHARS + prefix.len()).collect();
        let mut hasher = Fnv::default();
        hasher.write(code.key().as_bytes());
        // Writing to a text cannot fail.
        let _ = write!(cut, "~{:08x}", hasher.finish() & 0xffff_ffff);
        cut
    }
}

impl PartialEq for AcdStatus {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for AcdStatus {}

/// FNV-1a, 64 bits: the same on every machine and in every version, which the standard library's does not promise.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl std::hash::Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
