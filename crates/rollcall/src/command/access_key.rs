//! `rollcall access-key`: access keys to SCIM connections, without the console.

use anyhow::{Result, bail};
use clap::Subcommand;
use rollcall_app::access_key::OwnedKey;
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
    /// Makes a key for an employee and prints its id and its secret: the only time that the secret can be read.
    Create(Create),
    /// Prints the keys of all connections, one JSON object a line, without their secrets.
    List(TenantArgs),
    /// Revokes a key; a running hub hears of it a moment later.
    Revoke(Revoke),
}

#[derive(Debug, clap::Args)]
struct Create {
    /// The user name of the employee who owns the key; it works while they are active.
    owner: String,
    /// The connection, by name or id; needed where there are several.
    #[arg(long)]
    connection: Option<String>,
    #[command(flatten)]
    place: TenantArgs,
}

#[derive(Debug, clap::Args)]
struct Revoke {
    /// The key, by its access key id.
    key: String,
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
            let made =
                app.make_access_key(tenant, Actor::System, connection.id, &create.owner).await?;
            let url = open.settings.url(open.settings.listen);
            remark(format!(
                "The access key of {}, id and secret. They are exchanged for tokens at {url}/authentication/v1/token/access-key.",
                create.owner
            ));
            say(made.key.key_id);
            say(made.secret.expose_secret());
        }
        Command::List(_) => {
            for detail in app.connections(tenant).await? {
                for key in &detail.keys {
                    say(described(&detail.connection.name, key));
                }
            }
        }
        Command::Revoke(revoke) => {
            let all = app.connections(tenant).await?;
            let found = all
                .iter()
                .flat_map(|detail| &detail.keys)
                .find(|owned| owned.key.key_id == revoke.key);
            let Some(OwnedKey { key, .. }) = found else {
                bail!("there is no such access key; `rollcall access-key list` shows all")
            };
            app.revoke_access_key(tenant, Actor::System, key.connection, key.id).await?;
            remark(format!("{} opens nothing any more.", key.key_id));
        }
    }
    Ok(())
}

fn described(connection: &str, owned: &OwnedKey) -> serde_json::Value {
    let OwnedKey { key, owner_name, .. } = owned;
    let state = match key.revoked_at {
        Some(_) => "revoked",
        None if owned.works() => "live",
        None => "owner inactive",
    };
    json!({
        "keyId": key.key_id,
        "connection": connection,
        "owner": owner_name,
        "state": state,
        "createdAt": time::to_text(key.created_at),
        "lastUsedAt": key.last_used_at.map(time::to_text),
    })
}
