//! `rollcall scim check`: runs the conformance program against a SCIM server, this one or another. It needs
//! no configuration and no database.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use clap::Subcommand;
use rollcall_conformance::{
    CheckReport, Level, Options, PlainHttp, Report, Target, Verdict, areas, run as check,
};
use rollcall_domain::Ids as _;
use secrecy::SecretString;

use crate::environment::SystemIds;
use crate::stop;
use crate::terminal::say;

/// What the command ends with when there is no result.
const COULD_NOT_RUN: u8 = 2;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sends what the RFCs and identity providers send to a SCIM server, and reports what came back. Ends
    /// with 1 when a MUST of the RFCs is broken, with 2 when it could not run.
    Check(Check),
}

#[derive(Debug, clap::Args)]
struct Check {
    /// The base address, as identity providers are given it: https, the host, and often a path.
    url: String,
    /// The bearer token. Everybody on this machine can read it here; a file or the environment hides it.
    #[arg(
        long,
        env = "ROLLCALL_SCIM_TOKEN",
        hide_env_values = true,
        conflicts_with = "token_file"
    )]
    token: Option<SecretString>,
    /// A file that holds the bearer token.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
    /// Prints each check, not only those that did not pass.
    #[arg(long, conflicts_with = "json")]
    verbose: bool,
    /// Runs only the checks whose id begins so, such as `filter` or `patch.add`; may be given several times.
    #[arg(long, value_name = "PREFIX")]
    only: Vec<String>,
    /// Leaves what it makes on the server.
    #[arg(long)]
    keep: bool,
    /// Agrees that people and groups are made on the server; needed unless it is on this machine.
    #[arg(long)]
    yes: bool,
    /// Sends the token without encryption, also to another machine.
    #[arg(long)]
    insecure_http: bool,
}

pub(crate) async fn run(args: Args) -> Result<ExitCode> {
    let Command::Check(args) = args.command;
    match report(&args).await {
        Ok(report) => {
            print(&args, &report);
            Ok(verdict(&report))
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            Ok(ExitCode::from(COULD_NOT_RUN))
        }
    }
}

async fn report(args: &Check) -> Result<Report> {
    let plain = if args.insecure_http { PlainHttp::Anywhere } else { PlainHttp::LoopbackOnly };
    let target = Target::new(&args.url, token(args)?, plain)?;
    // The end of an id of version 7 is random (RFC 9562 §5.7).
    let id = SystemIds::default().next().simple().to_string();
    let name: String = id.chars().skip(20).collect();
    let what =
        format!("several hundred users and groups named check-{name}-… at {}", target.base_url());
    let after = if args.keep { "leaves them there (--keep)" } else { "deletes them at the end" };
    ensure!(
        args.yes || target.is_loopback(),
        "this makes {what}, and {after}; say --yes if that is meant"
    );
    eprintln!("This makes {what}, and {after}.");
    let count: usize = areas().map(|(_, _, checks)| checks.len()).sum();
    if args.only.is_empty() {
        eprintln!(
            "{count} checks in {} areas; Ctrl-C ends them, and what was made is still deleted.",
            areas().count()
        );
    }
    let options = Options { run: name, only: args.only.clone(), keep: args.keep };
    let mut watch = |one: &CheckReport| {
        if !args.json && (args.verbose || one.verdict != Verdict::Passed) {
            say(one);
        }
    };
    Ok(check(&target, &options, &stop::on_signal()?, &mut watch).await?)
}

fn token(args: &Check) -> Result<Option<SecretString>> {
    let Some(path) = &args.token_file else { return Ok(args.token.clone()) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let line = text.lines().next().unwrap_or_default().trim();
    ensure!(!line.is_empty(), "{} is empty", path.display());
    Ok(Some(line.to_owned().into()))
}

fn print(args: &Check, report: &Report) {
    if args.json {
        say(format!("{:#}", report.to_json()));
    } else {
        for (name, title, _) in areas() {
            let counts = report.counts_of(name);
            if counts.total() > 0 {
                say(format!("{name:<11} {:>3} of {:>3}  {title}", counts.passed, counts.total()));
            }
        }
        say(report.counts());
    }
    if !report.left_behind.is_empty() {
        eprintln!("Left on the server: {}", report.left_behind.join(" "));
    }
    if report.interrupted {
        eprintln!("The run was ended before its end.");
    }
}

fn verdict(report: &Report) -> ExitCode {
    if report.interrupted {
        ExitCode::from(COULD_NOT_RUN)
    } else if report.failed(Level::Must).is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
