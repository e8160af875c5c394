//! What may happen in a history. Each operation is possible at any moment: one that makes no sense then does
//! nothing, so that a history from which some were taken is a history too.

use proptest::collection::vec;
use proptest::prelude::*;
use rollcall_domain::wfm::FieldSwitch;

/// As many people may come. The first ones are there from the start, and nothing is ever done to them.
pub(crate) const SLOTS: usize = 8;
pub(crate) const BYSTANDERS: usize = 2;
/// Teams 0 and 1 are in the first business unit, 2 and 3 in the second.
pub(crate) const TEAMS: usize = 4;
pub(crate) const UNITS: usize = 2;

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Somebody comes, or comes back after having been deleted.
    Enter(usize, usize),
    Leave(usize),
    Return(usize),
    /// The identity provider deletes somebody.
    Delete(usize),
    /// Into a team of the same unit or of another.
    Move(usize, usize),
    Rename(usize, u8),
    Email(usize, u8),
    ExternalId(usize, Option<u8>),
    /// A team gets or loses `WFM Advanced`.
    Feature(usize, FieldSwitch),
    PersonalIds(usize, FieldSwitch),
    ExternalIds(usize, FieldSwitch),
    /// The link of a unit is switched.
    Link(usize, FieldSwitch),
    Approve(usize),
    Reject(usize),
    Release(usize),
    Ask(usize, Asking),
    /// Calls of a unit's link go wrong from now on, so many of them.
    Fault(usize, Fault, u8),
    /// The WFM's own people move an agent to a unit of theirs.
    Post(usize),
    /// The engine dies at the next batch of a unit, in this moment of it.
    CrashAt(usize, Moment),
    /// The engine dies after so many steps of its runtime.
    CrashAfter(u8),
    /// Requests that were under way longest arrive at last.
    Arrive,
    /// Minutes pass.
    Clock(u8),
    /// The engine has so many milliseconds.
    Work(u16),
    /// The engine works until nothing is due, or for a while.
    Settle,
}

/// What an operator asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asking {
    Comparison,
    Preview,
}

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    RateLimited,
    Error,
    ExpiredToken,
    TimeoutAfterApplying,
    HalfApplied,
    /// Applied, and the answer cannot be read.
    Garbled,
    /// No answer in time, and the request arrives much later.
    Delayed,
    SlowBody,
    LostPage,
}

/// Where in a batch's way the engine dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    BeforeSending,
    /// Applied, then cut.
    AfterApplying,
    /// On its way: it arrives after the engine's death.
    UnderWay,
}

fn someone() -> impl Strategy<Value = usize> {
    BYSTANDERS..SLOTS
}

fn switch() -> impl Strategy<Value = FieldSwitch> {
    prop_oneof![Just(FieldSwitch::On), Just(FieldSwitch::Off)]
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        1 => Just(Fault::RateLimited),
        1 => Just(Fault::Error),
        1 => Just(Fault::ExpiredToken),
        2 => Just(Fault::TimeoutAfterApplying),
        2 => Just(Fault::HalfApplied),
        1 => Just(Fault::Garbled),
        1 => Just(Fault::Delayed),
        1 => Just(Fault::SlowBody),
        1 => Just(Fault::LostPage),
    ]
}

fn moment() -> impl Strategy<Value = Moment> {
    prop_oneof![
        1 => Just(Moment::BeforeSending),
        2 => Just(Moment::AfterApplying),
        1 => Just(Moment::UnderWay),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation as O;
    let asking = prop_oneof![Just(Asking::Comparison), Just(Asking::Preview)];
    prop_oneof![
        8 => (someone(), 0..TEAMS).prop_map(|(who, team)| O::Enter(who, team)),
        5 => someone().prop_map(O::Leave),
        4 => someone().prop_map(O::Return),
        2 => someone().prop_map(O::Delete),
        5 => (someone(), 0..TEAMS).prop_map(|(who, team)| O::Move(who, team)),
        4 => (someone(), 0..4_u8).prop_map(|(who, name)| O::Rename(who, name)),
        2 => (someone(), 0..3_u8).prop_map(|(who, email)| O::Email(who, email)),
        3 => (someone(), proptest::option::of(0..3_u8)).prop_map(|(who, id)| O::ExternalId(who, id)),
        2 => (0..TEAMS, switch()).prop_map(|(team, on)| O::Feature(team, on)),
        1 => (0..UNITS, switch()).prop_map(|(unit, on)| O::PersonalIds(unit, on)),
        1 => (0..UNITS, switch()).prop_map(|(unit, on)| O::ExternalIds(unit, on)),
        2 => (0..UNITS, switch()).prop_map(|(unit, on)| O::Link(unit, on)),
        2 => (0..UNITS).prop_map(O::Approve),
        1 => (0..UNITS).prop_map(O::Reject),
        1 => (0..UNITS).prop_map(O::Release),
        1 => (0..UNITS, asking).prop_map(|(unit, what)| O::Ask(unit, what)),
        5 => (0..UNITS, fault(), prop_oneof![4 => 1..3_u8, 1 => 5..30_u8])
            .prop_map(|(unit, fault, times)| O::Fault(unit, fault, times)),
        1 => someone().prop_map(O::Post),
        3 => (0..UNITS, moment()).prop_map(|(unit, moment)| O::CrashAt(unit, moment)),
        2 => (0..60_u8).prop_map(O::CrashAfter),
        1 => Just(O::Arrive),
        3 => (1..31_u8).prop_map(O::Clock),
        6 => prop_oneof![0..20_u16, 500..3_000_u16].prop_map(O::Work),
        5 => Just(O::Settle),
    ]
}

/// A history.
pub(crate) fn history() -> impl Strategy<Value = Vec<Operation>> {
    vec(operation(), 1..30)
}
