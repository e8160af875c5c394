//! What the people at the simulated ACD need of the hub: a token, codes, what their statuses stand for, and the feeds
//! to the WFM. Made while the hub runs, once people are there, by what an operator and an administrator would use.

use anyhow::{Context as _, Result};
use rollcall_app::adherence::{AcdStatus, ActivityName};
use rollcall_app::api_token::{NewApiToken, Scope};
use rollcall_app::history::FeedSettings;
use rollcall_app::roster::RosterQuery;
use rollcall_app::wfm::RealTimeSwitch;
use rollcall_domain::source::Actor;
use rollcall_domain::unavailable_code::CodeName;
use rollcall_storage::{StorageError, Tx, agent::status_mapping, schedule::wfm_schedule_pull};
use secrecy::ExposeSecret as _;

use super::folder::Folder;
use super::memory::{AcdMemory, AgentMemory, Memory, Stage};
use super::set_up::{open, password};
use crate::installation::Installation;

/// As many people are looked at to find one who signs in.
const LOOKED_AT: usize = 1_000;
/// What a status stands for. Being in a meeting stands for nothing, so that there is something to map.
const STANDS_FOR: [(&str, Option<&str>, &str); 10] = [
    ("available", None, "Open"),
    ("inboundContact", None, "Open"),
    ("outboundContact", None, "Open"),
    ("consultIn", None, "Open"),
    ("consultOut", None, "Open"),
    ("dialer", None, "Open"),
    ("afterContactWork", None, "Open"),
    ("unavailable", Some("Break"), "Break"),
    ("unavailable", Some("Lunch"), "Lunch"),
    ("unavailable", Some("Training"), "Training"),
];

/// Makes what is missing, and switches the feeds on.
pub(super) async fn open_up(folder: &Folder, memory: Memory, wfm_url: &str) -> Result<Memory> {
    let installation = open(folder).await?;
    let mut memory = memory;
    if memory.acd.is_none() {
        share_codes(&installation, &memory).await?;
        map_statuses(&installation, &memory).await?;
        let new = NewApiToken {
            name: "Simulated ACD".to_owned(),
            scopes: vec![
                Scope::AgentSessions,
                Scope::ContactEvents,
                Scope::Schedules,
                Scope::History,
                Scope::HistoryDelivery,
            ],
            lifetime: None,
        };
        let issued = installation.app.create_api_token(memory.tenant, Actor::System, new).await?;
        let token = issued.secret.expose_secret().to_owned();
        memory.acd = Some(AcdMemory { token, since: installation.clock.now() });
    }
    if memory.agent.is_none() {
        memory.agent = sign_in(&installation, &memory).await?;
    }
    folder.remember(&Stage::Ready(Box::new(memory.clone())))?;
    let (app, tenant, link) = (&installation.app, memory.tenant, memory.wfm_link);
    app.set_history_feed(tenant, Actor::System, link, FeedSettings::default()).await?;
    let simulator = simulator_iex::Options::default();
    let on = RealTimeSwitch::On {
        base_url: Some(format!("{wfm_url}/Rta")),
        source_id: Some(simulator.state_source),
        authentication_key: Some(simulator.state_key.into()),
    };
    app.switch_real_time(tenant, Actor::System, link, on).await?;
    Ok(memory)
}

/// Switches the feeds off that an earlier demo switched on: nothing moves.
pub(super) async fn close(folder: &Folder, memory: &Memory) -> Result<()> {
    if memory.acd.is_none() {
        return Ok(());
    }
    let installation = open(folder).await?;
    let (app, tenant, link) = (&installation.app, memory.tenant, memory.wfm_link);
    let off = FeedSettings { enabled: false, ..FeedSettings::default() };
    app.set_history_feed(tenant, Actor::System, link, off).await?;
    Ok(app.switch_real_time(tenant, Actor::System, link, RealTimeSwitch::Off).await?)
}

/// Has the schedules of the people read at once, who came after the hub looked.
pub(super) async fn read_schedules(folder: &Folder, memory: &Memory) -> Result<()> {
    let installation = open(folder).await?;
    let (link, now) = (memory.wfm_link, installation.clock.now());
    let hurry = move |tx: &mut Tx<'_>| wfm_schedule_pull::hurry(tx, link, now);
    Ok(installation.storage.write::<_, StorageError>(memory.tenant, hurry).await?)
}

/// Lets every team use every code.
async fn share_codes(installation: &Installation, memory: &Memory) -> Result<()> {
    let (app, tenant) = (&installation.app, memory.tenant);
    let codes = app.unavailable_codes(tenant).await?;
    let names: Vec<CodeName> = codes.into_iter().map(|code| code.name).collect();
    for team in app.teams(tenant).await? {
        app.set_team_codes(tenant, Actor::System, team.team.id, names.clone()).await?;
    }
    Ok(())
}

async fn map_statuses(installation: &Installation, memory: &Memory) -> Result<()> {
    let tenant = memory.tenant;
    let activity = |name: &str| ActivityName::parse(name).context("no name of an activity");
    // Schedules that are yet to come would bring them.
    let names: Vec<ActivityName> =
        ["Open", "Break", "Lunch", "Training"].into_iter().map(activity).collect::<Result<_>>()?;
    let note = move |tx: &mut Tx<'_>| status_mapping::note_activities(tx, &names);
    installation.storage.write::<_, StorageError>(tenant, note).await?;
    for (state, code, name) in STANDS_FOR {
        let code = code.map(CodeName::parse).transpose()?;
        let status = AcdStatus::from_parts(state, code).context("no status")?;
        installation.app.map_status(tenant, Actor::System, status, activity(name)?).await?;
    }
    Ok(())
}

/// Gives one of the people a password, one of the first who came: they stay. Nobody where there are none.
async fn sign_in(installation: &Installation, memory: &Memory) -> Result<Option<AgentMemory>> {
    let (app, tenant) = (&installation.app, memory.tenant);
    let query = RosterQuery { active: Some(true), ..RosterQuery::default() };
    let people = app.roster(tenant, query, LOOKED_AT).await?.people;
    let people = people.iter().map(|listed| &listed.employee);
    let Some(person) = people.min_by_key(|person| person.agent_number.0) else { return Ok(None) };
    let link = app.create_agent_link(tenant, Actor::System, person.id).await?;
    let password = password()?;
    app.use_agent_link(link.expose_secret(), password.clone().into()).await?;
    let username = person.profile.user_name.as_str().to_owned();
    Ok(Some(AgentMemory { username, password }))
}
