//! The section of a connection's page that shows its access keys and applications.

use rollcall_app::access_key::{LIVE_KEYS_MAX, OwnedKey};
use rollcall_app::oauth::{LIVE_APPLICATIONS_MAX, OauthApplication};
use rollcall_app::scim_connection::ConnectionDetail;
use rollcall_domain::pkce::Pkce;

use crate::console::Console;
use crate::view::provisioning::way::{ApplicationRow, KeyRow, WayState, Ways};

/// The section.
pub(super) fn section(detail: &ConnectionDetail) -> Ways {
    let mut keys: Vec<KeyRow> = detail.keys.iter().rev().map(key).collect();
    keys.sort_by_key(|key| key.state.is_revoked());
    let mut applications: Vec<ApplicationRow> =
        detail.applications.iter().rev().map(application).collect();
    applications.sort_by_key(|application| application.state.is_revoked());
    let live_keys = keys.iter().filter(|key| !key.state.is_revoked()).count();
    let live = applications.iter().filter(|application| !application.state.is_revoked()).count();
    Ways {
        may_add_key: live_keys < LIVE_KEYS_MAX,
        may_add_application: live < LIVE_APPLICATIONS_MAX,
        keys,
        applications,
    }
}

/// A key as a row.
pub(super) fn key(owned: &OwnedKey) -> KeyRow {
    KeyRow {
        id: owned.key.id.to_string(),
        key_id: owned.key.key_id.clone(),
        owner: (owned.key.employee.to_string(), owned.owner_name.clone()),
        made_at: owned.key.created_at,
        last_used: owned.key.last_used_at,
        state: match owned.key.revoked_at {
            Some(at) => WayState::Revoked { at },
            None if owned.owner_is_active => WayState::Live,
            None => WayState::Stopped,
        },
    }
}

/// An application as a row.
pub(super) fn application(application: &OauthApplication) -> ApplicationRow {
    ApplicationRow {
        id: application.id.to_string(),
        name: application.name.clone(),
        client_id: application.client_id.clone(),
        redirect_uris: application.redirect_uris.clone(),
        needs_pkce: application.pkce == Pkce::Required,
        made_at: application.created_at,
        last_used: application.last_used_at,
        state: application.revoked_at.map_or(WayState::Live, |at| WayState::Revoked { at }),
    }
}

/// How many ways let the identity provider in now.
pub(super) fn count(detail: &ConnectionDetail, console: &Console) -> usize {
    let now = console.app.now();
    detail.tokens.iter().filter(|token| token.is_live(now)).count()
        + detail.keys.iter().filter(|owned| owned.works()).count()
        + detail.applications.iter().filter(|it| it.revoked_at.is_none()).count()
}
