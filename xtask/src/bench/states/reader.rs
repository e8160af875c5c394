//! One reader of the stream: notes how late each change is, and that none is missing.

use super::{Board, check_all};
use crate::bench::fill::FIRST_AGENT_NUMBER;
use crate::http;
use crate::hub::Door;
use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader, ErrorKind};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// So often a reader without news looks whether it has all.
const PATIENCE: Duration = Duration::from_millis(200);

/// An open stream that has told who is logged in.
pub(super) struct Reader {
    lines: BufReader<TcpStream>,
    line: Vec<u8>,
}

impl Reader {
    /// Opens a stream and reads up to its `ready`.
    pub(super) fn open(door: &Door, people: usize) -> Result<Self> {
        let lines = http::follow(&door.base_url, "/api/v1/agent-states/stream", &door.token)?;
        let mut reader = Self { lines, line: Vec::with_capacity(1024) };
        let mut told = 0;
        loop {
            let line = reader.next()?.context("the stream ended")?;
            if line.starts_with(b"event: ready") {
                break;
            }
            told += usize::from(line.starts_with(b"data: {\"agentNumber\""));
        }
        ensure!(told == people, "the stream began with {told} of {people} people");
        Ok(reader)
    }

    /// Reads until it has as many changes as were made; gives how late those were that were measured.
    pub(super) fn run(mut self, board: &Board) -> Result<Vec<u32>> {
        self.lines.get_ref().set_read_timeout(Some(PATIENCE))?;
        let (mut got, mut late_us, mut asked) = (0_u64, Vec::new(), None);
        loop {
            let made = board.made.load(Ordering::SeqCst);
            if made > 0 && check_all(got, made, *asked.get_or_insert_with(Instant::now))? {
                return Ok(late_us);
            }
            let Some(line) = self.next()? else { continue };
            ensure!(!line.starts_with(b"event: missed"), "a reader was too slow");
            let Some(data) = line.strip_prefix(b"data: {\"agentNumber\":") else { continue };
            let number = digits(data);
            let sequence = after(data, b"\"sequence\":").map(digits).context("no sequence")?;
            got += 1;
            if board.measuring.load(Ordering::Relaxed) {
                let person = usize::try_from(number.saturating_sub(FIRST_AGENT_NUMBER))?;
                let slot = board.slot(person, sequence).context("an unknown person")?;
                let late = board.now_us().saturating_sub(slot.load(Ordering::SeqCst));
                late_us.push(u32::try_from(late).unwrap_or(u32::MAX));
            }
        }
    }

    /// The next line; `None` when there is none for a while.
    fn next(&mut self) -> Result<Option<&[u8]>> {
        // What was read of a line before the time was over stays in front of the rest.
        if self.line.last() == Some(&b'\n') {
            self.line.clear();
        }
        match self.lines.read_until(b'\n', &mut self.line) {
            Ok(0) => anyhow::bail!("the stream ended"),
            Ok(_) => Ok(Some(&self.line)),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn digits(text: &[u8]) -> u64 {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

fn after<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let place = text.windows(name.len()).position(|window| window == name)?;
    text.get(place + name.len()..)
}

#[cfg(test)]
mod tests {
    use super::{after, digits};

    #[test]
    fn numbers_are_found_in_an_event() {
        let event = b"10000017,\"before\":{},\"sequence\":42,\"state\":\"available\"}\n";
        assert_eq!(digits(event), 10_000_017);
        assert_eq!(after(event, b"\"sequence\":").map(digits), Some(42));
        assert_eq!(after(event, b"\"code\":"), None);
    }
}
