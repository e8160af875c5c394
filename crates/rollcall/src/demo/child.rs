//! A process of the demo. It ends when its standard input does, so that it never outlives this one,
//! however this one ends; what it announces comes by its standard output, its log goes to a file.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{ChildStdout, Command};

use crate::announcement::Announcement;

/// How long a process may take to end before it is killed: longer than the hub gives its own requests.
const END_LIMIT: Duration = Duration::from_secs(15);
const LOG_LINES_SHOWN: usize = 12;

/// A running process.
pub(crate) struct Child {
    name: &'static str,
    process: tokio::process::Child,
    lines: Lines<BufReader<ChildStdout>>,
    log: PathBuf,
}

/// A command of this same program, without the caller's settings: the demo has its own.
pub(crate) fn command(arguments: &[&str]) -> Result<Command> {
    let program = std::env::current_exe().context("this program cannot find itself")?;
    let mut command = Command::new(program);
    command.args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("ROLLCALL_")) {
            command.env_remove(name);
        }
    }
    Ok(command)
}

impl Child {
    /// Starts a command.
    pub(crate) fn start(name: &'static str, mut command: Command, log: PathBuf) -> Result<Self> {
        let file =
            File::create(&log).with_context(|| format!("{} cannot be made", log.display()))?;
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(file)
            // Ctrl-C in a terminal goes to the foreground group: this process alone, which ends the others.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        let output = process.stdout.take().context("no standard output")?;
        Ok(Self { name, process, lines: BufReader::new(output).lines(), log })
    }

    /// Its process id; 0 once it has ended.
    pub(crate) fn pid(&self) -> u32 {
        self.process.id().unwrap_or(0)
    }

    /// Waits until it says where it listens.
    pub(crate) async fn listening(&mut self, limit: Duration) -> Result<SocketAddr> {
        let wait = async {
            loop {
                if let Announcement::Listening(address) = self.next().await? {
                    return Ok(address);
                }
            }
        };
        match tokio::time::timeout(limit, wait).await {
            Ok(address) => address,
            Err(_) => bail!("{} does not listen after {} s", self.name, limit.as_secs()),
        }
    }

    /// What it announces next. That it ended is an error, with the end of its log.
    ///
    /// Dropped while it waits, it loses nothing.
    pub(crate) async fn next(&mut self) -> Result<Announcement> {
        loop {
            match self.lines.next_line().await? {
                Some(line) => {
                    if let Some(announcement) = Announcement::read(&line) {
                        return Ok(announcement);
                    }
                }
                None => return Err(self.ended().await),
            }
        }
    }

    /// Asks it to end and waits; kills it if it does not.
    pub(crate) async fn end(mut self) {
        drop(self.process.stdin.take());
        if tokio::time::timeout(END_LIMIT, self.process.wait()).await.is_err() {
            eprintln!("{} did not end within {} s and is killed", self.name, END_LIMIT.as_secs());
            // It may have ended meanwhile; dropping it would kill it as well.
            let _ = self.process.kill().await;
        }
    }

    async fn ended(&mut self) -> anyhow::Error {
        let status =
            self.process.wait().await.map_or_else(|error| error.to_string(), |s| s.to_string());
        anyhow!("{} ended ({status})\n{}", self.name, log_end(&self.log))
    }
}

fn log_end(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let shown = lines.get(lines.len().saturating_sub(LOG_LINES_SHOWN)..).unwrap_or_default();
    format!("{}\nthe rest is in {}", shown.join("\n"), path.display())
}
