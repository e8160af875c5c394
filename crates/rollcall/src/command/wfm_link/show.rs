//! `rollcall wfm-link show`, `rollcall wfm-link list`: how links are set and how they do.

use anyhow::Result;
use rollcall_app::wfm::{Health, LinkDetail};
use rollcall_domain::wfm::{FieldSwitch, Transport};
use serde_json::{Value, json};

use super::{LinkArgs, find};
use crate::command::tenant_args::TenantArgs;
use crate::terminal::say;

pub(super) async fn one(link: LinkArgs) -> Result<()> {
    let (_, link) = find(&link).await?;
    say(described(&link));
    Ok(())
}

pub(super) async fn all(tenant: TenantArgs) -> Result<()> {
    let open = tenant.open().await?;
    for link in open.installation.app.links(open.id()).await? {
        say(described(&link));
    }
    Ok(())
}

/// All that `rollcall wfm-link set-…` sets, and how the link does. No secret.
fn described(LinkDetail { link, business_unit, tally, answered_at, .. }: &LinkDetail) -> Value {
    let transport = match &link.transport {
        Transport::Http => json!({"kind": "http", "clientId": link.client_id}),
        Transport::File(file) => json!(file),
    };
    let health = match link.health {
        Health::Well => "well",
        Health::Failing => "failing",
        Health::Held => "held",
    };
    let off = link.off.as_ref().map(|off| json!({"reason": off.reason, "since": off.since}));
    json!({
        "id": link.id, "businessUnit": business_unit, "acdId": link.acd_id, "transport": transport,
        "address": link.base_url, "on": link.enabled, "off": off, "health": health,
        "reason": link.health_reason, "since": link.health_since, "answeredAt": answered_at,
        "intervalS": link.interval_s, "immediate": link.immediate, "runNowPermitted": link.run_now_permitted,
        "units": {"arrived": link.units.arrived, "departed": link.units.departed},
        "personalId": link.switches.personal_id == FieldSwitch::On,
        "externalId": link.switches.external_id == FieldSwitch::On,
        "brake": {"sharePercent": link.brake.share_percent, "floor": link.brake.floor},
        "noticeTo": link.notice_to, "comparedAt": link.compared_at,
        "present": tally.present, "due": tally.due, "failed": tally.failed,
    })
}
