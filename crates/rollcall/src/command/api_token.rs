//! `rollcall api-token`: bearer tokens for systems that use the agent API.

use anyhow::{Result, bail};
use clap::Subcommand;
use jiff::SignedDuration;
use rollcall_app::api_token::{NewApiToken, Scope};
use rollcall_domain::source::Actor;
use secrecy::ExposeSecret as _;

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
    /// Makes a token and prints it: the only time that it can be read.
    Create(Create),
    /// Lists the tokens, without what opens.
    List(List),
    /// Revokes a token; a running hub hears of it a moment later.
    Revoke(Revoke),
}

#[derive(Debug, clap::Args)]
struct Create {
    /// What you call the system that gets it.
    name: String,
    /// What it opens: agent-sessions, contact-events, schedules, history, history-delivery, adherence; several may be named.
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    scopes: Vec<String>,
    /// How long the token works; without it, until it is revoked.
    #[arg(long, value_name = "DAYS")]
    days: Option<u16>,
    /// The tenant, by name or id; needed where there are several.
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, clap::Args)]
struct List {
    /// The tenant, by name or id; needed where there are several.
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, clap::Args)]
struct Revoke {
    /// The token, by its id or by its first characters as `list` shows them.
    token: String,
    /// The tenant, by name or id; needed where there are several.
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    match args.command {
        Command::Create(create) => self::create(create).await,
        Command::List(list) => self::list(list).await,
        Command::Revoke(revoke) => self::revoke(revoke).await,
    }
}

async fn create(create: Create) -> Result<()> {
    let installation = Installation::open(&create.config.load()?).await?;
    let tenant = installation.tenant(create.tenant.as_deref()).await?.id;
    let mut scopes = Vec::new();
    for name in &create.scopes {
        let Some(scope) = Scope::from_name(name) else {
            let names = Scope::ALL.map(Scope::name).join(", ");
            bail!("there is no scope {name:?}; there are: {names}")
        };
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    let lifetime = create.days.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
    let new = NewApiToken { name: create.name, scopes, lifetime };
    let issued = installation.app.create_api_token(tenant, Actor::System, new).await?;
    say(issued.secret.expose_secret());
    Ok(())
}

async fn list(list: List) -> Result<()> {
    let installation = Installation::open(&list.config.load()?).await?;
    let tenant = installation.tenant(list.tenant.as_deref()).await?.id;
    let now = installation.app.now();
    for token in installation.app.api_tokens(tenant).await? {
        let standing = if token.is_live(now) { "live" } else { "closed" };
        let scopes = token.scopes.join(" ");
        say(format!("{}  {}  {standing}  {scopes}  {}", token.id, token.hint, token.name));
    }
    Ok(())
}

async fn revoke(revoke: Revoke) -> Result<()> {
    let installation = Installation::open(&revoke.config.load()?).await?;
    let tenant = installation.tenant(revoke.tenant.as_deref()).await?.id;
    let all = installation.app.api_tokens(tenant).await?;
    let mut fitting = all
        .iter()
        .filter(|token| token.hint == revoke.token || token.id.to_string() == revoke.token);
    match (fitting.next(), fitting.next()) {
        (Some(token), None) => {
            installation.app.revoke_api_token(tenant, Actor::System, token.id).await?;
            say(format!("{} opens nothing any more.", token.name));
            Ok(())
        }
        (None, _) => bail!("there is no such token; `rollcall api-token list` shows all"),
        _ => bail!("several tokens begin like this; name the one you mean by its id"),
    }
}
