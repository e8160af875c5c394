//! WFM links: a business unit's use of one WFM tenant.

use jiff::{SignedDuration, Timestamp};

use rollcall_domain::wfm::{
    Brake, FieldSwitch, FieldSwitches, FilePlace, FileTransport, ManagementUnits, Transport,
};
use rollcall_domain::{BusinessUnitId, TenantId, WfmLinkId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::{Row, Value};
use crate::session::Session;
use crate::tx::Tx;

/// How a link is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// The last call went well, or none was made yet.
    Well,
    /// The WFM cannot be reached or refuses; it is tried again.
    Failing,
    /// Too many people would depart at once; someone has to approve.
    Held,
}

/// Why a link is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Off {
    /// In words that agents read in place of their schedule.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

/// A run that somebody asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// As the schedule would begin it.
    Run,
    /// One that compares the WFM's whole list.
    Comparison,
    /// The same, that applies nothing.
    Preview,
}

/// A link with its settings and its state.
#[derive(Clone, Debug, PartialEq)]
pub struct WfmLink {
    /// Its id.
    pub id: WfmLinkId,
    /// The business unit, which has one link at the most.
    pub business_unit: BusinessUnitId,
    /// The ACD ID of the business unit at the WFM.
    pub acd_id: String,
    /// How the WFM is reached.
    pub transport: Transport,
    /// Where the WFM answers, or where its files are, in one line.
    pub base_url: String,
    /// The client id for the WFM's token endpoint; empty for files.
    pub client_id: String,
    /// The client secret, or the one for the place of the files, sealed.
    pub client_secret_sealed: String,
    /// Which optional fields are sent.
    pub switches: FieldSwitches,
    /// Seconds from one scheduled run to the next. The operator's to change.
    pub interval_s: i64,
    /// Whether a change goes out at once. Where it does not, it waits for the next run by the interval. The
    /// operator's to change.
    pub immediate: bool,
    /// The stop before a mass departure.
    pub brake: Brake,
    /// Whether the link is on.
    pub enabled: bool,
    /// Why it is off.
    pub off: Option<Off>,
    /// Where agents are put. The operator's to change.
    pub units: ManagementUnits,
    /// Whether administrators may ask for a run. The operator's to permit.
    pub run_now_permitted: bool,
    /// Who gets mail when the link is not well.
    pub notice_to: Vec<String>,
    /// How it is doing.
    pub health: Health,
    /// Why it is not well.
    pub health_reason: Option<String>,
    /// Since when it is doing so.
    pub health_since: Timestamp,
    /// As many departures a stopped run wanted; 0 when none is stopped.
    pub held_departures: i64,
    /// As many departures someone approved for the next run.
    pub approved_departures: i64,
    /// When the last scheduled run began.
    pub swept_at: Option<Timestamp>,
    /// When the last full comparison ended.
    pub compared_at: Option<Timestamp>,
    /// A run that somebody asked for and that has not begun.
    pub asked: Option<Asked>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl WfmLink {
    /// When the next run by the interval is due; `None` before the first one.
    #[must_use]
    pub fn next_sweep(&self) -> Option<Timestamp> {
        self.swept_at?.checked_add(SignedDuration::from_secs(self.interval_s)).ok()
    }

    /// From when on a run takes somebody who is due at a moment. Where changes do not go out at once, that is the next
    /// run by the interval; but what such a run left behind, because it was interrupted or the WFM failed, is not put
    /// off by another interval.
    #[must_use]
    pub fn goes_at(&self, due_at: Timestamp) -> Timestamp {
        let waits = !self.immediate && self.health == Health::Well;
        let is_later = self.swept_at.is_some_and(|swept| due_at > swept);
        match self.next_sweep() {
            Some(next) if waits && is_later => next.max(due_at),
            _ => due_at,
        }
    }
}

pub(crate) const COLUMNS: &str = "id, business_unit_id, acd_id, base_url, client_id, client_secret_sealed, send_personal_id, \
     send_external_id, interval_s, departure_share_percent, departure_floor, enabled, health, health_reason, \
     health_since, held_departures, approved_departures, swept_at, compared_at, created_at, off_reason, off_since, \
     arrived_unit, departed_unit, run_now_permitted, notice_to, asked, transport, file_transport, immediate";
pub(crate) const COLUMN_COUNT: usize = 30;

/// Adds a link.
///
/// # Errors
/// [`StorageError::Duplicate`] when the business unit has one already, or another unit uses the acd; or the
/// database refuses.
pub fn insert(tx: &mut Tx<'_>, link: &WfmLink) -> Result<(), StorageError> {
    tx.execute(
        "insert into wfm_link (tenant_id, id, business_unit_id, acd_id, base_url, client_id, client_secret_sealed,
         send_personal_id, send_external_id, interval_s, departure_share_percent, departure_floor, enabled, health,
         health_since, held_departures, approved_departures, created_at, arrived_unit, departed_unit,
         run_now_permitted, notice_to, transport, file_transport, immediate)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, $16, $17, $18, $19, $20,
         $21, $22, $23)",
        &[
            (&link.id.to_string()).into(),
            (&link.business_unit.to_string()).into(),
            (&link.acd_id).into(),
            (&link.base_url).into(),
            (&link.client_id).into(),
            (&link.client_secret_sealed).into(),
            (link.switches.personal_id == FieldSwitch::On).into(),
            (link.switches.external_id == FieldSwitch::On).into(),
            link.interval_s.into(),
            link.brake.share_percent.into(),
            link.brake.floor.into(),
            link.enabled.into(),
            health_text(link.health).into(),
            (&time::to_text(link.health_since)).into(),
            (&time::to_text(link.created_at)).into(),
            (&link.units.arrived).into(),
            (&link.units.departed).into(),
            link.run_now_permitted.into(),
            (&addresses_text(&link.notice_to)).into(),
            transport_text(&link.transport).into(),
            file_text(&link.transport).as_ref().into(),
            link.immediate.into(),
        ],
    )?;
    tx.change(Change::Health);
    Ok(())
}

