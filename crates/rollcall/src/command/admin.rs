//! `rollcall admin`: administrators without a set-up link.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::Subcommand;
use secrecy::SecretString;

use crate::command::tenant_args::TenantArgs;
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
        #[command(flatten)]
        place: TenantArgs,
    },
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let Command::Create { username, password_file, place } = args.command;
    let password = password(password_file.as_deref())?;
    let open = place.open().await?;
    let made = open.installation.app.create_administrator(open.id(), &username, password).await?;
    say(format!("{} may sign in to {}.", made.user_name, open.tenant.name));
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
