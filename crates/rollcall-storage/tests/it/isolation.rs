//! Tenants whose rows have the same ids and the same values never see or change each other's.

use std::fmt::Write;

use rollcall_domain::agent_state::{Command, Logout, Wish};
use rollcall_domain::audit::{AuditEntry, Subject};
use rollcall_domain::employee::Status;
use rollcall_domain::source::Actor;
use rollcall_domain::unavailable_code::{CodeName, UnavailableCode};
use rollcall_domain::user_name::UserName;
use rollcall_domain::wfm::{self, FieldSwitch, FieldSwitches, FilePlace, OptionalField};
use rollcall_domain::{
    AdministratorId, AgentSessionId, ApiTokenId, AuditEntryId, RunId, ScimTokenId,
};
use rollcall_storage::access::administrator::{self, Administrator};
use rollcall_storage::access::agent_account;
use rollcall_storage::access::oauth_grant::{OauthGrant, Refresh};
use rollcall_storage::access::scim_token::{self, ScimToken, TokenOrigin};
use rollcall_storage::agent::agent_state::{self, AgentQuery};
use rollcall_storage::directory::roster::{self, RosterQuery};
use rollcall_storage::record::audit::{self, AuditQuery};
use rollcall_storage::scim::scim_person::{self, Narrowing, Probe};
use rollcall_storage::scim::scim_reader;
use rollcall_storage::scim::scim_request::{self, RequestEntry, Ring};
use rollcall_storage::wfm::marking;
use rollcall_storage::wfm::sync_run::{self, RunCounts, SyncOutcome, SyncRun};
use rollcall_storage::wfm::wfm_standing::{self, Standing};
use rollcall_storage::{
    StorageError, Tx, access::access_key, access::api_token, access::oauth_application,
    access::oauth_grant, directory::employee, directory::identity_link, directory::structure,
    directory::unavailable_code, scim::scim_connection, wfm::link_lease, wfm::link_removal,
    wfm::outbox, wfm::wfm_link,
};

use crate::access_key::key;
use crate::database::on_each_database;
use crate::oauth;
use crate::site::{Site, at, employee_id, identity, link, person, uuid};

/// Ids that all rows of a tenant share.
fn run_id() -> RunId {
    RunId::new(uuid(1))
}

fn sync_run() -> SyncRun {
    SyncRun {
        id: run_id(),
        link: Site::LINK,
        cause: "event".into(),
        state: "running".into(),
        reason: None,
        started_at: at(0),
        finished_at: None,
        counts: RunCounts { arrived: 1, ..RunCounts::default() },
    }
}

fn outcome() -> SyncOutcome {
    SyncOutcome {
        employee: employee_id(1),
        at: at(0),
        step: "depart".into(),
        result: "done".into(),
        reason: None,
        lag_ms: Some(1),
    }
}

fn standing() -> Standing {
    let switches = FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On };
    Standing {
        link: Site::LINK,
        employee: employee_id(1),
        known: Some(wfm::values(&person(1), &switches)),
        confirmed_at: Some(at(0)),
        lag_ms: Some(1),
        problem: Some("refused".into()),
        problem_at: Some(at(0)),
        run: run_id(),
    }
}

fn entry(number: u128) -> AuditEntry {
    AuditEntry {
        id: AuditEntryId::new(uuid(number)),
        at: at(0),
        actor: Actor::System,
        action: "employee.created".into(),
        subject: Subject::employee(&person(1)),
        before: serde_json::Map::new(),
        after: serde_json::Map::new(),
    }
}

fn token(hash: &str) -> ScimToken {
    ScimToken {
        id: ScimTokenId::new(uuid(1)),
        connection: Site::CONNECTION,
        origin: TokenOrigin::Hand,
        hash: hash.into(),
        hint: "rc".into(),
        created_at: at(0),
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
    }
}

fn administrator(user_name: &str) -> Administrator {
    Administrator {
        id: AdministratorId::new(uuid(1)),
        user_name: user_name.into(),
        password_hash: "hash".into(),
        created_at: at(0),
    }
}

