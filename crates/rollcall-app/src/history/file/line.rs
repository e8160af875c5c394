//! Which line of a file a byte stands on, as an editor counts them.
//!
//! The CSV reader counts line feeds only, and a record of its begins with what is left of the line end before it: with
//! CRLF, as browsers send what is typed into a form (HTML standard, "constructing the entry list"), each line would be
//! one too low, and with CR alone each would be the first.

/// Counts lines forward through a text.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, line: 1 }
    }

    /// The line of a byte, from 1. Bytes have to be asked for in their order.
    pub(super) fn of(&mut self, at: usize) -> u64 {
        while self.at < at && self.at < self.bytes.len() {
            self.step();
        }
        self.line
    }

    /// The line on which the next character stands that ends no line, from a byte on: empty lines are no records.
    pub(super) fn of_record(&mut self, at: usize) -> u64 {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.of(at + skipped)
    }

    fn step(&mut self) {
        let ends = match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
            // The line feed behind it ends the line.
            (Some(b'\r'), Some(b'\n')) => false,
            (Some(b'\r' | b'\n'), _) => true,
            _ => false,
        };
        self.line += u64::from(ends);
        self.at += 1;
    }
}
