//! A mail server that keeps what it gets: as much of RFC 5321 as a client needs that sends one mail.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A mail as it was handed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SunkMail {
    /// The addresses of the envelope.
    pub to: Vec<String>,
    /// Head and body.
    pub text: String,
}

/// The server.
pub struct SmtpSink {
    port: u16,
    kept: Arc<Mutex<Kept>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Kept {
    mails: Vec<SunkMail>,
    /// As many mails are refused before one is taken.
    refusals: usize,
}

impl SmtpSink {
    /// Starts on a free port of this machine.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let kept = Arc::<Mutex<Kept>>::default();
        let shared = Arc::clone(&kept);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that hangs up in the middle has sent nothing.
                let _ = serve(stream, &shared).await;
            }
        });
        Ok(Self { port, kept, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it got so far.
    #[must_use]
    pub fn mails(&self) -> Vec<SunkMail> {
        lock(&self.kept).mails.clone()
    }

    /// Refuses the next mails.
    pub fn refuse(&self, mails: usize) {
        lock(&self.kept).refusals = mails;
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(kept: &Mutex<Kept>) -> std::sync::MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(stream: TcpStream, kept: &Mutex<Kept>) -> Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut mail = SunkMail::default();
    write.write_all(b"220 sink\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match verb.as_str() {
            "EHLO" | "HELO" => "250 sink",
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                mail.to.push(address.to_owned());
                "250 noted"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                while let Some(line) = lines.next_line().await?
                    && line != "."
                {
                    mail.text.push_str(&line);
                    mail.text.push('\n');
                }
                take(kept, std::mem::take(&mut mail))
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 well",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

fn take(kept: &Mutex<Kept>, mail: SunkMail) -> &'static str {
    let mut kept = lock(kept);
    if kept.refusals > 0 {
        kept.refusals -= 1;
        return "451 try again later";
    }
    kept.mails.push(mail);
    "250 kept"
}