/// A row in every table. Only what is unique in the installation differs from tenant to tenant.
async fn fill(site: &Site, name: &'static str) {
    site.insert_linked(vec![person(1), person(2)]).await;
    site.write(move |tx| {
        identity_link::save_emails(tx, &identity(&person(1)), &["second@example.com".into()])?;
        audit::insert(tx, &entry(1))?;
        scim_token::insert(tx, &token(name))?;
        access_key::insert(tx, &key(1, name))?;
        oauth_application::insert(tx, &oauth::application(name))?;
        oauth_grant::insert(tx, &oauth::grant(1, name))?;
        administrator::insert(tx, &administrator(name))?;
        administrator::insert_setup_link(tx, name, at(0))?;
        outbox::mark(tx, Site::LINK, employee_id(1), at(0))?;
        wfm_standing::save(tx, &[standing()])?;
        sync_run::save(tx, &sync_run())?;
        sync_run::save_outcomes(tx, run_id(), &[outcome()])?;
        agent_at_work(tx)?;
        crate::agent_account::fill(tx, name)?;
        api_token::insert(tx, &crate::api_token::token(1, name))?;
        crate::template::fill(tx)?;
        crate::take_over_request::fill(tx)?;
        crate::scim_group::fill(tx)?;
        crate::bulk_request::fill(tx)?;
        crate::security_event::fill(tx, name)?;
        crate::kept_agent::fill(tx, run_id())?;
        crate::interval::fill(tx)?;
        crate::role_permission::fill(tx)?;
        crate::wfm_schedule::fill(tx)?;
        crate::wfm_schedule_pull::fill(tx)?;
        crate::schedule_feed::fill(tx, name)?;
        crate::adherence::fill(tx)?;
        crate::real_time_feed::fill(tx)?;
        note_request(tx)
    })
    .await;
}

fn agent_session() -> AgentSessionId {
    AgentSessionId::new(uuid(1))
}

/// A person who logs in, and a code that says something of itself.
fn agent_at_work(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let lunch = CodeName::parse("Lunch").expect("a name");
    unavailable_code::save(tx, &UnavailableCode::standard(lunch))?;
    let one = employee_id(1);
    crate::agent_state::act(tx, one, &Command::LogIn(agent_session()), 0)?;
    crate::agent_state::act(tx, one, &Command::Set(Wish::Available), 1)
}

fn note_request(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let entry = RequestEntry {
        at: at(0),
        method: "GET".into(),
        target: "/Users".into(),
        status: 200,
        took_us: 1,
        effect: "read".into(),
        resource: None,
        refusal: None,
        detail: None,
        sent: None,
        client: "Okta".into(),
        ignored: Vec::new(),
    };
    scim_request::insert(tx, Site::CONNECTION, Ring::All, &[entry])?;
    let names = [("title".to_owned(), 1)];
    let counts = names.iter().map(|(name, count)| (name, count));
    scim_request::count_ignored(tx, Site::CONNECTION, counts, at(0))
}

