//! Changing where a link leads and as whom: a key that is rotated, a WFM that moves house.

use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{FilePlace, Transport};
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::wfm::wfm_link::{self as rows, Asked};
use rollcall_storage::{Tx, wfm::outbox};

use super::trial::{Purpose, TrialError, WfmProbe};
use super::way::{NewWay, Way};
use super::{Met, Result, WfmLink, acd_id, leads_to_same, refuse_foreign, subject};
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// Another way of a link. An empty secret stays as it was, where nothing else about the place changes.
#[derive(Clone, Debug)]
pub struct WayChange {
    /// The link.
    pub link: WfmLinkId,
    /// The way that it is to have.
    pub way: NewWay,
}

/// Another way that was tried and can be taken.
#[derive(Clone, Debug)]
pub struct WayTrial {
    /// The link as it would be.
    pub link: WfmLink,
    /// What the WFM showed there; without the agents.
    pub met: Met,
    /// What [`App::take_tried_way`] takes it from.
    pub ticket: String,
}

impl App {
    /// Tries another way of a link without taking it.
    ///
    /// # Errors
    /// [`TrialError::Change`] for what [`App::change_way`] would refuse; [`TrialError::Unreached`].
    pub async fn try_way(
        &self,
        tenant: TenantId,
        actor: Actor,
        change: WayChange,
        probe: &dyn WfmProbe,
    ) -> std::result::Result<WayTrial, TrialError> {
        let link = self.changed_link(tenant, change).await?;
        let mut met = probe.look(tenant, &link).await?;
        met.agents.clear();
        let ticket = self.write_ticket(tenant, actor, Purpose::Change, &link)?;
        Ok(WayTrial { link, met, ticket })
    }

    /// Takes a way that was tried, exactly as it was tried, by whoever tried it.
    ///
    /// # Errors
    /// [`ChangeError::NotNow`] when that was more than a quarter of an hour ago.
    pub async fn take_tried_way(
        &self,
        tenant: TenantId,
        actor: Actor,
        ticket: &str,
    ) -> Result<WfmLinkId> {
        let link = self.read_ticket(tenant, actor, Purpose::Change, ticket)?;
        self.keep_way(tenant, actor, link).await
    }

    /// Changes the way of a link without trying it. The operator's to do.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Invalid`], also for a new place without its secret;
    /// [`ChangeError::NotNow`] when another business unit has the acd of that WFM.
    pub async fn change_way(
        &self,
        tenant: TenantId,
        actor: Actor,
        change: WayChange,
    ) -> Result<()> {
        let link = self.changed_link(tenant, change).await?;
        self.keep_way(tenant, actor, link).await.map(|_| ())
    }

    /// The link as it would be.
    async fn changed_link(&self, tenant: TenantId, change: WayChange) -> Result<WfmLink> {
        let id = change.link;
        let way = Way::without_secret(change.way)?;
        let load =
            move |tx: &mut Tx<'_>| rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"));
        let before = self.storage.scan(tenant, load).await?;
        if way.transport != Transport::Http {
            // It stands in the names of the files; links over HTTP of earlier versions may have an odd one.
            acd_id(&before.acd_id)?;
        }
        let sealed = if way.secret.expose_secret().is_empty() {
            if !keeps_place(&before, &way) && !both_by_folder(&before, &way) {
                let words = "another place needs the secret again, so that nobody sends a secret that they do not know to \
                             a server of their own";
                return Err(ChangeError::Invalid(words.to_owned()));
            }
            before.client_secret_sealed.clone()
        } else {
            self.seal_secret(tenant, id, &way.secret)?
        };
        Ok(WfmLink {
            transport: way.transport,
            base_url: way.address,
            client_id: way.client_id,
            client_secret_sealed: sealed,
            ..before
        })
    }

    async fn keep_way(&self, tenant: TenantId, actor: Actor, new: WfmLink) -> Result<WfmLinkId> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let before = rows::get(tx, new.id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                refuse_taken(tx, &new)?;
                refuse_foreign(tx, &new)?;
                let link = WfmLink {
                    transport: new.transport.clone(),
                    base_url: new.base_url.clone(),
                    client_id: new.client_id.clone(),
                    client_secret_sealed: new.client_secret_sealed.clone(),
                    ..before.clone()
                };
                if link == before {
                    return Ok(link.id);
                }
                rows::save_settings(tx, &link)?;
                if link.base_url != before.base_url && link.enabled && link.asked.is_none() {
                    // What another WFM holds is not known before it is looked at.
                    let link = WfmLink { asked: Some(Asked::Comparison), ..link.clone() };
                    rows::save_state(tx, &link)?;
                }
                outbox::hurry(tx, link.id, now)?;
                let mut after = told(&link);
                if link.client_secret_sealed != before.client_secret_sealed {
                    after.insert("secret".to_owned(), json!("replaced"));
                }
                let values = Values { before: told(&before), after };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                act.audit(tx, "wfm_link.way_changed", subject(&link), values)?;
                Ok::<_, ChangeError>(link.id)
            })
            .await
    }
}

/// A folder has no secret that could be carried to another place.
fn both_by_folder(before: &WfmLink, way: &Way) -> bool {
    let by_folder = |transport: &Transport| match transport {
        Transport::File(file) => matches!(file.place, FilePlace::Folder { .. }),
        Transport::Http => false,
    };
    by_folder(&before.transport) && by_folder(&way.transport)
}

/// Whether a secret would be shown to the same place, as the same one, as before.
fn keeps_place(before: &WfmLink, way: &Way) -> bool {
    let host_key = |transport: &Transport| match transport {
        Transport::File(file) => match &file.place {
            FilePlace::Sftp { host_key, .. } => Some(host_key.clone()),
            FilePlace::Folder { .. } | FilePlace::S3 { .. } => None,
        },
        Transport::Http => None,
    };
    before.base_url == way.address && host_key(&before.transport) == host_key(&way.transport)
}

/// An acd of a WFM belongs to one business unit.
fn refuse_taken(tx: &mut Tx<'_>, new: &WfmLink) -> Result<()> {
    let others = rows::list(tx)?.into_iter().filter(|link| link.id != new.id);
    let mut others = others.filter(|link| leads_to_same(link, new));
    if others.all(|link| link.acd_id != new.acd_id) {
        return Ok(());
    }
    Err(ChangeError::NotNow(format!(
        "the acd {} of the WFM at that address is another business unit's",
        new.acd_id
    )))
}

fn told(link: &WfmLink) -> Map<String, Value> {
    let mut told = Map::new();
    told.insert("address".to_owned(), json!(link.base_url));
    match &link.transport {
        Transport::Http => {
            told.insert("clientId".to_owned(), json!(link.client_id));
        }
        Transport::File(file) => {
            told.insert("place".to_owned(), json!(file.place));
        }
    }
    told
}
