//! `rollcall scim-token`: bearer tokens without the console. They are revoked there, where the answer means
//! that the token opens nothing any more: a running hub hears of this process's changes a moment later.

use anyhow::{Result, bail};
use clap::Subcommand;
use jiff::SignedDuration;
use rollcall_app::scim_connection::{NewConnection, ScimConnection};
use rollcall_domain::TenantId;
use rollcall_domain::source::Actor;
use rollcall_domain::structure::Team;
use secrecy::ExposeSecret as _;

use crate::command::tenant_args::TenantArgs;
use crate::installation::Installation;
use crate::terminal::say;

/// The connection that is made where there is none and none is named.
const FIRST_CONNECTION: &str = "SCIM";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a token and prints it: the only time that it can be read.
    Create(Create),
}

#[derive(Debug, clap::Args)]
struct Create {
    /// The connection, by name or id; needed where there are several.
    #[arg(long)]
    connection: Option<String>,
    /// Makes a new connection of this name.
    #[arg(long, value_name = "NAME", conflicts_with = "connection")]
    new: Option<String>,
    /// What a connection that is made here speaks: rfc, okta, entra, google, onelogin, jumpcloud, ping,
    /// authentik or keycloak.
    #[arg(long, default_value = "rfc")]
    dialect: String,
    /// The business unit in which the people of a connection that is made here begin, by name; the tenant's
    /// first one unless it is named.
    #[arg(long, value_name = "NAME", requires = "new")]
    business_unit: Option<String>,
    /// How long the token works; without it, until it is revoked.
    #[arg(long, value_name = "DAYS")]
    days: Option<u16>,
    #[command(flatten)]
    place: TenantArgs,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let Command::Create(create) = args.command;
    let open = create.place.open().await?;
    let (installation, tenant) = (&open.installation, open.id());
    let connection = match &create.new {
        Some(name) => make(installation, tenant, name, &create).await?,
        None => find_or_make_first(installation, tenant, &create).await?,
    };
    let lifetime = create.days.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
    let issued =
        installation.app.issue_token(tenant, Actor::System, connection.id, lifetime).await?;
    say(issued.secret.expose_secret());
    Ok(())
}

/// The connection that is meant; the first one of a tenant is made on the way.
async fn find_or_make_first(
    installation: &Installation,
    tenant: TenantId,
    create: &Create,
) -> Result<ScimConnection> {
    let all = installation.app.connections(tenant).await?;
    let mut all: Vec<ScimConnection> = all.into_iter().map(|detail| detail.connection).collect();
    let Some(wanted) = &create.connection else {
        return match (all.pop(), all.is_empty()) {
            (None, _) => make(installation, tenant, FIRST_CONNECTION, create).await,
            (Some(only), true) => Ok(only),
            _ => bail!("there are several connections; name one with --connection"),
        };
    };
    let fits = |one: &ScimConnection| one.name == *wanted || one.id.to_string() == *wanted;
    let mut fitting = all.into_iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(connection), None) => Ok(connection),
        (None, _) => bail!("there is no connection {wanted:?}; make one with --new {wanted:?}"),
        _ => bail!("several connections are called {wanted:?}; name the one you mean by its id"),
    }
}

async fn make(
    installation: &Installation,
    tenant: TenantId,
    name: &str,
    create: &Create,
) -> Result<ScimConnection> {
    let units = installation.app.business_units(tenant).await?;
    let unit = match &create.business_unit {
        None => None,
        Some(wanted) => match units.iter().find(|unit| unit.name == *wanted) {
            Some(unit) => Some(unit.id),
            None => bail!("there is no business unit {wanted:?}"),
        },
    };
    let teams = installation.app.teams(tenant).await?.into_iter().map(|staffed| staffed.team);
    let fits = |team: &Team| unit.is_none_or(|unit| team.business_unit == unit);
    let Some(team) = teams.filter(fits).min_by_key(|team| team.id) else {
        bail!("the tenant has no team there for the people of a connection");
    };
    let new = NewConnection {
        name: name.to_owned(),
        dialect: create.dialect.clone(),
        business_unit: team.business_unit,
        team: team.id,
    };
    Ok(installation.app.create_connection(tenant, Actor::System, new).await?)
}
