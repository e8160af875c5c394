//! The engine against the simulated IEX over real HTTP, on SQLite and on PostgreSQL.
//!
//! PostgreSQL is taken from `ROLLCALL_TEST_POSTGRES`, the address of a server on which databases may be
//! made: `postgres://postgres@127.0.0.1:5432/postgres`. Without it, that half is skipped, aloud.

#[cfg(test)]
mod brake;
#[cfg(test)]
mod comparison;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod database;
#[cfg(test)]
mod doubt;
#[cfg(test)]
mod event;
#[cfg(test)]
mod fault;
#[cfg(test)]
mod interval;
#[cfg(test)]
mod lease;
#[cfg(test)]
mod model;
#[cfg(test)]
mod pace;
#[cfg(test)]
mod pending;
#[cfg(test)]
mod person;
#[cfg(test)]
mod quiet;
#[cfg(test)]
mod refusal;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod scale;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod site;
#[cfg(test)]
mod target;
#[cfg(test)]
mod world;
