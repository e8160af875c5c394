//! The commands as they are typed, one file each.

mod access_key;
mod account;
mod admin;
mod api_token;
mod application;
mod backup;
mod business_unit;
mod config;
mod demo;
mod doctor;
mod event_stream;
mod history_feed;
mod migrate;
mod role;
mod scim;
mod scim_token;
mod serve;
mod simulate;
mod tenant;
mod tenant_args;
mod wfm_link;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::runtime;

/// One roster for a contact centre: people come in by SCIM and are handed to workforce management.
#[derive(Debug, Parser)]
#[command(name = "rollcall", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the hub.
    Serve(serve::Args),
    /// Runs a hub with a simulated WFM and identity provider on this machine, to look at.
    Demo(demo::Args),
    /// Checks configuration, database, disk, clock and key, and says what to do.
    Doctor(doctor::Args),
    /// Prints the configuration as it counts, without its secrets.
    Config(config::Args),
    /// Brings the tables of the database up to date; `serve` does the same.
    Migrate(migrate::Args),
    /// Copies the embedded database into a file, also while the hub runs.
    Backup(backup::Args),
    /// Makes and lists tenants.
    Tenant(tenant::Args),
    /// Makes and lists business units of a tenant.
    BusinessUnit(business_unit::Args),
    /// Shows and changes what roles permit.
    Role(role::Args),
    /// Makes administrators of the console.
    Admin(admin::Args),
    /// Shows and changes the Account settings.
    Account(account::Args),
    /// Checks SCIM servers, this one or others.
    Scim(scim::Args),
    /// Makes bearer tokens for identity providers.
    ScimToken(scim_token::Args),
    /// Makes, lists and revokes access keys for identity providers.
    AccessKey(access_key::Args),
    /// Registers, lists and revokes applications that speak OAuth 2.0.
    Application(application::Args),
    /// Makes bearer tokens for systems that use the agent API.
    ApiToken(api_token::Args),
    /// Links business units to a WFM.
    WfmLink(wfm_link::Args),
    /// Tells WFMs what happened in each quarter of an hour.
    HistoryFeed(history_feed::Args),
    /// Makes receivers of security events.
    EventStream(event_stream::Args),
    /// Runs a simulated outside system.
    #[command(hide = true)]
    Simulate(simulate::Args),
}

/// Runs what was asked for.
pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Serve(args) => serve::run(&args)?,
        Command::Demo(args) => demo::run(args)?,
        Command::Doctor(args) => return runtime::one_thread()?.block_on(doctor::run(&args)),
        Command::Config(args) => config::run(&args)?,
        Command::Migrate(args) => runtime::one_thread()?.block_on(migrate::run(&args))?,
        Command::Backup(args) => runtime::one_thread()?.block_on(backup::run(&args))?,
        Command::Tenant(args) => runtime::one_thread()?.block_on(tenant::run(args))?,
        Command::BusinessUnit(args) => {
            runtime::one_thread()?.block_on(business_unit::run(args))?;
        }
        Command::Role(args) => runtime::one_thread()?.block_on(role::run(args))?,
        Command::Admin(args) => runtime::one_thread()?.block_on(admin::run(args))?,
        Command::Account(args) => runtime::one_thread()?.block_on(account::run(args))?,
        Command::Scim(args) => return runtime::one_thread()?.block_on(scim::run(args)),
        Command::ScimToken(args) => runtime::one_thread()?.block_on(scim_token::run(args))?,
        Command::AccessKey(args) => runtime::one_thread()?.block_on(access_key::run(args))?,
        Command::Application(args) => runtime::one_thread()?.block_on(application::run(args))?,
        Command::ApiToken(args) => runtime::one_thread()?.block_on(api_token::run(args))?,
        Command::WfmLink(args) => runtime::one_thread()?.block_on(wfm_link::run(args))?,
        Command::HistoryFeed(args) => runtime::one_thread()?.block_on(history_feed::run(args))?,
        Command::EventStream(args) => runtime::one_thread()?.block_on(event_stream::run(args))?,
        Command::Simulate(args) => runtime::one_thread()?.block_on(simulate::run(args))?,
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;

    /// Every command that does something, as it is typed.
    fn typed(command: &clap::Command, before: &str, all: &mut BTreeSet<String>) {
        let own = format!("{before} {}", command.get_name());
        let mut below = command.get_subcommands().filter(|one| !one.is_hide_set()).peekable();
        if below.peek().is_none() {
            all.insert(own.trim().to_owned());
        }
        for one in below {
            typed(one, &own, all);
        }
    }

    /// The commands of the documentation's table. In a row, what does not begin with the program's name stands for the
    /// last word of the command before it.
    fn told(text: &str) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for row in text.lines().filter(|line| line.starts_with("| `rollcall ")) {
            let cell = row.trim_start_matches('|').split('|').next().unwrap();
            let mut before = Vec::new();
            for span in cell.split('`').skip(1).step_by(2) {
                let is_word =
                    |word: &&str| word.chars().all(|sign| sign.is_ascii_lowercase() || sign == '-');
                let is_plain = |word: &&str| is_word(word) && !word.starts_with('-');
                let words: Vec<&str> = span.split(' ').take_while(is_plain).collect();
                if words.first() == Some(&"rollcall") {
                    before = words;
                } else {
                    before.pop();
                    before.extend(words);
                }
                all.insert(before.join(" "));
            }
        }
        all
    }

    #[test]
    fn the_documentation_tells_of_every_command() {
        let mut all = BTreeSet::new();
        typed(&Cli::command(), "", &mut all);
        let text = include_str!("../../../docs/configuration.md");
        let told = told(text);
        // What is typed behind a command may be a value of it, such as `on`.
        let is_of = |row: &str, command: &str| {
            row.strip_prefix(command).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        let missing: Vec<_> =
            all.iter().filter(|command| !told.iter().any(|row| is_of(row, command))).collect();
        assert!(missing.is_empty(), "docs/configuration.md lacks {missing:?}");
        let odd: Vec<_> =
            told.iter().filter(|row| !all.iter().any(|command| is_of(row, command))).collect();
        assert!(odd.is_empty(), "docs/configuration.md tells of {odd:?}, which nobody can type");
    }
}
