//! Removing a link over which nothing ever went out, such as one that was made by mistake. Any other stays: what a WFM
//! holds because of it would be nobody's to take back.

use serde_json::json;

use rollcall_domain::source::Actor;
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::Tx;
use rollcall_storage::wfm::{link_removal, sync_run, wfm_link as rows};

use super::switch::object;
use super::{LinkDetail, Result, WfmLink, detail, subject};
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

impl App {
    /// A link that can be removed, as it is.
    ///
    /// # Errors
    /// For the reasons of [`App::remove_link`].
    pub async fn removable_link(&self, tenant: TenantId, id: WfmLinkId) -> Result<LinkDetail> {
        self.storage
            .scan(tenant, move |tx| {
                let link = removable(tx, id)?;
                detail(tx, link)
            })
            .await
    }

    /// Removes a link with everything that is kept of it but the audit log. Its business unit can be linked anew.
    ///
    /// # Errors
    /// [`ChangeError::NotNow`] when something was sent over it or may have been, and while a run goes on;
    /// [`ChangeError::NotFound`].
    pub async fn remove_link(&self, tenant: TenantId, actor: Actor, id: WfmLinkId) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let link = removable(tx, id)?;
                link_removal::delete(tx, id)?;
                let before = object(json!({"acdID": link.acd_id, "address": link.base_url}));
                let values = Values { before, after: serde_json::Map::new() };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, "wfm_link.removed", subject(&link), values)?)
            })
            .await
    }
}

fn removable(tx: &mut Tx<'_>, id: WfmLinkId) -> Result<WfmLink> {
    let link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
    if link_removal::has_sent(tx, id)? {
        return Err(ChangeError::NotNow(format!(
            "people, states or intervals were sent to the WFM as acd {} or may have been, and without the link nobody \
             would keep them in step; switch it off instead",
            link.acd_id
        )));
    }
    if !sync_run::list_running(tx, id)?.is_empty() {
        return Err(ChangeError::NotNow(
            "a run of the link goes on; remove the link when it has ended".to_owned(),
        ));
    }
    Ok(link)
}
