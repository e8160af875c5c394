//! Sees, from outside and to the millisecond, when the hub's store holds a new finished run.

use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// Reads the SQLite file twice a millisecond, half a minute at most. Says `watching`, then `seen`.
const SCRIPT: &str = "
import sqlite3, sys, time
store = sqlite3.connect(sys.argv[1])
def newest():
    return store.execute(\"select max(id) from sync_run where state = 'done'\").fetchone()
old, end = newest(), time.monotonic() + 30
print('watching', flush=True)
while newest() == old:
    if time.monotonic() > end:
        sys.exit(1)
    time.sleep(0.0005)
print('seen', flush=True)
";

/// A watch on the runs of a store.
pub(super) struct Watch {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watch {
    /// Begins to watch; what is there already does not count.
    pub(super) fn begin(store: &Path) -> Result<Self> {
        let mut command = Command::new("python3");
        command.args(["-c", SCRIPT]).arg(store).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().context("python3 is needed to watch the store")?;
        let output = child.stdout.take().context("no standard output")?;
        let mut watch = Self { child, lines: BufReader::new(output).lines() };
        watch.expect("watching")?;
        Ok(watch)
    }

    /// Waits for the next run that is over.
    pub(super) fn wait(mut self) -> Result<()> {
        self.expect("seen")?;
        self.child.wait()?;
        Ok(())
    }

    fn expect(&mut self, word: &str) -> Result<()> {
        let line = self.lines.next().transpose()?;
        ensure!(line.as_deref() == Some(word), "the watch saw no run: {line:?}");
        Ok(())
    }
}
