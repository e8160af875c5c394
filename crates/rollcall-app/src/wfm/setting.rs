//! What administrators set of a link: the optional fields, the brake, and who gets mail.

use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{Brake, FieldSwitch, FieldSwitches};
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::Tx;
use rollcall_storage::wfm::marking;
use rollcall_storage::wfm::wfm_link::{self as rows, WfmLink};
use serde_json::json;

use super::{Result, subject};
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// What an administrator may change of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSettings {
    /// Which optional fields are sent.
    pub switches: FieldSwitches,
    /// The stop before a mass departure.
    pub brake: Brake,
    /// Who gets mail when the link is not well; none: nobody.
    pub notice_to: Vec<String>,
}

impl LinkSettings {
    /// Those of a link.
    #[must_use]
    pub fn of(link: &WfmLink) -> Self {
        let (switches, notice_to) = (link.switches.clone(), link.notice_to.clone());
        Self { switches, brake: link.brake, notice_to }
    }
}

/// A change of the brake and of who gets mail, by somebody who had them in view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsChange {
    /// What they saw, as [`SettingsChange::seen`] writes it.
    pub seen: String,
    /// The stop before a mass departure.
    pub brake: Brake,
    /// Who gets mail when the link is not well; none: nobody.
    pub notice_to: Vec<String>,
}

impl SettingsChange {
    /// What somebody sees who has a link's settings in view.
    #[must_use]
    pub fn seen(link: &WfmLink) -> String {
        let Brake { share_percent, floor } = link.brake;
        format!("{share_percent} {floor} {}", link.notice_to.join(" "))
    }
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved {
    /// It is done.
    Done,
    /// Somebody else changed the settings meanwhile: nothing is done, and the link is so by now.
    Overtaken(Box<WfmLink>),
}

/// As many departures may go without being asked for at the most.
const FLOOR_MAX: i64 = 100_000;

impl App {
    /// Changes a link's settings. Switching a field makes everyone due, since it is sent or cleared for
    /// the whole business unit.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Invalid`].
    pub async fn save_link_settings(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        mut settings: LinkSettings,
    ) -> Result<()> {
        settings.notice_to = checked(settings.brake, &settings.notice_to)?;
        let (app, now) = (self.clone(), self.now());
        let switched = self
            .storage
            .write(tenant, move |tx| {
                let link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                let switched = link.switches != settings.switches;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                write(tx, &act, link, &settings)?;
                if switched {
                    marking::begin(tx, id)?;
                }
                Ok::<_, ChangeError>(switched)
            })
            .await?;
        if switched {
            self.mark_on(tenant, id).await;
        }
        Ok(())
    }

    /// Changes the brake and who gets mail, unless somebody changed them since they were seen.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Invalid`].
    pub async fn change_link_settings(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        change: SettingsChange,
    ) -> Result<Saved> {
        let SettingsChange { seen, brake, notice_to } = change;
        let notice_to = checked(brake, &notice_to)?;
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                let is_so = link.brake == brake && link.notice_to == notice_to;
                if !is_so && SettingsChange::seen(&link) != seen {
                    return Ok(Saved::Overtaken(Box::new(link)));
                }
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let (switches, notice_to) = (link.switches.clone(), notice_to.clone());
                write(tx, &act, link, &LinkSettings { switches, brake, notice_to })?;
                Ok(Saved::Done)
            })
            .await
    }
}

/// Writes settings that differ from those that there are.
pub(super) fn write(
    tx: &mut Tx<'_>,
    act: &Act<'_>,
    mut link: WfmLink,
    settings: &LinkSettings,
) -> Result<()> {
    let before = described(&link);
    link.switches = settings.switches.clone();
    link.brake = settings.brake;
    link.notice_to.clone_from(&settings.notice_to);
    let after = described(&link);
    if after == before {
        return Ok(());
    }
    rows::save_settings(tx, &link)?;
    let values = Values { before, after };
    Ok(act.audit(tx, "wfm_link.settings_changed", subject(&link), values)?)
}

/// As many addresses get mail of one link.
const NOTICE_TO_MAX: usize = 20;
const ADDRESS_MAX_BYTES: usize = 254;

/// The addresses in order, each once; refuses what cannot be set.
fn checked(brake: Brake, notice_to: &[String]) -> Result<Vec<String>> {
    if !(0..=100).contains(&brake.share_percent) {
        return Err(ChangeError::Invalid("the share is a percentage from 0 to 100".to_owned()));
    }
    if !(0..=FLOOR_MAX).contains(&brake.floor) {
        return Err(ChangeError::Invalid(format!("the number is from 0 to {FLOOR_MAX}")));
    }
    let addresses = notice_to.iter().map(|address| address.trim().to_owned());
    let mut addresses: Vec<String> = addresses.filter(|address| !address.is_empty()).collect();
    addresses.sort();
    addresses.dedup();
    if addresses.len() > NOTICE_TO_MAX {
        return Err(ChangeError::Invalid(format!(
            "at most {NOTICE_TO_MAX} addresses get mail; use a distribution list"
        )));
    }
    if let Some(wrong) = addresses.iter().find(|address| !is_address(address)) {
        return Err(ChangeError::Invalid(format!(
            "{wrong:?} is not an e-mail address, such as name@example.com"
        )));
    }
    Ok(addresses)
}

fn is_address(text: &str) -> bool {
    let plain =
        text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>,;:\"\\()[]".contains(&byte));
    let parts = text.split_once('@');
    let whole =
        |(name, host): (&str, &str)| !name.is_empty() && !host.is_empty() && !host.contains('@');
    plain && text.len() <= ADDRESS_MAX_BYTES && parts.is_some_and(whole)
}

fn described(link: &WfmLink) -> serde_json::Map<String, serde_json::Value> {
    [
        ("personalId".to_owned(), json!(link.switches.personal_id == FieldSwitch::On)),
        ("externalId".to_owned(), json!(link.switches.external_id == FieldSwitch::On)),
        ("departureSharePercent".to_owned(), json!(link.brake.share_percent)),
        ("departureFloor".to_owned(), json!(link.brake.floor)),
        ("noticeTo".to_owned(), json!(link.notice_to)),
    ]
    .into_iter()
    .collect()
}
