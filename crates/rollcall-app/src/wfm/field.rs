//! Switching an optional field of a link on or off, with a look at what that does first.

use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{FieldSwitch, OptionalField};
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::wfm::wfm_link::{self as rows, WfmLink};
use rollcall_storage::wfm::{marking, wfm_standing};

use super::setting::{self, LinkSettings};
use super::{Result, business_unit_name};
use crate::app::App;
use crate::error::ChangeError;
use crate::record::Act;

/// What switching a field would do.
#[derive(Clone, Debug)]
pub struct FieldPreview {
    /// The link.
    pub link: WfmLink,
    /// The name of its business unit.
    pub business_unit: String,
    /// People who are in the WFM.
    pub present: i64,
    /// Of them, those of whom the WFM is known to hold a value in the field: so many are cleared.
    pub holding: i64,
}

impl App {
    /// What switching a field would do. Only looks, and calls nobody.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn field_preview(
        &self,
        tenant: TenantId,
        id: WfmLinkId,
        field: OptionalField,
    ) -> Result<FieldPreview> {
        self.storage
            .scan(tenant, move |tx| {
                let link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                Ok(FieldPreview {
                    business_unit: business_unit_name(tx, &link)?,
                    present: wfm_standing::count_present(tx, id)?,
                    holding: wfm_standing::count_holding(tx, id, field)?,
                    link,
                })
            })
            .await
    }

    /// Switches a field for the whole business unit, and makes everyone due: off, it is cleared in the WFM once, and
    /// what the WFM's people put there afterwards is theirs; on, the values are written.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn switch_field(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: WfmLinkId,
        (field, switch): (OptionalField, FieldSwitch),
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        let switched = self
            .storage
            .write(tenant, move |tx| {
                let link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                if link.switches.of(field) == switch {
                    return Ok(false);
                }
                let mut settings = LinkSettings::of(&link);
                settings.switches.set(field, switch);
                let act = Act { actor, now, ids: app.ids.as_ref() };
                setting::write(tx, &act, link, &settings)?;
                marking::begin(tx, id)?;
                Ok::<_, ChangeError>(true)
            })
            .await?;
        if switched {
            self.mark_on(tenant, id).await;
        }
        Ok(())
    }
}
