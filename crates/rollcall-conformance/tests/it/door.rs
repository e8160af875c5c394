//! A connection of a hub, and runs against it.

use anyhow::Result;
use rollcall_app::security_event::{NewDelivery, NewStream};
use rollcall_conformance::{Options, PlainHttp, Report, Target, run};
use rollcall_domain::TenantId;
use rollcall_domain::optional::OptionalAttributes;
use rollcall_domain::policy::{ConnectionPolicy, GroupMeaning};
use rollcall_domain::source::Actor;
use rollcall_testing::{EngineMode, ScimClient, TestHub};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

/// A hub whose engine rests: these tests look at the door.
pub(crate) fn options() -> rollcall_testing::Options {
    rollcall_testing::Options { engine: EngineMode::Rests, ..Default::default() }
}

/// A connection to which every attribute is open.
pub(crate) async fn door(hub: &TestHub, dialect: &str, groups: GroupMeaning) -> Result<ScimClient> {
    let tenant = hub.tenant(dialect).await?;
    let all = OptionalAttributes::ALL;
    hub.app.set_optional_attributes(tenant.id, Actor::System, all).await?;
    let door = hub.scim(tenant, dialect).await?;
    let policy = ConnectionPolicy { groups, ..ConnectionPolicy::default() };
    hub.app.set_connection_policy(tenant.id, Actor::System, door.connection, policy).await?;
    subscribe(hub, tenant.id).await?;
    Ok(door)
}

/// A receiver of events: only then are they told of.
async fn subscribe(hub: &TestHub, tenant: TenantId) -> Result<()> {
    let new = NewStream {
        name: "Audit".into(),
        delivery: NewDelivery::Poll,
        audience: "https://audit.example.com".into(),
        issuer: "https://hub.example.com/scim/v2".into(),
        events: vec!["urn:ietf:params:scim:event:prov:delete".into()],
    };
    hub.app.create_event_stream(tenant, Actor::System, new).await?;
    Ok(())
}

/// Runs the checks that begin with one of some prefixes; all, where there are none.
pub(crate) async fn report(base: &str, token: SecretString, only: &[&str]) -> Result<Report> {
    let target = Target::new(base, Some(token), PlainHttp::LoopbackOnly)?;
    let only = only.iter().map(|start| (*start).to_owned()).collect();
    let options = Options { run: "test".to_owned(), only, keep: false };
    Ok(run(&target, &options, &CancellationToken::new(), &mut |_| {}).await?)
}
