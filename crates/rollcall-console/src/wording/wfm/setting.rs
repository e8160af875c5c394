//! The settings of a link as its form shows them.

use rollcall_app::wfm::{SettingsChange, WfmLink};

use crate::view::wfm::setting::SettingsFields;

/// The form with what is set.
pub(crate) fn fields(link: &WfmLink) -> SettingsFields {
    SettingsFields {
        seen: SettingsChange::seen(link),
        stop_share_percent: link.brake.share_percent.to_string(),
        stop_floor: link.brake.floor.to_string(),
        notice_to: link.notice_to.join("\n"),
        departed_unit: link.units.departed.clone(),
        may_change: true,
    }
}
