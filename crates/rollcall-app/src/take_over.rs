//! The take-over queue: claims of connections on people who are not their own, and what administrators decide
//! about them. Nothing is merged here: what is approved happens when the connection claims the person again.

use serde_json::{Value, json};

use rollcall_domain::audit::Subject;
use rollcall_domain::employee::Employee;
use rollcall_domain::letter::is_unreadable;
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::{EmployeeId, ScimConnectionId, TenantId};
use rollcall_storage::scim::scim_connection::ScimConnection;
use rollcall_storage::scim::take_over_request as rows;
use rollcall_storage::{Tx, directory::employee, directory::structure, scim::scim_connection};

use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

pub use rollcall_domain::take_over::{Decision, TakeOver};
pub use rollcall_storage::scim::take_over_request::{ClaimKind, TakeOverRequest};

/// As many claims are listed.
const LISTED_MAX: i64 = 200;
/// Longer reasons are refused.
const REASON_BYTES_MAX: usize = 500;

/// A claim with both sides of it.
#[derive(Clone, Debug)]
pub struct TakeOverDetail {
    /// The claim.
    pub request: TakeOverRequest,
    /// Who claims.
    pub connection: ScimConnection,
    /// Whom.
    pub employee: Employee,
    /// Who manages them now; absent for a person who is local.
    pub manager: Option<ScimConnection>,
    /// Their team's name.
    pub team: String,
}

/// Which claim is meant.
pub type ClaimKey = (ScimConnectionId, EmployeeId);

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// The claims, those that wait first; at most 200.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn take_overs(&self, tenant: TenantId) -> Result<Vec<TakeOverDetail>> {
        self.storage
            .scan(tenant, |tx| {
                let mut all = Vec::new();
                for request in rows::list(tx, LISTED_MAX)? {
                    all.push(detail(tx, request)?);
                }
                Ok(all)
            })
            .await
    }

    /// One claim.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn take_over(&self, tenant: TenantId, key: ClaimKey) -> Result<TakeOverDetail> {
        self.storage
            .read(tenant, move |tx| {
                let request = load(tx, key)?;
                detail(tx, request)
            })
            .await
    }

    /// Approves a claim of the external id that somebody saw: the connection's next one, of the same external
    /// id, makes the person its own.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::NotNow`] for a claim that was made anew meanwhile with other
    /// values, or that would make two people one.
    pub async fn approve_take_over(
        &self,
        tenant: TenantId,
        actor: Actor,
        key: ClaimKey,
        seen_external_id: Option<String>,
    ) -> Result<()> {
        self.decide(tenant, actor, key, move |request| {
            if request.kind == ClaimKind::Renaming {
                let reason = "it would give one person the user name of another; two people cannot be made one";
                return Err(ChangeError::NotNow(reason.to_owned()));
            }
            undecided(request)?;
            if request.external_id != seen_external_id {
                let reason = "the claim was made anew meanwhile, with another external id; look at it again";
                return Err(ChangeError::NotNow(reason.to_owned()));
            }
            Ok((Decision::Approved, None))
        })
        .await
    }

    /// Rejects a claim: the connection is refused, with the reason, until it is reopened.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Invalid`] for a reason that is too long.
    pub async fn reject_take_over(
        &self,
        tenant: TenantId,
        actor: Actor,
        key: ClaimKey,
        reason: &str,
    ) -> Result<()> {
        let reason = reason.trim().to_owned();
        if reason.len() > REASON_BYTES_MAX || reason.chars().any(is_unreadable) {
            return Err(ChangeError::Invalid(format!(
                "the reason is one line of at most {REASON_BYTES_MAX} bytes"
            )));
        }
        let reason = Some(reason).filter(|reason| !reason.is_empty());
        self.decide(tenant, actor, key, move |request| {
            undecided(request)?;
            Ok((Decision::Rejected, reason.clone()))
        })
        .await
    }

    /// Takes a decision back: the claim waits again.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn reopen_take_over(
        &self,
        tenant: TenantId,
        actor: Actor,
        key: ClaimKey,
    ) -> Result<()> {
        self.decide(tenant, actor, key, |_| Ok((Decision::Waiting, None))).await
    }

    async fn decide(
        &self,
        tenant: TenantId,
        actor: Actor,
        key: ClaimKey,
        judge: impl Fn(&TakeOverRequest) -> Result<(Decision, Option<String>)> + Send + 'static,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let before = load(tx, key)?;
                let (decision, reason) = judge(&before)?;
                if decision == before.decision && reason == before.reason {
                    return Ok(());
                }
                let person = employee::get(tx, key.1)?.ok_or(ChangeError::NotFound("employee"))?;
                let connection = scim_connection::get(tx, key.0)?
                    .ok_or(ChangeError::NotFound("SCIM connection"))?;
                let after = TakeOverRequest {
                    decision,
                    reason: reason.clone(),
                    decided: Some((actor, now)),
                    ..before.clone()
                };
                rows::save(tx, &after)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values {
                    before: Values::made(json!({"takeOver": word(before.decision)})).after,
                    after: Values::made(told(&after, &connection)).after,
                };
                let action = match decision {
                    Decision::Waiting => "employee.take_over_reopened",
                    Decision::Approved => "employee.take_over_approved",
                    Decision::Rejected => "employee.take_over_rejected",
                };
                Ok(act.audit(tx, action, Subject::employee(&person), values)?)
            })
            .await
    }
}

/// Who decides has to have seen that nobody did yet: a decision is taken back first, by reopening.
fn undecided(request: &TakeOverRequest) -> Result<()> {
    match request.decision {
        Decision::Waiting => Ok(()),
        decision => Err(ChangeError::NotNow(format!(
            "it was {} meanwhile; look at it again, and reopen it to decide anew",
            word(decision)
        ))),
    }
}

fn load(tx: &mut Tx<'_>, key: ClaimKey) -> Result<TakeOverRequest> {
    rows::get(tx, key)?.ok_or(ChangeError::NotFound("claim"))
}

fn detail(tx: &mut Tx<'_>, request: TakeOverRequest) -> Result<TakeOverDetail> {
    let employee = employee::get(tx, request.employee)?.ok_or(ChangeError::NotFound("employee"))?;
    let connection = scim_connection::get(tx, request.connection)?
        .ok_or(ChangeError::NotFound("SCIM connection"))?;
    let manager = match employee.managed_by {
        Source::Local => None,
        Source::Scim(id) => scim_connection::get(tx, id)?,
    };
    let team = structure::get_team(tx, employee.team)?.map(|team| team.name).unwrap_or_default();
    Ok(TakeOverDetail { request, connection, employee, manager, team })
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Waiting => "waiting",
        Decision::Approved => "approved",
        Decision::Rejected => "rejected",
    }
}

fn told(request: &TakeOverRequest, connection: &ScimConnection) -> Value {
    let mut told = json!({
        "takeOver": word(request.decision),
        "claimedBy": connection.name,
        "externalId": request.external_id,
    });
    if let (Some(told), Some(reason)) = (told.as_object_mut(), &request.reason) {
        told.insert("reason".to_owned(), json!(reason));
    }
    told
}
