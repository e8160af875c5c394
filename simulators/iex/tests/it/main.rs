//! The contract of the simulated WFM and each of its faults, over real HTTP. Uses nothing of the
//! crate but what a caller outside has, beside starting and stopping it.

#[cfg(test)]
mod caller;
mod contract;
mod control;
mod fault;
mod load;
#[cfg(test)]
mod real_time;
#[cfg(test)]
mod schedule;
mod state;
mod unkeyed;
