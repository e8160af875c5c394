//! The end of a connection: its people become local for good.

use rollcall_domain::audit::Subject;
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::{EmployeeId, ScimConnectionId, TenantId};
use rollcall_storage::{
    access::access_key, access::oauth_application, access::scim_token as tokens,
    directory::employee, scim::bulk_request, scim::scim_group, scim::scim_request,
    scim::take_over_request,
};
use serde_json::json;

use super::{Result, ScimConnection, load, rows, subject};
use crate::app::App;
use crate::record::{Act, Values};
use crate::security_event;

/// As many people are named before a removal.
const NAMED_MAX: usize = 100;

/// What the removal of a connection would do.
#[derive(Clone, Debug)]
pub struct RemovalPreview {
    /// The connection.
    pub connection: ScimConnection,
    /// How many people would become local.
    pub people: usize,
    /// The first hundred of them.
    pub named: Vec<(EmployeeId, String)>,
    /// How many groups would be forgotten.
    pub groups: i64,
    /// How many tokens would stop.
    pub live_tokens: usize,
    /// How many access keys and applications would.
    pub live_others: usize,
}

impl App {
    /// Says what the removal of a connection would do, and does nothing.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`](crate::ChangeError::NotFound).
    pub async fn preview_removal(
        &self,
        tenant: TenantId,
        id: ScimConnectionId,
    ) -> Result<RemovalPreview> {
        let now = self.now();
        self.storage
            .scan(tenant, move |tx| {
                let connection = load(tx, id)?;
                let mut named = employee::list_managed_by(tx, Source::Scim(id))?;
                let people = named.len();
                named.truncate(NAMED_MAX);
                let live_tokens =
                    tokens::list(tx, id)?.iter().filter(|token| token.is_live(now)).count();
                let keys = access_key::list(tx, id)?;
                let applications = oauth_application::list(tx, id)?;
                let live_others =
                    keys.iter().filter(|owned| owned.key.revoked_at.is_none()).count()
                        + applications.iter().filter(|it| it.revoked_at.is_none()).count();
                let groups = scim_group::count(tx, Source::Scim(id))?;
                Ok(RemovalPreview { connection, people, named, groups, live_tokens, live_others })
            })
            .await
    }

    /// Removes a connection: nobody is let in by it any more, and its people become local, for good, in the
    /// same transaction. A new connection of the same name does not take them back. Teams, roles and values
    /// stay as they are. Answers how many people it concerned.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`](crate::ChangeError::NotFound).
    pub async fn remove_connection(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: ScimConnectionId,
    ) -> Result<u64> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let mut connection = load(tx, id)?;
                let (act, source) = (Act { actor, now, ids: app.ids.as_ref() }, Source::Scim(id));
                for (employee, name) in employee::list_managed_by(tx, source)? {
                    security_event::removed_from_feed(tx, act, (source, employee))?;
                    let subject = Subject { kind: "employee", id: employee.to_string(), name };
                    let values = Values {
                        before: Values::made(json!({"managedBy": source})).after,
                        after: Values::made(json!({"managedBy": Source::Local})).after,
                    };
                    act.audit(tx, "employee.made_local", subject, values)?;
                }
                let people = employee::reassign(tx, source, Source::Local, now)?;
                scim_group::delete_all(tx, source)?;
                scim_request::delete_all(tx, id)?;
                take_over_request::delete_all(tx, id)?;
                bulk_request::delete_all(tx, id)?;
                connection.removed_at = Some(now);
                rows::save(tx, &connection)?;
                let values = Values::made(json!({"people": people}));
                act.audit(tx, "scim_connection.removed", subject(&connection), values)?;
                Ok(people)
            })
            .await
    }
}
