//! A simulated IEX WFM: real HTTP, state in memory, faults on command.
//!
//! The wire format of IEX is not public. The contract served here is **ours**: it takes the field
//! names and the rules of user synchronization from NICE's help pages and invents the rest. It is
//! written down in `CONTRACT.md` beside this crate, and the tests hold the code to it.
//!
//! The crate shares no code with the connector that talks to it, so that the two cannot agree on
//! something false by construction. It must not be reachable from other machines: the control
//! plane has no authentication.

mod agent;
mod batch;
mod clock;
mod fault;
mod gate;
mod history;
mod journal;
mod option;
mod refusal;
mod replay;
mod route;
mod schedule;
mod server;
mod shared;
mod shift;
mod simulator;
mod snapshot;
mod state;
mod store;
mod token;

pub use crate::agent::{Agent, Mu};
pub use crate::fault::{Fault, FaultOrder};
pub use crate::history::{HistoryInterval, HistoryKind};
pub use crate::journal::{Entry, Stats, Tally};
pub use crate::option::Options;
pub use crate::route::name::Route;
pub use crate::schedule::Activity;
pub use crate::server::{ServeError, serve};
pub use crate::simulator::Simulator;
pub use crate::state::StateBatch;
