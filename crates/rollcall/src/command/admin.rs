//! `rollcall admin`: administrators without a set-up link.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::Subcommand;
use secrecy::SecretString;

use crate::installation::Installation;
use crate::setting::ConfigArgs;
use crate::terminal::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes an administrator of the console; the password is read from standard input.
    Create {
        /// The name to sign in with.
        #[arg(long)]
        username: String,
        /// A file that holds the password.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        /// The tenant, by name or id; needed where there are several.
        #[arg(long)]
        tenant: Option<String>,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let Command::Create { username, password_file, tenant, config } = args.command;
    let settings = config.load()?;
    let password = password(password_file.as_deref())?;
    let installation = Installation::open(&settings).await?;
    let tenant = installation.tenant(tenant.as_deref()).await?;
    let made = installation.app.create_administrator(tenant.id, &username, password).await?;
    say(format!("{} may sign in to {}.", made.user_name, tenant.name));
    Ok(())
}

/// The first line of the file or of standard input. Never an argument: everyone on the machine can read
/// the arguments of a process.
fn password(file: Option<&Path>) -> Result<SecretString> {
    let mut line = String::new();
    match file {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            line.push_str(text.lines().next().unwrap_or_default());
        }
        None => {
            let mut input = std::io::stdin().lock();
            if std::io::stdin().is_terminal() {
                eprintln!("Password (it is shown as you type):");
            }
            input.read_line(&mut line).context("standard input cannot be read")?;
        }
    }
    let password = line.trim_end_matches(['\r', '\n']);
    ensure!(
        !password.is_empty(),
        "no password was given on standard input or with --password-file"
    );
    Ok(password.into())
}