/// All that can be read of a tenant, as text.
fn dump(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let (link, connection, one) = (Site::LINK, Site::CONNECTION, employee_id(1));
    let mut text = String::new();
    let mut add = |part: &dyn std::fmt::Debug| writeln!(text, "{part:?}").expect("text has room");
    add(&structure::list_business_units(tx)?);
    add(&structure::list_teams(tx)?);
    add(&structure::get_team(tx, Site::TEAM)?);
    add(&(structure::count_in_team(tx, Site::TEAM)?, structure::count_with_role(tx, Site::ROLE)?));
    add(&structure::list_roles(tx)?);
    add(&structure::find_role(tx, "Agent")?);
    add(&employee::get(tx, one)?);
    add(&employee::find_by_user_name(tx, &person(1).profile.user_name)?);
    add(&employee::list_members(tx, Site::UNIT, 0, 9)?);
    add(&roster::list(tx, &RosterQuery::default(), 9)?);
    add(&roster::list(tx, &RosterQuery { out_of_step: true, ..Default::default() }, 9)?);
    add(&roster::count(tx, &RosterQuery { text: "ana".into(), ..Default::default() }, 9)?);
    add(&roster::totals(tx)?);
    add(&roster::list_out_of_step(tx, link, 9)?);
    add(&identity_link::list(tx, one)?);
    add(&identity_link::get(tx, Site::SOURCE, one)?);
    add(&identity_link::find_by_external_id(tx, Site::SOURCE, "Ext1")?);
    add(&identity_link::seen(tx, Site::SOURCE, &[one])?);
    add(&crate::scim_group::dump(tx)?);
    add(&dump_scim_people(tx)?);
    add(&audit::list(tx, &AuditQuery::default(), 9)?);
    add(&audit::list(tx, &AuditQuery { subject: one.to_string(), ..Default::default() }, 9)?);
    add(&audit::count_people(tx, AuditEntryId::new(uuid(0)), AuditEntryId::new(uuid(9)))?);
    add(&(crate::template::dump(tx)?, crate::take_over_request::dump(tx)?));
    add(&scim_connection::list(tx)?);
    add(&scim_connection::get(tx, connection)?);
    add(&wfm_link::list(tx)?);
    add(&wfm_link::get(tx, link)?);
    add(&wfm_link::find(tx, Site::UNIT)?);
    // It tells of others by design, and no more than that a place is taken.
    let place = FilePlace::Folder { path: "/srv/wfm".into() };
    add(&wfm_link::is_place_taken(tx, "7", &place)?);
    add(&outbox::list_due(tx, link, at(9), 9)?);
    add(&outbox::get(tx, link, one)?);
    add(&(outbox::count(tx, link)?, outbox::next_due(tx, link)?));
    add(&wfm_standing::list(tx, one)?);
    add(&(wfm_standing::tally(tx, link)?, wfm_standing::count_present(tx, link)?));
    add(&wfm_standing::count_holding(tx, link, OptionalField::PersonalId)?);
    add(&wfm_standing::list_by_agent_number(tx, link, (0, 9_999))?);
    let load = outbox::weigh(tx, link, at(9))?;
    for group in &load.present {
        add(&outbox::list_group(tx, link, group, at(9), 9)?);
    }
    add(&(wfm_standing::list_known(tx, link, 0, 9)?, load));
    add(&crate::kept_agent::dump(tx, run_id())?);
    add(&crate::interval::dump(tx)?);
    add(&(crate::wfm_schedule::dump(tx)?, crate::wfm_schedule_pull::dump(tx)?));
    add(&(crate::role_permission::dump(tx)?, crate::schedule_feed::dump(tx)?));
    add(&sync_run::get(tx, run_id())?);
    add(&sync_run::list(tx, link, None, 9)?);
    add(&sync_run::list_running(tx, link)?);
    add(&sync_run::last_answered(tx, link)?);
    add(&sync_run::find_naming(tx, link, None)?);
    add(&sync_run::list_running_links(tx)?);
    add(&link_lease::list_of_others(tx, "nobody", at(0))?);
    add(&sync_run::list_outcomes(tx, run_id(), "", None, 9)?);
    add(&scim_request::list(tx, connection, Ring::All, 9)?);
    add(&scim_request::list_ignored(tx, connection)?);
    add(&(crate::bulk_request::dump(tx)?, crate::security_event::dump(tx)?));
    add(&dump_agents(tx)?);
    add(&(crate::adherence::dump(tx)?, crate::real_time_feed::dump(tx)?));
    add(&sync_run::count_written(tx, RunId::new(uuid(0)), RunId::new(uuid(9)))?);
    Ok(text)
}

/// What SCIM clients can read of people.
fn dump_scim_people(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let (connection, one, mut text) = (Site::CONNECTION, employee_id(1), String::new());
    let mut add = |part: &dyn std::fmt::Debug| writeln!(text, "{part:?}").expect("text has room");
    for probe in [
        Probe::Id(one),
        Probe::UserName("person1@example.com".into()),
        Probe::ExternalId("Ext1".into()),
        Probe::Email("mail1@example.com".into()),
        Probe::Email("second@example.com".into()),
        Probe::AgentNumber(person(1).agent_number.0),
    ] {
        add(&scim_person::find(tx, connection, &probe)?);
        add(&scim_reader::find(tx, connection, &probe)?);
    }
    add(&scim_person::order(tx, connection)?);
    add(&scim_person::count(tx, connection, Narrowing::default())?);
    add(&scim_person::list(tx, connection, Narrowing::default(), 0, 9)?);
    add(&scim_person::list_after(tx, connection, None, 9)?);
    add(&scim_reader::list(tx, connection, Narrowing::default(), 0, 9)?);
    add(&scim_reader::list_after(tx, connection, None, 9)?);
    add(&scim_reader::count(tx, connection, Narrowing::default())?);
    Ok(text)
}

/// What can be read of people at the ACD.
fn dump_agents(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let (one, mut text) = (employee_id(1), String::new());
    let mut add = |part: &dyn std::fmt::Debug| writeln!(text, "{part:?}").expect("text has room");
    add(&agent_account::password_set_at(tx, one)?);
    add(&agent_state::get(tx, one)?);
    add(&agent_state::find_session(tx, agent_session())?);
    add(&agent_state::find_number(tx, Site::UNIT, person(1).agent_number)?);
    add(&(agent_state::tally(tx, None)?, agent_state::tally(tx, Some(Site::TEAM))?));
    add(&agent_state::list(tx, &AgentQuery::default(), 9)?);
    add(&agent_state::list_history(tx, one, (at(-9), at(9)), None, 9)?);
    add(&agent_state::has_code(tx, &CodeName::parse("Lunch").expect("a name"))?);
    add(&unavailable_code::list(tx)?);
    add(&unavailable_code::get(tx, &CodeName::parse("Lunch").expect("a name"))?);
    Ok(text)
}

