//! The statements that run often find their rows by an index: asked of SQLite's planner.
//!
//! It is asked without statistics, as it plans in a database that is new. Rollcall makes none later, so
//! that the plans are these ones for ever: statistics of ten people mislead where there are 100,000.

use jiff::Timestamp;
use rollcall_domain::employee::AgentNumber;
use rollcall_domain::interval::{Kind, Quarter, Span};
use rollcall_domain::source::Source;
use rollcall_domain::unavailable_code::CodeName;
use rollcall_domain::user_name::UserName;
use rollcall_domain::wfm::schedule::Window;
use rollcall_domain::{
    AccessKeyId, AgentSessionId, BusinessUnitId, EmployeeId, OauthApplicationId, RunId,
    ScimConnectionId, TeamId, TenantId, WfmLinkId,
};
use uuid::Uuid;

use crate::access::scim_token::TokenOrigin;
use crate::agent::adherence::AdherenceQuery;
use crate::agent::agent_state::AgentQuery;
use crate::directory::roster::{From, Place, RosterQuery};
use crate::effect::Effects;
use crate::error::StorageError;
use crate::interval::interval_source::Whose;
use crate::record::audit::AuditQuery;
use crate::scim::scim_person::{Narrowing, Probe};
use crate::session::{Connection, Session};
use crate::tx::Tx;
use crate::{
    access::access_key, access::agent_account, access::api_token, access::credential,
    access::oauth_application, access::oauth_grant, access::scim_token, agent::adherence,
    agent::adherence_event, agent::agent_contact, agent::agent_state, agent::real_time_feed,
    agent::sent_state, directory::employee, directory::identity_link, directory::role_permission,
    directory::roster, directory::structure, interval::contact_queue, interval::delivered_interval,
    interval::history_feed, interval::interval_delivery, interval::interval_mark,
    interval::interval_source, interval::queue_contact, migration, record::audit,
    schedule::schedule_feed, schedule::wfm_schedule, scim::scim_person, scim::scim_reader,
    scim::take_over_request, wfm::link_lease, wfm::marking, wfm::outbox, wfm::sync_history,
    wfm::sync_run, wfm::wfm_link, wfm::wfm_standing,
};

