//! `rollcall account`: the Account settings of a tenant without the console.

use anyhow::{Result, bail, ensure};
use clap::Subcommand;
use rollcall_domain::TenantId;
use rollcall_domain::authority::Attribute;
use rollcall_domain::optional::{OPTIONAL, OptionalAttributes};
use rollcall_domain::source::Actor;
use serde_json::Value;

use crate::command::tenant_args::TenantArgs;
use crate::installation::Installation;
use crate::terminal::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Prints the settings.
    Show(TenantArgs),
    /// Changes them.
    Set(Set),
}

#[derive(Debug, clap::Args)]
struct Set {
    /// The optional attributes that are taken from identity providers: all, none, or some of
    /// displayName, middleName, mobileNumber, timeZone, type, loginAuthenticator, primaryRole and team.
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    take: Vec<String>,
    /// The role that people made by an identity provider begin with.
    #[arg(long, value_name = "NAME")]
    default_role: Option<String>,
    #[command(flatten)]
    place: TenantArgs,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let place = match &args.command {
        Command::Show(place) | Command::Set(Set { place, .. }) => place,
    };
    let open = place.open().await?;
    let (installation, tenant) = (&open.installation, open.id());
    if let Command::Set(set) = &args.command {
        ensure!(
            !set.take.is_empty() || set.default_role.is_some(),
            "say what to set: --take, --default-role, or both"
        );
        change(installation, tenant, set).await?;
    }
    show(installation, tenant).await
}

async fn change(installation: &Installation, tenant: TenantId, set: &Set) -> Result<()> {
    // Read first: a name that is wrong changes nothing.
    let taken = if set.take.is_empty() { None } else { Some(parse(&set.take)?) };
    if let Some(role) = &set.default_role {
        installation.app.set_default_role(tenant, Actor::System, role.clone()).await?;
    }
    if let Some(taken) = taken {
        installation.app.set_optional_attributes(tenant, Actor::System, taken).await?;
    }
    Ok(())
}

async fn show(installation: &Installation, tenant: TenantId) -> Result<()> {
    let account = installation.app.account(tenant).await?;
    let taken = account.tenant.settings.optional_attributes;
    let names: Vec<String> = taken.iter().map(name).collect();
    say(format!("taken: {}", if names.is_empty() { "none".to_owned() } else { names.join(", ") }));
    let missing = if account.has_default_role { "" } else { " (there is no such role)" };
    say(format!("default role: {}{missing}", account.tenant.default_role));
    Ok(())
}

fn parse(names: &[String]) -> Result<OptionalAttributes> {
    match names {
        [all] if all == "all" => Ok(OptionalAttributes::ALL),
        [none] if none == "none" => Ok(OptionalAttributes::NONE),
        _ => names.iter().try_fold(OptionalAttributes::NONE, |taken, wanted| {
            match OPTIONAL.into_iter().find(|one| name(*one) == *wanted) {
                Some(attribute) => Ok(taken.with(attribute)),
                None => bail!(
                    "{wanted:?} is no optional attribute; {} are",
                    OPTIONAL.map(name).join(", ")
                ),
            }
        }),
    }
}

/// The name of an attribute, as everything else writes it.
fn name(attribute: Attribute) -> String {
    match serde_json::to_value(attribute) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_named_or_all_or_none() {
        let parse = |text: &str| parse(&text.split(',').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(parse("all").unwrap(), OptionalAttributes::ALL);
        assert_eq!(parse("none").unwrap(), OptionalAttributes::NONE);
        let two = OptionalAttributes::NONE.with(Attribute::Team).with(Attribute::DisplayName);
        assert_eq!(parse("team,displayName").unwrap(), two);
        assert!(parse("team,shoeSize").unwrap_err().to_string().contains("timeZone"));
    }
}