/// Writes a link's settings.
///
/// # Errors
/// When the database refuses.
pub fn save_settings(tx: &mut Tx<'_>, link: &WfmLink) -> Result<(), StorageError> {
    tx.execute(
        "update wfm_link set acd_id = $2, base_url = $3, client_id = $4, client_secret_sealed = $5,
         send_personal_id = $6, send_external_id = $7, interval_s = $8, departure_share_percent = $9,
         departure_floor = $10, enabled = $11, off_reason = $12, off_since = $13, arrived_unit = $14,
         departed_unit = $15, run_now_permitted = $16, notice_to = $17, transport = $18, file_transport = $19,
         immediate = $20 where tenant_id = $1 and id = $21",
        &[
            (&link.acd_id).into(),
            (&link.base_url).into(),
            (&link.client_id).into(),
            (&link.client_secret_sealed).into(),
            (link.switches.personal_id == FieldSwitch::On).into(),
            (link.switches.external_id == FieldSwitch::On).into(),
            link.interval_s.into(),
            link.brake.share_percent.into(),
            link.brake.floor.into(),
            link.enabled.into(),
            link.off.as_ref().map(|off| &off.reason).into(),
            link.off.as_ref().map(|off| time::to_text(off.since)).as_ref().into(),
            (&link.units.arrived).into(),
            (&link.units.departed).into(),
            link.run_now_permitted.into(),
            (&addresses_text(&link.notice_to)).into(),
            transport_text(&link.transport).into(),
            file_text(&link.transport).as_ref().into(),
            link.immediate.into(),
            (&link.id.to_string()).into(),
        ],
    )?;
    tx.change(Change::Health);
    tx.due();
    Ok(())
}

/// Writes a link's state: health, held and approved departures, when it ran last, what was asked for.
///
/// # Errors
/// When the database refuses.
pub fn save_state(tx: &mut Tx<'_>, link: &WfmLink) -> Result<(), StorageError> {
    tx.execute(
        "update wfm_link set health = $2, health_reason = $3, health_since = $4, held_departures = $5,
         approved_departures = $6, swept_at = $7, compared_at = $8, asked = $9 where tenant_id = $1 and id = $10",
        &[
            health_text(link.health).into(),
            link.health_reason.as_ref().into(),
            (&time::to_text(link.health_since)).into(),
            link.held_departures.into(),
            link.approved_departures.into(),
            link.swept_at.map(time::to_text).as_ref().into(),
            link.compared_at.map(time::to_text).as_ref().into(),
            link.asked.map(asked_text).into(),
            (&link.id.to_string()).into(),
        ],
    )?;
    tx.change(Change::Health);
    if link.asked.is_some() {
        tx.due();
    }
    Ok(())
}

