//! One connection that changes the states of its people, one after another, on a schedule.

use super::Board;
use crate::bench::fill::FIRST_AGENT_NUMBER;
use crate::bench::pace::Pace;
use crate::http::Connection;
use crate::hub::Door;
use anyhow::{Context, Result, ensure};
use std::sync::atomic::Ordering;

/// A person who is logged in.
struct Person {
    index: usize,
    /// The path by which the state is set.
    path: String,
    sequence: u64,
    available: bool,
}

/// The connection, and its people.
pub(super) struct Writer {
    connection: Connection,
    people: Vec<Person>,
    pace: Pace,
}

/// What a writer did.
pub(super) struct Written {
    /// All changes, also those that were not measured.
    pub(super) changes: u64,
    /// From sending to answer, of those that were.
    pub(super) answered_us: Vec<u32>,
}

impl Writer {
    /// Logs its people in.
    pub(super) fn log_in(door: &Door, people: &[usize], pace: Pace) -> Result<Self> {
        let mut connection = Connection::open(&door.base_url, &door.token)?;
        let people: Result<Vec<Person>> = people
            .iter()
            .map(|index| {
                let number = FIRST_AGENT_NUMBER + u64::try_from(*index)?;
                let body = format!("{{\"agentNumber\":{number}}}");
                let answer = connection.send("POST", "/api/v1/agent-sessions", &body)?;
                ensure!(answer.status == 201, "logging in: {answer:?}");
                let session = answer.json.get("sessionId").and_then(|it| it.as_str());
                let session = session.context("no session")?;
                let sequence = answer.json.get("sequence").and_then(|it| it.as_u64());
                Ok(Person {
                    index: *index,
                    path: format!("/api/v1/agent-sessions/{session}/state"),
                    sequence: sequence.context("no sequence")?,
                    available: false,
                })
            })
            .collect();
        Ok(Self { connection, people: people?, pace })
    }

    /// Changes states until it is told to stop.
    pub(super) fn run(mut self, board: &Board) -> Result<Written> {
        let mut written = Written { changes: 0, answered_us: Vec::new() };
        self.pace.begin();
        loop {
            for person in &mut self.people {
                self.pace.wait();
                if board.stop.load(Ordering::Relaxed) {
                    return Ok(written);
                }
                person.available = !person.available;
                person.sequence += 1;
                let sent_us = board.now_us();
                if let Some(slot) = board.slot(person.index, person.sequence) {
                    slot.store(sent_us, Ordering::SeqCst);
                }
                let state = if person.available { "available" } else { "unavailable" };
                let body = format!("{{\"state\":\"{state}\"}}");
                let answer = self.connection.send("PUT", &person.path, &body)?;
                ensure!(answer.status == 200, "setting a state: {answer:?}");
                written.changes += 1;
                if board.measuring.load(Ordering::Relaxed) {
                    let took = board.now_us().saturating_sub(sent_us);
                    written.answered_us.push(u32::try_from(took).unwrap_or(u32::MAX));
                }
            }
        }
    }
}
