//! `rollcall api-token`: bearer tokens for systems that use the agent API.

use anyhow::{Result, bail};
use clap::Subcommand;
use jiff::SignedDuration;
use rollcall_app::api_token::{NewApiToken, Scope};
use rollcall_domain::source::Actor;
use secrecy::ExposeSecret as _;

use crate::command::tenant_args::TenantArgs;
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
    List(TenantArgs),
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
    #[command(flatten)]
    place: TenantArgs,
}

#[derive(Debug, clap::Args)]
struct Revoke {
    /// The token, by its id or by its first characters as `list` shows them.
    token: String,
    #[command(flatten)]
    place: TenantArgs,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    match args.command {
        Command::Create(create) => self::create(create).await,
        Command::List(place) => list(place).await,
        Command::Revoke(revoke) => self::revoke(revoke).await,
    }
}

async fn create(create: Create) -> Result<()> {
    let open = create.place.open().await?;
    let (app, tenant) = (&open.installation.app, open.id());
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
    let issued = app.create_api_token(tenant, Actor::System, new).await?;
    say(issued.secret.expose_secret());
    Ok(())
}

async fn list(place: TenantArgs) -> Result<()> {
    let open = place.open().await?;
    let (app, tenant) = (&open.installation.app, open.id());
    let now = app.now();
    for token in app.api_tokens(tenant).await? {
        let standing = if token.is_live(now) { "live" } else { "closed" };
        let scopes = token.scopes.join(" ");
        say(format!("{}  {}  {standing}  {scopes}  {}", token.id, token.hint, token.name));
    }
    Ok(())
}

async fn revoke(revoke: Revoke) -> Result<()> {
    let open = revoke.place.open().await?;
    let (app, tenant) = (&open.installation.app, open.id());
    let all = app.api_tokens(tenant).await?;
    let mut fitting = all
        .iter()
        .filter(|token| token.hint == revoke.token || token.id.to_string() == revoke.token);
    match (fitting.next(), fitting.next()) {
        (Some(token), None) => {
            app.revoke_api_token(tenant, Actor::System, token.id).await?;
            say(format!("{} opens nothing any more.", token.name));
            Ok(())
        }
        (None, _) => bail!("there is no such token; `rollcall api-token list` shows all"),
        _ => bail!("several tokens begin like this; name the one you mean by its id"),
    }
}