/// One link.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, id: WfmLinkId) -> Result<Option<WfmLink>, StorageError> {
    let sql = format!("select {COLUMNS} from wfm_link where tenant_id = $1 and id = $2");
    tx.optional(&sql, &[(&id.to_string()).into()], read)
}

/// The link of a business unit.
///
/// # Errors
/// When the database refuses.
pub fn find(tx: &mut Tx<'_>, unit: BusinessUnitId) -> Result<Option<WfmLinkId>, StorageError> {
    tx.optional(
        "select id from wfm_link where tenant_id = $1 and business_unit_id = $2",
        &[(&unit.to_string()).into()],
        |row| row.parsed(0, ("wfm_link", "id")),
    )
}

/// All links of the tenant, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<WfmLink>, StorageError> {
    tx.query(&format!("select {COLUMNS} from wfm_link where tenant_id = $1 order by id"), &[], read)
}

/// Whether another tenant has a link that exchanges files of this ACD at this place. Nothing else of theirs is told.
///
/// # Errors
/// When the database refuses.
pub fn is_place_taken(
    tx: &mut Tx<'_>,
    acd_id: &str,
    place: &FilePlace,
) -> Result<bool, StorageError> {
    // Tenant scope: installation. Whose a place is cannot be told from its name, and it is one tenant's only.
    let others = tx.query(
        "select file_transport from wfm_link where tenant_id <> $1 and acd_id = $2 and transport = 'file'",
        &[acd_id.into()],
        |row| row.json::<FileTransport>(0, ("wfm_link", "file_transport")),
    )?;
    Ok(others.iter().any(|other| other.place.is_same(place)))
}

/// All links of all tenants: the engine's list of what to serve.
///
/// # Errors
/// When the database refuses.
pub fn list_all(session: &mut Session<'_>) -> Result<Vec<(TenantId, WfmLink)>, StorageError> {
    // Tenant scope: installation. The engine serves all tenants.
    let sql = format!("select {COLUMNS}, tenant_id from wfm_link order by tenant_id, id");
    session.query(&sql, &[], |row| {
        Ok((row.parsed(COLUMN_COUNT, ("wfm_link", "tenant_id"))?, read(row)?))
    })
}

/// All links of all tenants, each with the moment at which its next mark is due: what the engine looks at to
/// see which of them need a run.
///
/// # Errors
/// When the database refuses.
pub fn list_all_due(
    session: &mut Session<'_>,
) -> Result<Vec<(TenantId, WfmLink, Option<Timestamp>)>, StorageError> {
    // Tenant scope: installation. One question for all links, however many; the subquery reads one entry of the
    // index of marks for each.
    let sql = format!(
        "select {COLUMNS}, tenant_id, (select m.due_at from due_mark m where m.tenant_id = wfm_link.tenant_id
         and m.link_id = wfm_link.id order by m.due_at limit 1) from wfm_link order by tenant_id, id"
    );
    session.query(&sql, &[], |row| {
        let tenant = row.parsed(COLUMN_COUNT, ("wfm_link", "tenant_id"))?;
        Ok((tenant, read(row)?, row.moment_or_null(COLUMN_COUNT + 1)?))
    })
}

/// Notes that the scheduled run of links began at a moment.
///
/// # Errors
/// When the database refuses.
pub fn save_swept(
    tx: &mut Tx<'_>,
    links: &[WfmLinkId],
    now: Timestamp,
) -> Result<(), StorageError> {
    let now = time::to_text(now);
    let ids: Vec<String> = links.iter().map(ToString::to_string).collect();
    let rows: Vec<[Value<'_>; 2]> = ids.iter().map(|id| [(&now).into(), id.into()]).collect();
    tx.execute_rows(
        |rows| {
            format!(
                "update wfm_link set swept_at = column2 from (values {rows}) as swept
                 where tenant_id = $1 and id = column3"
            )
        },
        &rows,
    )?;
    tx.change(Change::Health);
    Ok(())
}

fn health_text(health: Health) -> &'static str {
    match health {
        Health::Well => "well",
        Health::Failing => "failing",
        Health::Held => "held",
    }
}

