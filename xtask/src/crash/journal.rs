//! What one writer sent and what came back, line by line, to look into after a fault.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// A journal in a file of JSON lines.
pub(crate) struct Journal {
    file: BufWriter<File>,
    number: u64,
}

impl Journal {
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| path.display().to_string())?;
        Ok(Self { file: BufWriter::new(file), number: 0 })
    }

    /// A request is about to leave.
    pub(crate) fn sent(&mut self, method: &str, target: &str, body: &Value) -> Result<()> {
        self.number += 1;
        self.line(&json!({ "n": self.number, "sent": method, "target": target, "body": body }))
    }

    /// The hub answered the last request.
    pub(crate) fn answered(&mut self, status: u16) -> Result<()> {
        self.line(&json!({ "n": self.number, "answered": status }))
    }

    /// The last request has no whole answer.
    pub(crate) fn broke_off(&mut self) -> Result<()> {
        self.line(&json!({ "n": self.number, "answered": null }))
    }

    fn line(&mut self, line: &Value) -> Result<()> {
        Ok(writeln!(self.file, "{line}")?)
    }
}
