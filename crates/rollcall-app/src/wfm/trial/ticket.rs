//! A ticket for what was tried: sealed with the installation's key, for the tenant and the person who tried it, and for
//! a quarter of an hour. A browser carries it and can neither read nor change it.

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{FileTransport, Transport};
use rollcall_domain::{BusinessUnitId, TenantId, WfmLinkId};

use crate::app::App;
use crate::error::ChangeError;
use crate::wfm::{LinkPlace, Result, WfmLink, fresh_link};

/// How long a ticket is good.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(15);

/// What a ticket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wfm) enum Purpose {
    /// A link that is to be made.
    Make,
    /// Another way of a link that is there.
    Change,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Make => "make",
            Self::Change => "change",
        }
    }
}

impl App {
    pub(in crate::wfm) fn write_ticket(
        &self,
        tenant: TenantId,
        actor: Actor,
        purpose: Purpose,
        link: &WfmLink,
    ) -> Result<String> {
        let file = match &link.transport {
            Transport::Http => Value::Null,
            Transport::File(file) => json!(file),
        };
        let text = json!({
            "link": link.id, "unit": link.business_unit, "acd": link.acd_id, "file": file,
            "address": link.base_url, "client": link.client_id, "secret": link.client_secret_sealed,
            "at": self.now().as_second(),
        });
        let sealed = self.sealer.seal(&text.to_string(), &place(tenant, actor, purpose));
        sealed.map_err(|error| ChangeError::NotNow(error.to_string()))
    }

    pub(in crate::wfm) fn read_ticket(
        &self,
        tenant: TenantId,
        actor: Actor,
        purpose: Purpose,
        ticket: &str,
    ) -> Result<WfmLink> {
        let now = self.now();
        let opened = self.sealer.open(ticket, &place(tenant, actor, purpose)).ok();
        let link = opened.and_then(|text| parse(text.expose_secret(), now));
        link.ok_or_else(|| {
            let words = "what was tried is good for a quarter of an hour; try it again";
            ChangeError::NotNow(words.to_owned())
        })
    }
}

fn place(tenant: TenantId, actor: Actor, purpose: Purpose) -> String {
    format!("{tenant}/wfm_link.ticket/{}/{actor}", purpose.as_str())
}

fn parse(text: &str, now: Timestamp) -> Option<WfmLink> {
    let value: Value = serde_json::from_str(text).ok()?;
    let word = |name: &str| value.get(name)?.as_str().map(str::to_owned);
    let made = Timestamp::from_second(value.get("at")?.as_i64()?).ok()?;
    if now.duration_since(made) > GOOD_FOR {
        return None;
    }
    let id: WfmLinkId = word("link")?.parse().ok()?;
    let business_unit: BusinessUnitId = word("unit")?.parse().ok()?;
    let transport = match value.get("file")? {
        Value::Null => Transport::Http,
        file => Transport::File(serde_json::from_value::<FileTransport>(file.clone()).ok()?),
    };
    let place = LinkPlace {
        business_unit,
        acd_id: word("acd")?,
        transport,
        base_url: word("address")?,
        client_id: word("client")?,
        client_secret_sealed: word("secret")?,
    };
    Some(fresh_link(id, place, now))
}