fn asked_text(asked: Asked) -> &'static str {
    match asked {
        Asked::Run => "run",
        Asked::Comparison => "comparison",
        Asked::Preview => "preview",
    }
}

fn asked(row: &Row<'_>) -> Result<Option<Asked>, StorageError> {
    match row.text_or_null(26)? {
        None => Ok(None),
        Some("run") => Ok(Some(Asked::Run)),
        Some("comparison") => Ok(Some(Asked::Comparison)),
        Some("preview") => Ok(Some(Asked::Preview)),
        Some(_) => Err(StorageError::Inconsistent {
            table: "wfm_link",
            column: "asked",
            row: row.owned(0)?,
        }),
    }
}

fn off(row: &Row<'_>) -> Result<Option<Off>, StorageError> {
    Ok(match (row.owned_or_null(20)?, row.moment_or_null(21)?) {
        (Some(reason), Some(since)) => Some(Off { reason, since }),
        _ => None,
    })
}

fn addresses_text(addresses: &[String]) -> String {
    serde_json::Value::from(addresses.to_vec()).to_string()
}

fn transport_text(transport: &Transport) -> &'static str {
    match transport {
        Transport::Http => "http",
        Transport::File(_) => "file",
    }
}

fn file_text(transport: &Transport) -> Option<String> {
    match transport {
        Transport::Http => None,
        Transport::File(file) => Some(serde_json::json!(file).to_string()),
    }
}

fn transport(row: &Row<'_>) -> Result<Transport, StorageError> {
    match row.text(27)? {
        "http" => Ok(Transport::Http),
        "file" => Ok(Transport::File(row.json(28, ("wfm_link", "file_transport"))?)),
        _ => Err(StorageError::Inconsistent {
            table: "wfm_link",
            column: "transport",
            row: row.owned(0)?,
        }),
    }
}

fn health(row: &Row<'_>) -> Result<Health, StorageError> {
    match row.text(12)? {
        "well" => Ok(Health::Well),
        "failing" => Ok(Health::Failing),
        "held" => Ok(Health::Held),
        _ => Err(StorageError::Inconsistent {
            table: "wfm_link",
            column: "health",
            row: row.owned(0)?,
        }),
    }
}

pub(crate) fn read(row: &Row<'_>) -> Result<WfmLink, StorageError> {
    Ok(WfmLink {
        id: row.parsed(0, ("wfm_link", "id"))?,
        business_unit: row.parsed(1, ("wfm_link", "business_unit_id"))?,
        acd_id: row.owned(2)?,
        base_url: row.owned(3)?,
        client_id: row.owned(4)?,
        client_secret_sealed: row.owned(5)?,
        switches: FieldSwitches {
            personal_id: FieldSwitch::from_flag(row.flag(6)?),
            external_id: FieldSwitch::from_flag(row.flag(7)?),
        },
        interval_s: row.int(8)?,
        immediate: row.flag(29)?,
        brake: Brake { share_percent: row.int(9)?, floor: row.int(10)? },
        enabled: row.flag(11)?,
        health: health(row)?,
        health_reason: row.owned_or_null(13)?,
        health_since: row.moment(14)?,
        held_departures: row.int(15)?,
        approved_departures: row.int(16)?,
        swept_at: row.moment_or_null(17)?,
        compared_at: row.moment_or_null(18)?,
        created_at: row.moment(19)?,
        off: off(row)?,
        units: ManagementUnits { arrived: row.owned(22)?, departed: row.owned(23)? },
        run_now_permitted: row.flag(24)?,
        notice_to: row.json(25, ("wfm_link", "notice_to"))?,
        asked: asked(row)?,
        transport: transport(row)?,
    })
}
