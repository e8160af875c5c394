//! A tenant with a business unit, two teams, a role, a SCIM connection and a WFM link, and its people.

use jiff::Timestamp;
use rollcall_domain::authority::Attribute;
use rollcall_domain::employee::{AgentNumber, Employee, Profile, Status};
use rollcall_domain::origin::Origins;
use rollcall_domain::source::Source;
use rollcall_domain::structure::{BusinessUnit, Role, Team, WFM_ADVANCED};
use rollcall_domain::user_name::UserName;
use rollcall_domain::wfm::{Brake, FieldSwitch, FieldSwitches, ManagementUnits, Transport};
use rollcall_domain::{
    BusinessUnitId, EmployeeId, RoleId, ScimConnectionId, TeamId, TenantId, WfmLinkId,
};
use rollcall_storage::directory::identity_link::IdentityLink;
use rollcall_storage::directory::tenant::Tenant;
use rollcall_storage::scim::scim_connection::ScimConnection;
use rollcall_storage::wfm::wfm_link::{Health, WfmLink};
use rollcall_storage::{
    Storage, StorageError, Tx, directory::employee, directory::identity_link, directory::structure,
    directory::tenant, scim::scim_connection, wfm::wfm_link,
};
use uuid::Uuid;

/// A UUID of version 7 with a number in it; larger numbers are later.
pub(crate) fn uuid(number: u128) -> Uuid {
    Uuid::from_u128((0x019a_b0c1_d2e3_7000_8000 << 48) | number)
}

/// So many seconds after the beginning.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_219_200 + seconds).expect("a moment of our time")
}

/// One tenant on a database.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) storage: Storage,
    pub(crate) tenant: TenantId,
}

impl Site {
    pub(crate) const UNIT: BusinessUnitId = BusinessUnitId::new(Uuid::from_u128(10));
    pub(crate) const OTHER_UNIT: BusinessUnitId = BusinessUnitId::new(Uuid::from_u128(11));
    pub(crate) const TEAM: TeamId = TeamId::new(Uuid::from_u128(20));
    pub(crate) const OTHER_TEAM: TeamId = TeamId::new(Uuid::from_u128(21));
    pub(crate) const ROLE: RoleId = RoleId::new(Uuid::from_u128(30));
    pub(crate) const CONNECTION: ScimConnectionId = ScimConnectionId::new(Uuid::from_u128(40));
    pub(crate) const OTHER_CONNECTION: ScimConnectionId =
        ScimConnectionId::new(Uuid::from_u128(41));
    pub(crate) const LINK: WfmLinkId = WfmLinkId::new(Uuid::from_u128(50));
    pub(crate) const SOURCE: Source = Source::Scim(Self::CONNECTION);

    /// The first tenant.
    pub(crate) async fn new(storage: Storage) -> Self {
        Self::numbered(storage, 1).await
    }

    /// A tenant whose rows have the same ids and the same values as every other's.
    pub(crate) async fn numbered(storage: Storage, number: u128) -> Self {
        let site = Self { storage, tenant: TenantId::new(uuid(number)) };
        let row = Tenant {
            id: site.tenant,
            name: "Acme".into(),
            default_role: "Agent".into(),
            settings: rollcall_domain::policy::AccountSettings::default(),
            created_at: at(0),
        };
        let added = site.storage.write_installation(move |session| tenant::insert(session, &row));
        let added: Result<(), StorageError> = added.await;
        added.expect("the tenant is added");
        site.write(|tx| {
            structure::insert_business_unit(tx, &unit(Self::UNIT, "Berlin"), 1_000)?;
            structure::insert_business_unit(tx, &unit(Self::OTHER_UNIT, "Athens"), 5)?;
            structure::insert_team(tx, &team(Self::TEAM, "Support", &[WFM_ADVANCED]))?;
            structure::insert_team(tx, &team(Self::OTHER_TEAM, "Back office", &[]))?;
            structure::insert_role(tx, &Role { id: Self::ROLE, name: "Agent".into() })?;
            scim_connection::insert(tx, &connection(Self::CONNECTION, "Okta"))?;
            wfm_link::insert(tx, &link())
        })
        .await;
        site
    }