/// What is unique in the installation, and therefore differs.
fn own(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let tokens = scim_token::list(tx, Site::CONNECTION)?;
    let one = AdministratorId::new(uuid(1));
    let key = key(1, "").id;
    let keys = (access_key::list(tx, Site::CONNECTION)?, access_key::get(tx, key)?);
    let id = oauth::application("").id;
    let apps = (oauth_application::list(tx, Site::CONNECTION)?, oauth_application::get(tx, id)?);
    let mut found = Vec::new();
    for name in ["one", "two"] {
        let grants =
            (oauth_grant::find_by_code(tx, name)?, oauth_grant::find_by_refresh(tx, name)?);
        found.push((grants, scim_token::find_by_hash(tx, name)?));
    }
    let more = format!("{keys:?} {apps:?} {found:?}");
    let others = api_token::list(tx)?;
    let all = (administrator::list(tx)?, administrator::get(tx, one)?);
    Ok(format!("{tokens:?} {more} {others:?} {all:?}"))
}

/// Changes every row of a tenant.
fn change(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let mut ana = person(1);
    ana.profile.user_name = UserName::parse("changed@example.com").expect("an address");
    ana.profile.first_name = "Changed".into();
    ana.status = Status::Inactive;
    ana.version = 9;
    employee::save(tx, &ana)?;
    employee::save_change(tx, &ana, &ana)?;
    let mut seen = identity(&ana);
    seen.external_id = Some("Changed".into());
    seen.resource = "{}".into();
    seen.hidden_at = Some(at(5));
    identity_link::save(tx, &seen)?;
    identity_link::save_emails(tx, &seen, &[])?;
    structure::save_team_features(tx, Site::TEAM, &[])?;
    structure::save_team_codes(tx, Site::TEAM, &[])?;
    structure::take_agent_number(tx, Site::UNIT)?;
    scim_token::revoke(tx, ScimTokenId::new(uuid(1)), at(5))?;
    scim_token::note_use(tx, ScimTokenId::new(uuid(1)), at(5))?;
    let origin = TokenOrigin::AccessKey(key(1, "").id);
    scim_token::insert(
        tx,
        &ScimToken { id: ScimTokenId::new(uuid(2)), origin, ..token("by a key") },
    )?;
    scim_token::delete_ended(tx, origin, at(999))?;
    let id = oauth::application("").id;
    scim_token::insert(tx, &oauth::token(3, "by an application"))?;
    scim_token::delete_ended(tx, oauth::token(3, "").origin, at(999))?;
    oauth_application::revoke(tx, id, at(5))?;
    oauth_application::note_use(tx, id, at(5))?;
    oauth::change(tx)?;
    assert!(oauth_application::take_assertion(tx, id, "jti", (at(0), at(9)))?);
    let refresh = Refresh { selector: "two".into(), hash: "two".into(), expires_at: at(9) };
    let ended =
        OauthGrant { refresh: Some(refresh), revoked_at: Some(at(5)), ..oauth::grant(1, "") };
    oauth_grant::save(tx, &ended)?;
    oauth_grant::delete_unused(tx, id, at(999))?;
    access_key::revoke(tx, key(1, "").id, at(5))?;
    access_key::note_use(tx, key(1, "").id, at(5))?;
    administrator::save_password(tx, AdministratorId::new(uuid(1)), "changed")?;
    assert!(!administrator::take_setup_link(tx, "one")?, "it is another tenant's");
    administrator::delete_setup_links(tx)?;
    administrator::delete_ended_sessions(tx, at(99))?;
    let mut settings = link();
    settings.acd_id = "changed".into();
    settings.held_departures = 9;
    wfm_link::save_settings(tx, &settings)?;
    wfm_link::save_state(tx, &settings)?;
    outbox::mark_page(tx, Site::LINK, None, 9, at(1))?;
    marking::begin(tx, Site::LINK)?;
    marking::next(tx, Site::LINK, at(1))?;
    outbox::mark_team(tx, Site::LINK, Site::TEAM, at(1))?;
    change_outbox(tx)?;
    wfm_standing::save_problem(tx, (Site::LINK, employee_id(1)), "changed", at(5), run_id())?;
    sync_run::save(tx, &SyncRun { state: "done".into(), ..sync_run() })?;
    let failed = SyncOutcome { result: "failed".into(), ..outcome() };
    sync_run::save_outcomes(tx, run_id(), &[failed])?;
    wfm_standing::correct(tx, (Site::LINK, employee_id(2)), None, run_id())?;
    crate::kept_agent::change(tx, run_id())?;
    crate::role_permission::change(tx)?;
    crate::wfm_schedule::change(tx)?;
    crate::wfm_schedule_pull::change(tx)?;
    crate::schedule_feed::change(tx)?;
    change_agents(tx)?;
    crate::take_over_request::change(tx)?;
    note_request(tx)?;
    crate::bulk_request::change(tx)?;
    crate::security_event::change(tx)?;
    scim_request::delete_all(tx, Site::OTHER_CONNECTION)?;
    audit::insert(tx, &entry(2))
}

