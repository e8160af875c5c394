//! Putting back people whom an identity provider deactivated by mistake, while the brake holds their
//! departure: as if it had not happened, until the provider says it again.

use jiff::Timestamp;
use serde_json::{Value, json};

use rollcall_domain::audit::{self as audit_values, Subject};
use rollcall_domain::employee::{Employee, Status};
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::{EmployeeId, TenantId, WfmLinkId};
use rollcall_storage::wfm::outbox::{self, Group};
use rollcall_storage::wfm::wfm_link::{self as rows, Health, WfmLink};
use rollcall_storage::{Tx, directory::employee, directory::identity_link};

use super::{Result, subject};
use crate::app::App;
use crate::error::ChangeError;
use crate::provision::{parse, text};
use crate::record::{Act, Values};
use crate::security_event;

/// As many people are put back in one transaction.
const BATCH: usize = 200;
/// As many are named in a preview.
const NAMED_MAX: i64 = 100;

/// Who would be put back.
#[derive(Clone, Debug)]
pub struct PutBackPreview {
    /// The link that holds them.
    pub link: WfmLink,
    /// How many there are.
    pub people: i64,
    /// Some of them: id and name.
    pub named: Vec<(EmployeeId, String)>,
    /// Departures that are held for another reason: a team that is not sent, another business unit, somebody
    /// whom no identity provider manages, or whose user name somebody else has by now.
    pub others: i64,
}

impl App {
    /// Whom [`App::put_back`] would put back.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::NotNow`] when the link holds nothing.
    pub async fn preview_put_back(
        &self,
        tenant: TenantId,
        id: WfmLinkId,
    ) -> Result<PutBackPreview> {
        let now = self.now();
        self.storage
            .scan(tenant, move |tx| {
                let link = held(tx, id)?;
                let load = outbox::weigh(tx, id, now)?;
                let leaving =
                    load.present.iter().filter(|group| !group.belongs(link.business_unit));
                let (mut preview, mut all) = (
                    PutBackPreview { link: link.clone(), people: 0, named: Vec::new(), others: 0 },
                    0,
                );
                for group in leaving {
                    all += group.people;
                    let listed = outbox::list_group(tx, id, group, now, group.people)?;
                    for employee in listed.into_iter().filter(|_| is_deactivated(group)) {
                        let Some(employee) = employee::get(tx, employee)? else { continue };
                        if !can_be_put_back(tx, &employee)? {
                            continue;
                        }
                        preview.people += 1;
                        if preview.people <= NAMED_MAX {
                            let name = Subject::employee(&employee).name;
                            preview.named.push((employee.id, name));
                        }
                    }
                }
                preview.others = all - preview.people;
                Ok(preview)
            })
            .await
    }

    /// Makes everyone active again whom an identity provider deactivated and whose departure the brake holds;
    /// tells how many they were. They keep everything that they had, and the WFM hears nothing. What the
    /// provider says of them next counts. Can be called again when it was interrupted.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::NotNow`] when the link holds nothing.
    pub async fn put_back(&self, tenant: TenantId, actor: Actor, id: WfmLinkId) -> Result<i64> {
        let mut people = 0;
        loop {
            let (app, now) = (self.clone(), self.now());
            let (put, is_first) = (people, people == 0);
            let batch = self
                .storage
                .write(tenant, move |tx| {
                    let act = Act { actor, now, ids: app.ids.as_ref() };
                    let link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                    if is_first {
                        held(tx, id)?;
                    }
                    let mut batch = 0;
                    for employee in waiting(tx, &link, now)? {
                        batch += i64::from(put_one_back(tx, &act, employee)?);
                    }
                    if batch == 0 && put > 0 {
                        let values = Values::made(json!({"people": put}));
                        act.audit(tx, "wfm_link.people_put_back", subject(&link), values)?;
                        look_again(tx, link, now)?;
                    }
                    Ok::<_, ChangeError>(batch)
                })
                .await?;
            people += batch;
            if batch == 0 {
                return Ok(people);
            }
        }
    }
}

/// The link, if it holds departures.
fn held(tx: &mut Tx<'_>, id: WfmLinkId) -> Result<WfmLink> {
    let link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
    if link.health == Health::Held {
        return Ok(link);
    }
    Err(ChangeError::NotNow("no departures are held, so nobody is to be put back".to_owned()))
}

/// Ends the hold. If others are still due to depart and too many, the brake asks again.
fn look_again(tx: &mut Tx<'_>, mut link: WfmLink, now: Timestamp) -> Result<()> {
    link.health = Health::Well;
    link.health_reason = None;
    link.health_since = now;
    link.approved_departures = 0;
    link.held_departures = 0;
    rows::save_state(tx, &link)?;
    Ok(outbox::hurry(tx, link.id, now)?)
}

/// Whether its people would be sent but for having been deactivated.
fn is_deactivated(group: &Group) -> bool {
    let active = Group { status: Status::Active, ..group.clone() };
    !group.status.is_active() && active.belongs(group.business_unit)
}

/// Some of those who wait because they were deactivated.
fn waiting(tx: &mut Tx<'_>, link: &WfmLink, now: Timestamp) -> Result<Vec<EmployeeId>> {
    let load = outbox::weigh(tx, link.id, now)?;
    let mut people = Vec::new();
    for group in load.present.iter().filter(|group| group.business_unit == link.business_unit) {
        if is_deactivated(group) {
            for id in outbox::list_group(tx, link.id, group, now, group.people)? {
                if let Some(found) = employee::get(tx, id)?
                    && can_be_put_back(tx, &found)?
                {
                    people.push(id);
                }
                if people.len() >= BATCH {
                    return Ok(people);
                }
            }
        }
    }
    Ok(people)
}

/// Whether somebody is an identity provider's, and nobody else has the user name that they gave free when they
/// were deleted.
fn can_be_put_back(tx: &mut Tx<'_>, employee: &Employee) -> Result<bool> {
    let holder = employee::find_by_user_name(tx, &employee.profile.user_name)?;
    let is_free = holder.is_none_or(|holder| holder == employee.id);
    Ok(employee.managed_by != Source::Local && is_free)
}

fn put_one_back(tx: &mut Tx<'_>, act: &Act<'_>, id: EmployeeId) -> Result<bool> {
    let Some(before) = employee::get(tx, id)?.filter(|found| !found.status.is_active()) else {
        return Ok(false);
    };
    if !employee::hold_user_name(tx, &before)? {
        return Ok(false);
    }
    let mut after = before.clone();
    after.put_back(act.now);
    act.save(tx, &before, &after)?;
    // What the provider reads is what is so.
    if let Some(mut link) = identity_link::get(tx, before.managed_by, id)? {
        let mut resource = parse(&link.resource);
        resource.insert("active".to_owned(), Value::Bool(true));
        link.resource = text(&resource);
        identity_link::save(tx, &link)?;
        security_event::user_put_back(tx, *act, &after, &link)?;
    }
    let (old, new) = audit_values::difference(&before, &after);
    let values = Values { before: old, after: new };
    act.audit(tx, "employee.put_back", Subject::employee(&after), values)?;
    act.mark(tx, &after)?;
    Ok(true)
}
