//! `rollcall role`: what the roles of a tenant permit.

use anyhow::{Result, bail};
use clap::Subcommand;
use rollcall_app::permission::PermissionSwitch;
use rollcall_domain::permission::Permission;
use rollcall_domain::source::Actor;

use crate::command::tenant_args::TenantArgs;
use crate::terminal::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists the roles: name, active people, and what each permits.
    List(TenantArgs),
    /// Lets a role permit something.
    Permit(Change),
    /// Lets a role permit it no longer.
    Forbid(Change),
}

#[derive(Debug, clap::Args)]
struct Change {
    /// The role, by its name.
    name: String,
    /// The permission, such as `ACD > MAX > Agent Schedule`.
    permission: String,
    #[command(flatten)]
    place: TenantArgs,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    match args.command {
        Command::List(place) => list(place).await,
        Command::Permit(wanted) => change(wanted, PermissionSwitch::Permit).await,
        Command::Forbid(wanted) => change(wanted, PermissionSwitch::Forbid).await,
    }
}

async fn list(place: TenantArgs) -> Result<()> {
    let open = place.open().await?;
    for role in open.installation.app.permitted_roles(open.id()).await? {
        say(format!("{}  {} active", role.role.name, role.people));
        for permission in role.permissions {
            say(format!("  {}", permission.name()));
        }
    }
    Ok(())
}

async fn change(wanted: Change, switch: PermissionSwitch) -> Result<()> {
    let Some(permission) = Permission::from_name(&wanted.permission) else {
        let names = Permission::ALL.map(|one| format!("{:?}", one.name())).join(", ");
        bail!("there is no permission {:?}; there are: {names}", wanted.permission)
    };
    let open = wanted.place.open().await?;
    let (app, tenant) = (&open.installation.app, open.id());
    let roles = app.permitted_roles(tenant).await?;
    let Some(role) = roles.iter().find(|one| one.role.name == wanted.name) else {
        bail!("there is no role {:?}; `rollcall role list` shows all", wanted.name)
    };
    let change = (permission, switch);
    app.set_permission(tenant, Actor::System, role.role.id, change).await?;
    let word = match switch {
        PermissionSwitch::Permit => "permits",
        PermissionSwitch::Forbid => "does not permit",
    };
    say(format!("{} {word} {}.", role.role.name, permission.name()));
    Ok(())
}
