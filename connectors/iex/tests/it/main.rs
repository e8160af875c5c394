//! The connector against the simulated IEX, over real HTTP.

#[cfg(test)]
mod fault;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod site;
#[cfg(test)]
mod walk;
