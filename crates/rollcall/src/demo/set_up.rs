//! What a demo's first start makes, and what a later one brings up to date. Works on the hub's data while
//! the hub does not run.

use std::convert::Infallible;

use anyhow::{Context as _, Result};
use rollcall_app::ChangeError;
use rollcall_app::administration::NewTenant;
use rollcall_app::permission::PermissionSwitch;
use rollcall_app::scim_connection::NewConnection;
use rollcall_app::secret;
use rollcall_app::wfm::{NewLink, NewWay};
use rollcall_domain::TenantId;
use rollcall_domain::optional::OptionalAttributes;
use rollcall_domain::permission::Permission;
use rollcall_domain::source::Actor;
use rollcall_domain::structure::Team;
use rollcall_domain::wfm::FieldSwitch;
use rollcall_storage::wfm::wfm_link;
use secrecy::{ExposeSecret as _, SecretString};

use super::folder::Folder;
use super::memory::{Memory, Stage};
use crate::installation::Installation;
use crate::setting::ConfigArgs;

/// The hub's configuration in the folder.
pub(crate) const CONFIGURATION: &str = "rollcall.toml";
const TENANT: &str = "Northwind Contact Centre";
const ADMINISTRATOR: &str = "admin";
const ACD_ID: &str = "4471";
/// Four groups of four hexadecimal digits: 64 random bits that a person can type.
const PASSWORD_GROUPS: usize = 4;

/// Makes tenant, teams, administrator, connections and WFM link.
pub(crate) async fn first(folder: &Folder, wfm_url: &str) -> Result<Memory> {
    folder.remember(&Stage::SettingUp)?;
    folder.write(CONFIGURATION, &configuration(folder))?;
    let installation = open(folder).await?;
    let app = &installation.app;
    let made = app.create_tenant(TENANT).await?;
    let tenant = made.tenant.id;
    app.set_optional_attributes(tenant, Actor::System, OptionalAttributes::ALL).await?;
    let care = team(&installation, &made, "Customer care").await?;
    app.set_wfm_advanced(tenant, Actor::System, care.id, FieldSwitch::On).await?;
    team(&installation, &made, "Back office").await?;
    permit_schedules(&installation, tenant).await?;
    let password = password()?;
    app.create_administrator(tenant, ADMINISTRATOR, password.clone().into()).await?;
    let scim_token = connection(&installation, &made.team, tenant, ("Okta", "okta")).await?;
    let scim_entra_token = connection(&installation, &care, tenant, ("Entra ID", "entra")).await?;
    let simulator = simulator_iex::Options::default();
    let link = NewLink {
        business_unit: made.business_unit.id,
        acd_id: ACD_ID.to_owned(),
        way: NewWay::Http {
            base_url: wfm_url.to_owned(),
            client_id: simulator.client_id,
            client_secret: simulator.client_secret.into(),
        },
    };
    let link = app.create_link(tenant, Actor::System, link).await?;
    let memory = Memory {
        tenant,
        wfm_link: link.id,
        wfm_port: port(wfm_url)?,
        username: ADMINISTRATOR.to_owned(),
        password,
        scim_token: scim_token.expose_secret().to_owned(),
        scim_entra_token: scim_entra_token.expose_secret().to_owned(),
        acd: None,
        agent: None,
    };
    folder.remember(&Stage::Ready(Box::new(memory.clone())))?;
    Ok(memory)
}

/// Lets the link follow the simulated WFM to the port that it has this time.
pub(crate) async fn follow_wfm(folder: &Folder, memory: Memory, wfm_url: &str) -> Result<Memory> {
    // The folder may have been moved since the last start.
    folder.write(CONFIGURATION, &configuration(folder))?;
    let wfm_port = port(wfm_url)?;
    if wfm_port == memory.wfm_port {
        return Ok(memory);
    }
    let installation = open(folder).await?;
    let (id, base_url) = (memory.wfm_link, wfm_url.to_owned());
    installation
        .storage
        .write(memory.tenant, move |tx| {
            let found = wfm_link::get(tx, id)?;
            let mut link = found.ok_or(ChangeError::<Infallible>::NotFound("WFM link"))?;
            link.base_url.clone_from(&base_url);
            Ok::<_, ChangeError>(wfm_link::save_settings(tx, &link)?)
        })
        .await?;
    let memory = Memory { wfm_port, ..memory };
    folder.remember(&Stage::Ready(Box::new(memory.clone())))?;
    Ok(memory)
}

/// The hub's data; also while the hub runs, as the operator's commands do it.
pub(super) async fn open(folder: &Folder) -> Result<Installation> {
    let config = ConfigArgs { config: Some(folder.path(CONFIGURATION)), data: None };
    Installation::open(&config.load()?).await
}

/// The hub's configuration, as a file: `rollcall doctor --config` and the other commands work on it too.
fn configuration(folder: &Folder) -> String {
    // A string of JSON is one of TOML.
    let hub = serde_json::Value::from(folder.hub().to_string_lossy());
    format!(
        "# Written by `rollcall demo` at each start.\ndata_dir = {hub}\n\n\
         [outbound]\n# The simulated WFM is on this machine.\nallow_loopback = true\n"
    )
}

async fn team(installation: &Installation, made: &NewTenant, name: &str) -> Result<Team> {
    let (tenant, unit) = (made.tenant.id, made.business_unit.id);
    Ok(installation.app.create_team(tenant, Actor::System, unit, name).await?)
}

/// Lets everybody see their schedule.
async fn permit_schedules(installation: &Installation, tenant: TenantId) -> Result<()> {
    for role in installation.app.permitted_roles(tenant).await? {
        let change = (Permission::AgentSchedule, PermissionSwitch::Permit);
        installation.app.set_permission(tenant, Actor::System, role.role.id, change).await?;
    }
    Ok(())
}

/// Makes a connection and answers a token for it.
async fn connection(
    installation: &Installation,
    team: &Team,
    tenant: TenantId,
    (name, dialect): (&str, &str),
) -> Result<SecretString> {
    let new = NewConnection {
        name: name.to_owned(),
        dialect: dialect.to_owned(),
        business_unit: team.business_unit,
        team: team.id,
    };
    let made = installation.app.create_connection(tenant, Actor::System, new).await?;
    Ok(installation.app.issue_token(tenant, Actor::System, made.id, None).await?.secret)
}

/// A password that a person can type.
pub(super) fn password() -> Result<String> {
    let random = secret::generate("")?;
    let digits: Vec<char> = random.expose_secret().chars().take(4 * PASSWORD_GROUPS).collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

fn port(url: &str) -> Result<u16> {
    let uri: http::Uri = url.parse()?;
    uri.port_u16().with_context(|| format!("{url} names no port"))
}
