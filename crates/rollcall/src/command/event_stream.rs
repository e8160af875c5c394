//! `rollcall event-stream`: who is told of changes by security events (RFC 9967).

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use rollcall_app::security_event::{EVENT_URIS, NewDelivery, NewStream, StreamDetail};
use rollcall_domain::source::Actor;
use rollcall_domain::{EventStreamId, time};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::command::tenant_args::TenantArgs;
use crate::setting::secret_of;
use crate::terminal::say;

/// What the names of all events begin with.
const PREFIX: &str = "urn:ietf:params:scim:event:";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a receiver and prints its id, and where and with which token it asks for events.
    Create(Create),
    /// Prints the receivers, one JSON object a line.
    List(TenantArgs),
    /// Switches a receiver off: it hears of nothing, and what waits for it is dropped, until it is resumed.
    SwitchOff(One),
    /// Lets a receiver that is off hear of what happens from now on.
    Resume(One),
    /// Ends a receiver for good.
    End(One),
}

#[derive(Debug, clap::Args)]
struct Create {
    /// The receiver's name, for people.
    #[arg(long)]
    name: String,
    /// What the receiver expects as audience.
    #[arg(long)]
    audience: String,
    /// Tells the receiver at this address; without it, the receiver asks.
    #[arg(long, value_name = "URL")]
    push: Option<String>,
    /// A file that holds the bearer token which is shown there.
    #[arg(long, value_name = "FILE", requires = "push")]
    token_file: Option<PathBuf>,
    /// The events, without their common beginning, such as prov:delete; all of them if none is named.
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    events: Vec<String>,
    #[command(flatten)]
    place: TenantArgs,
}

#[derive(Debug, clap::Args)]
struct One {
    /// The receiver's id.
    id: EventStreamId,
    #[command(flatten)]
    place: TenantArgs,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let place = match &args.command {
        Command::Create(Create { place, .. }) | Command::List(place) => place,
        Command::SwitchOff(one) | Command::Resume(one) | Command::End(one) => &one.place,
    };
    let open = place.open().await?;
    let (app, tenant) = (&open.installation.app, open.id());
    match &args.command {
        Command::Create(create) => {
            let base_url = format!("{}/scim/v2", open.settings.url(open.settings.listen));
            let new = stream(create, base_url.clone())?;
            let issued = app.create_event_stream(tenant, Actor::System, new).await?;
            say(issued.stream.id);
            if let Some(token) = issued.token {
                say(format!("{base_url}/Events/{}", issued.stream.id));
                say(token.expose_secret());
            }
        }
        Command::List(_) => {
            for detail in app.event_streams(tenant).await? {
                say(described(&detail));
            }
        }
        Command::SwitchOff(one) => {
            app.switch_off_event_stream(tenant, Actor::System, one.id).await?;
        }
        Command::Resume(one) => app.resume_event_stream(tenant, Actor::System, one.id).await?,
        Command::End(one) => app.end_event_stream(tenant, Actor::System, one.id).await?,
    }
    Ok(())
}

fn stream(create: &Create, issuer: String) -> Result<NewStream> {
    let delivery = match &create.push {
        None => NewDelivery::Poll,
        Some(endpoint) => {
            let file = create.token_file.as_deref();
            let token = file.map(|file| secret_of("--token-file", file)).transpose()?;
            NewDelivery::Push { endpoint: endpoint.clone(), token }
        }
    };
    let named = create.events.iter().map(|name| format!("{PREFIX}{}", name.trim()));
    let events = if create.events.is_empty() {
        EVENT_URIS.iter().map(|uri| (*uri).to_owned()).collect()
    } else {
        named.collect()
    };
    Ok(NewStream {
        name: create.name.clone(),
        delivery,
        audience: create.audience.clone(),
        issuer,
        events,
    })
}

fn described(StreamDetail { stream, waiting }: &StreamDetail) -> serde_json::Value {
    let events = stream.events.iter().map(|uri| uri.strip_prefix(PREFIX).unwrap_or(uri));
    json!({
        "id": stream.id,
        "name": stream.name,
        "audience": stream.audience,
        "events": events.collect::<Vec<_>>(),
        "waiting": waiting,
        "paused": stream.paused.as_ref().map(|(_, reason)| reason),
        "dropped": stream.missed.map(|missed| json!({
            "from": time::to_text(missed.from),
            "until": missed.until.map(time::to_text),
        })),
        "problem": stream.problem,
        "lastSuccess": stream.told_at.map(time::to_text),
        "lastFailure": stream.failed.as_ref().map(|(at, why)| json!({"at": time::to_text(*at), "why": why})),
        "createdAt": time::to_text(stream.created_at),
    })
}
