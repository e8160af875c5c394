//! `rollcall application`: applications that open a SCIM connection by OAuth 2.0, without the console.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use rollcall_app::oauth::{NewApplication, OauthApplication, public_keys};
use rollcall_domain::pkce::Pkce;
use rollcall_domain::source::Actor;
use rollcall_domain::time;
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::command::tenant_args::TenantArgs;
use crate::terminal::{remark, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Registers an application and prints its client id and its secret: the only time that the secret can be read.
    Create(Create),
    /// Prints the applications of all connections, one JSON object a line, without their secrets.
    List(TenantArgs),
    /// Revokes an application with its tokens; a running hub hears of it a moment later.
    Revoke(Revoke),
}

#[derive(Debug, clap::Args)]
struct Create {
    /// The application's name, for people.
    name: String,
    /// An address to which browsers may be sent with a code; several may be named.
    #[arg(long = "redirect-uri", value_name = "URL")]
    redirect_uris: Vec<String>,
    /// A file with its public keys (PEM, JWK or a JWK set), if it signs assertions.
    #[arg(long, value_name = "FILE")]
    keys_file: Option<PathBuf>,
    /// Lets it ask for codes without PKCE, as Okta does.
    #[arg(long)]
    without_pkce: bool,
    /// The connection, by name or id; needed where there are several.
    #[arg(long)]
    connection: Option<String>,
    #[command(flatten)]
    place: TenantArgs,
}

#[derive(Debug, clap::Args)]
struct Revoke {
    /// The application, by its client id.
    client_id: String,
    #[command(flatten)]
    place: TenantArgs,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let (Command::Create(Create { place, .. })
    | Command::List(place)
    | Command::Revoke(Revoke { place, .. })) = &args.command;
    let open = place.open().await?;
    let (app, tenant) = (&open.installation.app, open.id());
    match &args.command {
        Command::Create(create) => {
            let connection = open
                .installation
                .connection(tenant, create.connection.as_deref())
                .await?
                .connection;
            let new = wanted(create)?;
            let made = app.register_application(tenant, Actor::System, connection.id, new).await?;
            let url = open.settings.url(open.settings.listen);
            remark(format!(
                "{} is registered for {}, client id and secret. It gets tokens at {url}/oauth/token.",
                made.application.name, connection.name
            ));
            say(made.application.client_id);
            say(made.secret.expose_secret());
        }
        Command::List(_) => {
            for detail in app.connections(tenant).await? {
                for application in &detail.applications {
                    say(described(&detail.connection.name, application));
                }
            }
        }
        Command::Revoke(revoke) => {
            let all = app.connections(tenant).await?;
            let found = all
                .iter()
                .flat_map(|detail| &detail.applications)
                .find(|one| one.client_id == revoke.client_id);
            let Some(found) = found else {
                bail!("there is no such application; `rollcall application list` shows all")
            };
            app.revoke_application(tenant, Actor::System, found.connection, found.id).await?;
            remark(format!("{} and its tokens open nothing any more.", found.name));
        }
    }
    Ok(())
}

fn wanted(create: &Create) -> Result<NewApplication> {
    let read = |file: &PathBuf| {
        std::fs::read_to_string(file)
            .with_context(|| format!("the public keys in {} cannot be read", file.display()))
    };
    Ok(NewApplication {
        name: create.name.clone(),
        redirect_uris: create.redirect_uris.clone(),
        keys: create.keys_file.as_ref().map(read).transpose()?,
        pkce: if create.without_pkce { Pkce::Optional } else { Pkce::Required },
    })
}

fn described(connection: &str, application: &OauthApplication) -> serde_json::Value {
    let keys: Vec<String> = public_keys(application).into_iter().map(|key| key.id).collect();
    json!({
        "clientId": application.client_id,
        "name": application.name,
        "connection": connection,
        "state": if application.revoked_at.is_some() { "revoked" } else { "live" },
        "redirectUris": application.redirect_uris,
        "pkce": application.pkce.name(),
        "publicKeys": keys,
        "lastKeyUsed": application.key_used.as_ref().map(|(key, _)| key),
        "createdAt": time::to_text(application.created_at),
        "lastUsedAt": application.last_used_at.map(time::to_text),
    })
}
