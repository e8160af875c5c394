//! The rows that a test begins with: one link, and people by number.

use jiff::Timestamp;
use rollcall_domain::employee::{AgentNumber, Employee, Profile, Status};
use rollcall_domain::origin::Origins;
use rollcall_domain::source::Source;
use rollcall_domain::user_name::UserName;
use rollcall_domain::wfm::{Brake, FieldSwitch, FieldSwitches, ManagementUnits, Transport};
use rollcall_domain::{EmployeeId, RoleId};
use rollcall_storage::wfm::wfm_link::{Health, WfmLink};
use uuid::Uuid;

use crate::site::Site;

pub(crate) fn employee_id(number: u32) -> EmployeeId {
    EmployeeId::new(Uuid::from_u128(0x1000 + u128::from(number)))
}

pub(crate) fn agent_number(number: u32) -> i64 {
    10_000_000 + i64::from(number)
}

pub(crate) fn person(number: u32, now: Timestamp) -> Employee {
    Employee {
        id: employee_id(number),
        business_unit: Site::UNIT,
        team: Site::TEAM,
        primary_role: RoleId::new(Uuid::from_u128(30)),
        agent_number: AgentNumber(agent_number(number)),
        profile: Profile {
            user_name: UserName::parse(&format!("person{number}@example.com")).unwrap(),
            first_name: "Ana".into(),
            last_name: format!("Person{number}"),
            email: format!("person{number}@example.com"),
        },
        details: rollcall_domain::detail::Details::default(),
        status: Status::Active,
        activated_at: now,
        external_id: Some(format!("ext{number}")),
        managed_by: Source::Local,
        origins: Origins::default(),
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

pub(crate) fn link(url: &str, now: Timestamp) -> WfmLink {
    WfmLink {
        id: Site::LINK,
        business_unit: Site::UNIT,
        acd_id: Site::ACD.into(),
        transport: Transport::Http,
        base_url: url.into(),
        client_id: "demo-client".into(),
        client_secret_sealed: "demo-secret".into(),
        switches: FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On },
        interval_s: 900,
        brake: Brake { share_percent: 20, floor: 5 },
        enabled: true,
        off: None,
        units: ManagementUnits::default(),
        run_now_permitted: false,
        immediate: true,
        notice_to: Vec::new(),
        health: Health::Well,
        health_reason: None,
        health_since: now,
        held_departures: 0,
        approved_departures: 0,
        swept_at: None,
        compared_at: None,
        asked: None,
        created_at: now,
    }
}