    pub(crate) async fn try_write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.storage.write(self.tenant, work).await
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> T {
        self.try_write(work).await.expect("the change is kept")
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> T {
        self.storage.read(self.tenant, work).await.expect("the database can be read")
    }

    /// Adds people.
    pub(crate) async fn insert(&self, people: Vec<Employee>) {
        self.write(move |tx| people.iter().try_for_each(|person| employee::insert(tx, person)))
            .await;
    }

    /// Adds people whom the connection sees, with an external id each.
    pub(crate) async fn insert_linked(&self, people: Vec<Employee>) {
        self.write(move |tx| {
            for person in &people {
                employee::insert(tx, person)?;
                identity_link::insert(tx, &identity(person))?;
            }
            Ok(())
        })
        .await;
    }
}

pub(crate) fn unit(id: BusinessUnitId, name: &str) -> BusinessUnit {
    BusinessUnit { id, name: name.into() }
}

pub(crate) fn team(id: TeamId, name: &str, features: &[&str]) -> Team {
    Team {
        id,
        business_unit: Site::UNIT,
        name: name.into(),
        features: features.iter().map(ToString::to_string).collect(),
        unavailable_codes: vec!["Lunch".into(), "Says \"no\"".into()],
    }
}

pub(crate) fn connection(id: ScimConnectionId, name: &str) -> ScimConnection {
    ScimConnection {
        id,
        name: name.into(),
        dialect: "okta".into(),
        policy: rollcall_domain::policy::ConnectionPolicy::default(),
        business_unit: Site::UNIT,
        team: Site::TEAM,
        created_at: at(0),
        removed_at: None,
    }
}

pub(crate) fn link() -> WfmLink {
    WfmLink {
        id: Site::LINK,
        business_unit: Site::UNIT,
        acd_id: "7".into(),
        transport: Transport::Http,
        base_url: "https://wfm.example.com".into(),
        client_id: "rollcall".into(),
        client_secret_sealed: "sealed".into(),
        switches: FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::Off },
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
        health_since: at(0),
        held_departures: 0,
        approved_departures: 0,
        swept_at: None,
        compared_at: None,
        asked: None,
        created_at: at(0),
    }
}

/// A person of the team, active, with a name of their own.
pub(crate) fn person(number: u32) -> Employee {
    named(number, "Ana", &format!("Person{number:05}"))
}

/// A person with a given name.
pub(crate) fn named(number: u32, first_name: &str, last_name: &str) -> Employee {
    let mut origins = Origins::default();
    origins.set(&Attribute::ALL, Site::SOURCE, at(0));
    Employee {
        id: employee_id(number),
        business_unit: Site::UNIT,
        team: Site::TEAM,
        primary_role: Site::ROLE,
        agent_number: AgentNumber(1_000 + i64::from(number)),
        profile: Profile {
            user_name: UserName::parse(&format!("Person{number}@Example.com")).expect("an address"),
            first_name: first_name.into(),
            last_name: last_name.into(),
            email: format!("Mail{number}@Example.com"),
        },
        details: rollcall_domain::detail::Details::default(),
        status: Status::Active,
        activated_at: at(0),
        external_id: Some(format!("Ext{number}")),
        managed_by: Site::SOURCE,
        origins,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

pub(crate) fn employee_id(number: u32) -> EmployeeId {
    EmployeeId::new(uuid(u128::from(number)))
}

/// The link by which the site's connection knows a person.
pub(crate) fn identity(person: &Employee) -> IdentityLink {
    IdentityLink {
        source: Site::SOURCE,
        employee: person.id,
        external_id: person.external_id.clone(),
        resource: format!("{{\"userName\":\"{}\"}}", person.profile.user_name),
        groups: "[]".into(),
        evidence: "created by SCIM".into(),
        linked_at: at(0),
        hidden_at: None,
    }
}