/// Changes every row of people at the ACD, and of the tokens of their systems.
fn change_agents(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    assert!(!agent_account::take_link(tx, "one")?, "it is another tenant's");
    crate::interval::change(tx)?;
    agent_account::delete_browser(tx, "one")?;
    agent_account::save_password(tx, employee_id(1), "changed", at(5))?;
    crate::agent_state::act(tx, employee_id(1), &Command::LogOut(Logout::Idle), 5)?;
    agent_state::prune_history(tx, at(3), 9)?;
    let lunch = UnavailableCode::standard(CodeName::parse("Lunch").expect("a name"));
    unavailable_code::save(tx, &UnavailableCode { retired: true, ..lunch })?;
    api_token::revoke(tx, ApiTokenId::new(uuid(1)), at(5))?;
    crate::adherence::change(tx)?;
    crate::real_time_feed::change(tx)?;
    api_token::note_use(tx, ApiTokenId::new(uuid(1)), at(5))
}

#[test]
fn a_tenant_reads_its_own_rows_only() {
    on_each_database(async |storage| {
        let one = Site::new(storage.clone()).await;
        let empty = one.read(dump).await;
        fill(&one, "one").await;
        let full = one.read(dump).await;
        assert_ne!(full, empty);
        let two = Site::numbered(storage, 2).await;
        assert_eq!(two.read(dump).await, empty, "a new tenant has nothing of the first");
        fill(&two, "two").await;
        assert_eq!(one.read(dump).await, full);
        assert_eq!(two.read(dump).await, full);
    });
}

#[test]
fn a_tenant_changes_its_own_rows_only() {
    on_each_database(async |storage| {
        let one = Site::new(storage.clone()).await;
        let two = Site::numbered(storage, 2).await;
        fill(&one, "one").await;
        fill(&two, "two").await;
        let (rows, credentials) = (one.read(dump).await, one.read(own).await);
        two.write(change).await;
        assert_eq!(one.read(dump).await, rows);
        assert_eq!(one.read(own).await, credentials);
        let changed = two.read(dump).await;
        assert_ne!(changed, rows);
        // Leases are taken and released for each tenant on its own.
        for site in [&one, &two] {
            let lease = site
                .write(|tx| link_lease::take(tx, Site::LINK, "worker", at(0), at(9)))
                .await
                .expect("the other tenant's lease is not this one's");
            assert_eq!(lease.epoch, 1);
        }
        let lease = one.write(|tx| link_lease::take(tx, Site::LINK, "worker", at(0), at(9))).await;
        let lease = lease.expect("it is the holder's");
        one.write(move |tx| link_lease::release(tx, &lease, at(1))).await;
        let other = two.write(|tx| link_lease::take(tx, Site::LINK, "other", at(2), at(9))).await;
        assert_eq!(other, None, "the other tenant's release is not this one's");
        // A link that is removed is the tenant's own, though another has one of the same id.
        assert!(one.read(|tx| link_removal::has_sent(tx, Site::LINK)).await);
        let rows = one.read(dump).await;
        two.write(|tx| link_removal::delete(tx, Site::LINK)).await;
        assert_eq!(one.read(dump).await, rows);
        assert!(!two.read(|tx| link_removal::has_sent(tx, Site::LINK)).await);
    });
}

fn change_outbox(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let mark = outbox::get(tx, Site::LINK, employee_id(2))?.expect("it was marked");
    outbox::postpone(tx, Site::LINK, mark, at(8))?;
    outbox::hurry(tx, Site::LINK, at(2))?;
    outbox::note_sent(tx, Site::LINK, &[(employee_id(2), "[]".into())])?;
    outbox::forget_sent(tx, Site::LINK, &[employee_id(2)])?;
    let switches = FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On };
    let agent = rollcall_domain::wfm::values(&person(2), &switches);
    outbox::disown(tx, Site::LINK, (employee_id(2), &agent), at(2))?;
    outbox::forget_all(tx, Site::LINK, &[employee_id(2)])?;
    let mark = outbox::get(tx, Site::LINK, employee_id(1))?.expect("it was marked");
    outbox::settle(tx, Site::LINK, &[mark])
}