const ID: Uuid = Uuid::nil();
const LINK: WfmLinkId = WfmLinkId::new(ID);
const EMPLOYEE: EmployeeId = EmployeeId::new(ID);
const CONNECTION: ScimConnectionId = ScimConnectionId::new(ID);
const RUN: RunId = RunId::new(ID);
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// Every step of the plans of the statements that some work runs.
fn plan(work: impl FnOnce(Session<'_>) -> Result<(), StorageError>) -> Vec<String> {
    let mut connection = rusqlite::Connection::open_in_memory().unwrap();
    migration::apply_sqlite(&mut connection).unwrap();
    let mut effects = Effects::default();
    work(Session::new(Connection::Sqlite(&connection), &mut effects)).unwrap();
    let mut steps = Vec::new();
    for sql in &effects.statements {
        let mut explained = connection.prepare(&format!("explain query plan {sql}")).unwrap();
        let mut rows = explained.raw_query();
        while let Some(row) = rows.next().unwrap() {
            steps.push(row.get::<_, String>(3).unwrap());
        }
    }
    steps
}

/// Checks that no step reads a whole table, or all rows of a tenant, but for those named.
fn check_plan(work: impl FnOnce(Session<'_>) -> Result<(), StorageError>, expected: &[&str]) {
    let steps = plan(work);
    for step in &steps {
        let wide = step.starts_with("SCAN ") || step.ends_with(" (tenant_id=?)");
        assert!(!wide || expected.contains(&&**step), "{step}\n\nin {steps:#?}");
    }
    for step in expected {
        assert!(steps.iter().any(|found| found == step), "{step}\n\nis not in {steps:#?}");
    }
}

fn check<T>(work: impl FnOnce(&mut Tx<'_>) -> Result<T, StorageError>) {
    check_wide(work, &[]);
}

fn check_wide<T>(work: impl FnOnce(&mut Tx<'_>) -> Result<T, StorageError>, expected: &[&str]) {
    let tenant = TenantId::new(ID);
    check_plan(|session| work(&mut Tx::new(session, tenant)).map(drop), expected);
}

#[test]
fn a_person_is_found_by_an_index() {
    for probe in [
        Probe::Id(EMPLOYEE),
        Probe::UserName("a".into()),
        Probe::ExternalId("a".into()),
        Probe::Email("a".into()),
    ] {
        check(|tx| scim_person::find(tx, CONNECTION, &probe));
    }
    check_wide(
        |tx| scim_person::find(tx, CONNECTION, &Probe::AgentNumber(1)),
        &["SEARCH u USING COVERING INDEX sqlite_autoindex_business_unit_1 (tenant_id=?)"],
    );
    check(|tx| scim_person::list_after(tx, CONNECTION, Some(EMPLOYEE), 9));
    let any = Narrowing::default();
    let active = Narrowing { active: Some(true), with_external_id: true };
    check_wide(|tx| scim_person::list(tx, CONNECTION, any, 0, 9), &["SCAN found"]);
    check_wide(|tx| scim_person::list(tx, CONNECTION, active, 0, 9), &["SCAN found"]);
    let tenant = TenantId::new(ID);
    let steps = plan(|session| {
        let tx = &mut Tx::new(session, tenant);
        scim_person::count(tx, CONNECTION, any)?;
        scim_person::order(tx, CONNECTION).map(drop)
    });
    assert!(
        steps.iter().all(|step| step.contains("COVERING INDEX identity_link_seen")),
        "{steps:?}"
    );
    check(|tx| employee::get(tx, EMPLOYEE));
    check(|tx| employee::find_by_user_name(tx, &UserName::parse("a@example.com").unwrap()));
    check(|tx| {
        employee::find_released(tx, Source::Local, &UserName::parse("a@example.com").unwrap())
    });
    check(|tx| take_over_request::get(tx, (CONNECTION, EMPLOYEE)));
    check(|tx| employee::ask_user_name(tx, &UserName::parse("a@example.com").unwrap()));
    check(|tx| identity_link::get(tx, Source::Local, EMPLOYEE));
    check(|tx| identity_link::find_by_external_id(tx, Source::Local, "a"));
    check(|tx| identity_link::list(tx, EMPLOYEE));
    check(|tx| wfm_standing::list(tx, EMPLOYEE));
}

#[test]
fn a_page_of_everyone_is_read_by_an_index() {
    let any = Narrowing::default();
    let order = "SEARCH e USING COVERING INDEX sqlite_autoindex_employee_1 (tenant_id=?)";
    check_wide(|tx| scim_reader::list(tx, CONNECTION, any, 0, 9), &["SCAN found", order]);
    check(|tx| scim_reader::list_after(tx, CONNECTION, Some(EMPLOYEE), 9));
    check(|tx| scim_reader::get(tx, CONNECTION, EMPLOYEE));
    for probe in [Probe::UserName("a".into()), Probe::Email("a".into())] {
        check(|tx| scim_reader::find(tx, CONNECTION, &probe));
    }
}

#[test]
fn a_credential_is_found_by_an_index() {
    check_plan(
        |mut session| {
            credential::find_token(&mut session, "a")?;
            credential::find_access_key(&mut session, "a")?;
            credential::find_application(&mut session, "a")?;
            credential::find_administrator(&mut session, "a")?;
            credential::find_session(&mut session, "a")?;
            credential::find_setup_link(&mut session, "a")?;
            api_token::find(&mut session, "a")?;
            agent_account::find_link(&mut session, "a")?;
            agent_account::find_browser(&mut session, "a").map(drop)
        },
        // Whether there is one: a tenant has ten at the most.
        &["SEARCH e USING INDEX security_event_stream_live (tenant_id=?)"],
    );
    check(|tx| scim_token::list(tx, CONNECTION));
    let origin = TokenOrigin::AccessKey(AccessKeyId::new(ID));
    check(|tx| scim_token::delete_ended(tx, origin, NOW));
    let application = OauthApplicationId::new(ID);
    let origin = TokenOrigin::Application(application, None);
    check(|tx| scim_token::delete_ended(tx, origin, NOW));
    check(|tx| scim_token::find_by_hash(tx, "a"));
    check(|tx| oauth_application::list(tx, CONNECTION));
    check(|tx| oauth_application::take_assertion(tx, application, "a", (NOW, NOW)));
    check(|tx| oauth_grant::find_by_code(tx, "a"));
    check(|tx| oauth_grant::find_by_refresh(tx, "a"));
    check(|tx| oauth_grant::delete_unused(tx, application, NOW));
    check(|tx| access_key::list(tx, CONNECTION));
    check(|tx| access_key::note_owner_change(tx, EMPLOYEE));
}

#[test]
fn what_people_do_is_found_by_an_index() {
    check(|tx| agent_state::get(tx, EMPLOYEE));
    check(|tx| agent_state::find_session(tx, AgentSessionId::new(ID)));
    check(|tx| agent_state::find_number(tx, BusinessUnitId::new(ID), AgentNumber(1)));
    check(|tx| agent_state::list_history(tx, EMPLOYEE, (NOW, NOW), None, 9));
    check(|tx| agent_state::prune_history(tx, NOW, 9));
    check(|tx| agent_state::tally(tx, None));
    check(|tx| agent_state::has_code(tx, &CodeName::parse("Lunch").unwrap()));
    check_plan(|mut session| agent_state::list_due(&mut session, NOW, 9).map(drop), &[]);
    for state in [None, Some("available")] {
        let query = AgentQuery { state, ..AgentQuery::default() };
        let tenant = TenantId::new(ID);
        let steps =
            plan(|session| agent_state::list(&mut Tx::new(session, tenant), &query, 9).map(drop));
        assert!(steps.iter().all(|step| !step.contains("TEMP B-TREE")), "{steps:#?}");
        let index = if state.is_some() { "agent_state_state" } else { "autoindex_agent_state" };
        assert!(steps.iter().any(|step| step.contains(index)), "{steps:#?}");
        check(|tx| agent_state::list(tx, &query, 9));
    }
}

#[test]
fn what_intervals_are_counted_from_is_found_by_an_index() {
    let (unit, window) = (BusinessUnitId::new(ID), (NOW, NOW));
    let key = interval_delivery::Key { link: LINK, kind: Kind::Agents, quarter: Quarter::of(NOW) };
    let span = Span::one(Quarter::of(NOW));
    let contact = queue_contact::Key { unit, queue: "a", contact: "a" };
    check(|tx| interval_source::stays(tx, Whose::Unit(unit), window));
    check(|tx| interval_source::stays(tx, Whose::Person(EMPLOYEE), window));
    check(|tx| interval_source::present(tx, Whose::Person(EMPLOYEE)));
    check(|tx| agent_contact::list_begun(tx, unit, window));
    check(|tx| agent_contact::list_handled(tx, unit, window));
    check(|tx| agent_contact::list_touched(tx, EMPLOYEE, NOW));
    check(|tx| agent_contact::prune(tx, NOW, 9));
    check(|tx| queue_contact::get(tx, contact));
    check(|tx| queue_contact::list(tx, unit, window));
    check(|tx| queue_contact::prune(tx, unit, NOW, 9));
    check(|tx| contact_queue::list(tx, unit));
    check(|tx| delivered_interval::count(tx, (unit, Kind::Queues), window));
    check(|tx| delivered_interval::stands(tx, (unit, Kind::Queues), ("a", Quarter::of(NOW))));
    check(|tx| delivered_interval::prune(tx, unit, NOW, 9));
    check(|tx| interval_source::has_agent(tx, unit, 1));
    check(|tx| interval_mark::list_due(tx, LINK, NOW, 9));
    check(|tx| interval_mark::tally(tx, LINK, NOW));
    check(|tx| interval_mark::mark_span(tx, LINK, span, window));
    check(|tx| interval_delivery::get(tx, key));
    check(|tx| interval_delivery::list(tx, (LINK, Kind::Agents), span));
    check(|tx| interval_delivery::prune(tx, LINK, NOW));
    check(|tx| history_feed::get(tx, LINK));
}

#[test]
fn schedules_are_found_by_an_index() {
    let window = Window { from: NOW, until: NOW };
    check(|tx| wfm_schedule::list(tx, (LINK, EMPLOYEE), window, 9));
    check(|tx| wfm_schedule::list_at(tx, LINK, NOW));
    check(|tx| wfm_schedule::sweep(tx, LINK, 1, "a", 9));
    check(|tx| wfm_schedule::prune(tx, LINK, NOW, 9));
    // A tenant's roles permit few things, and a person has few roles.
    let permitted =
        "SEARCH p USING COVERING INDEX sqlite_autoindex_role_permission_1 (tenant_id=?)";
    check_wide(|tx| role_permission::list_of(tx, EMPLOYEE), &[permitted]);
    check(|tx| schedule_feed::get(tx, EMPLOYEE));
    check_plan(|mut session| schedule_feed::find(&mut session, "a").map(drop), &[]);
}

#[test]
fn adherence_is_found_by_an_index() {
    check(|tx| adherence::get(tx, EMPLOYEE));
    check(|tx| adherence::mark(tx, EMPLOYEE));
    check(|tx| adherence::list_out(tx, AdherenceQuery::default(), 9));
    check(|tx| adherence::tally(tx, AdherenceQuery::default()));
    check(|tx| adherence_event::list(tx, None, (NOW, NOW), None, 9));
    check(|tx| adherence_event::prune(tx, NOW, 9));
    check_plan(|mut session| adherence::list_due(&mut session, NOW, 9).map(drop), &[]);
    check(|tx| real_time_feed::get(tx, LINK));
    check(|tx| sent_state::list_all(tx, LINK, 9));
    check(|tx| sent_state::list_changed(tx, LINK, 9));
    check(|tx| sent_state::list_gone(tx, LINK, 9));
    // A handful of them in an installation, read whole.
    let feeds = ["SCAN f USING INDEX sqlite_autoindex_real_time_feed_1"];
    check_plan(|mut session| real_time_feed::list_enabled(&mut session).map(drop), &feeds);
}

#[test]
fn the_outbox_is_read_in_its_order() {
    let work = |tx: &mut Tx<'_>| {
        outbox::list_due(tx, LINK, NOW, 9)?;
        outbox::next_due(tx, LINK)?;
        roster::list_out_of_step(tx, LINK, 9)
    };
    check(work);
    let tenant = TenantId::new(ID);
    let steps = plan(|session| work(&mut Tx::new(session, tenant)).map(drop));
    // A worker that sorted all marks to take the first hundred would do so a thousand times.
    assert!(steps.iter().all(|step| !step.contains("TEMP B-TREE")), "{steps:#?}");
    check(|tx| outbox::mark_page(tx, LINK, None, 9, NOW));
    check(|tx| outbox::mark_team(tx, LINK, TeamId::new(ID), NOW));
    check(|tx| outbox::hurry(tx, LINK, NOW));
    check(|tx| outbox::get(tx, LINK, EMPLOYEE));
    check(|tx| outbox::count(tx, LINK));
    check(|tx| outbox::weigh(tx, LINK, NOW));
    check(|tx| link_lease::take(tx, LINK, "a", NOW, NOW));
    // As many rows as the tenant has links.
    check_plan(
        |mut session| {
            wfm_link::list_all_due(&mut session)?;
            marking::list_all(&mut session)?;
            let tx = &mut Tx::new(session, TenantId::new(ID));
            link_lease::list_of_others(tx, "a", NOW)?;
            sync_run::list_running_links(tx).map(drop)
        },
        &[
            "SCAN wfm_link USING INDEX sqlite_autoindex_wfm_link_1",
            "SCAN wfm_link USING INDEX wfm_link_marking",
            "SEARCH link_lease USING INDEX sqlite_autoindex_link_lease_1 (tenant_id=?)",
            "SEARCH sync_run USING COVERING INDEX sync_run_running (tenant_id=?)",
        ],
    );
}

/// Steps of every page of the roster: over the page's people, and over a tenant's few links.
const PAGE: [&str; 2] =
    ["SCAN found", "SEARCH w USING COVERING INDEX sqlite_autoindex_wfm_link_1 (tenant_id=?)"];
/// The tenant's people in the order of the roster, up to the page's end.
const IN_ORDER: &str = "SEARCH e USING COVERING INDEX employee_roster (tenant_id=?)";

#[test]
fn a_page_of_the_roster_reads_one_index() {
    let place = || Place { name_key: "a".into(), id: EMPLOYEE };
    let any = RosterQuery::default;
    for query in [
        any(),
        RosterQuery { text: "a".into(), ..any() },
        RosterQuery { active: Some(false), managed_by: "local".into(), ..any() },
    ] {
        check_wide(|tx| roster::list(tx, &query, 9), &[PAGE[0], PAGE[1], IN_ORDER]);
    }
    let query = RosterQuery { text: "a".into(), ..any() };
    check_wide(|tx| roster::count(tx, &query, 9), &[PAGE[0], IN_ORDER]);
    for from in [From::After(place()), From::Before(place())] {
        check_wide(|tx| roster::list(tx, &RosterQuery { from, ..any() }, 9), &PAGE);
    }
    let team = RosterQuery { team: "a".into(), ..any() };
    check_wide(|tx| roster::list(tx, &team, 9), &PAGE);
    let sorted = "SEARCH e USING INDEX employee_team (tenant_id=? AND team_id=?)";
    let tenant = TenantId::new(ID);
    let steps = plan(|session| roster::list(&mut Tx::new(session, tenant), &team, 9).map(drop));
    assert!(steps.iter().any(|step| step == sorted), "{steps:#?}");
    let marks = "SEARCH d USING COVERING INDEX due_mark_due (tenant_id=?)";
    let problems = "SEARCH p USING INDEX wfm_standing_problem (tenant_id=?)";
    let query = RosterQuery { out_of_step: true, ..any() };
    check_wide(|tx| roster::list(tx, &query, 9), &[PAGE[0], PAGE[1], IN_ORDER, marks, problems]);
}

#[test]
fn what_pages_of_the_console_show_is_read_by_an_index() {
    check(|tx| audit::list(tx, &AuditQuery::default(), 9));
    check(|tx| audit::list(tx, &AuditQuery { subject: "a".into(), ..Default::default() }, 9));
    check(|tx| structure::find_role(tx, "a"));
    check(|tx| wfm_link::find(tx, BusinessUnitId::new(ID)));
    check(|tx| wfm_standing::tally(tx, LINK));
    check(|tx| wfm_standing::count_present(tx, LINK));
    check(|tx| wfm_standing::list_by_agent_number(tx, LINK, (1, 2)));
    check(|tx| wfm_standing::list_known(tx, LINK, 0, 9));
    check(|tx| sync_history::count_unasked_departures(tx, (LINK, BusinessUnitId::new(ID)), NOW));
    check(|tx| sync_history::prune_runs(tx, LINK, 9, 9));
    check(|tx| sync_history::prune_outcomes(tx, LINK, NOW, 9));
    check(|tx| sync_run::list(tx, LINK, None, 9));
    check(|tx| sync_run::find_naming(tx, LINK, None));
    check(|tx| sync_run::list_running(tx, LINK));
    check(|tx| sync_run::list_outcomes(tx, RUN, "", None, 9));
    check(|tx| sync_run::list_lags(tx, LINK, RUN));
    check(|tx| sync_run::count_written(tx, RUN, RUN));
}
