-- Types are the same on every database: text (also for ids, moments and JSON), bigint, boolean.
-- A moment is UTC with three digits of a second, so that comparing texts compares moments.
-- No triggers, no database functions: the same text runs on SQLite and on PostgreSQL.

create table tenant (
    id text not null primary key,
    name text not null,
    default_role text not null,
    settings text not null,
    created_at text not null
);

create table business_unit (
    tenant_id text not null,
    id text not null,
    name text not null,
    next_agent_number bigint not null,
    primary key (tenant_id, id)
);
create unique index business_unit_name on business_unit (tenant_id, name);

create table team (
    tenant_id text not null,
    id text not null,
    business_unit_id text not null,
    name text not null,
    features text not null,
    unavailable_codes text not null,
    primary key (tenant_id, id)
);
create unique index team_name on team (tenant_id, business_unit_id, name);

create table role (
    tenant_id text not null,
    id text not null,
    name text not null,
    primary key (tenant_id, id)
);
create unique index role_name on role (tenant_id, name);

-- A way in which people of a tenant sign in.
create table login_authenticator (
    tenant_id text not null,
    id text not null,
    name text not null,
    kind text not null,
    primary key (tenant_id, id)
);
create unique index login_authenticator_name on login_authenticator (tenant_id, name);

create table employee (
    tenant_id text not null,
    id text not null,
    business_unit_id text not null,
    team_id text not null,
    primary_role_id text not null,
    agent_number bigint not null,
    user_name text not null,
    user_name_key text not null,
    first_name text not null,
    last_name text not null,
    name_key text not null,
    search_key text not null,
    email text not null,
    email_key text not null,
    active boolean not null,
    activated_at text not null,
    external_id text,
    managed_by text not null,
    origins text not null,
    display_name text,
    middle_name text,
    mobile_number text,
    time_zone text,
    employee_type text,
    login_authenticator_id text,
    version bigint not null,
    created_at text not null,
    updated_at text not null,
    primary key (tenant_id, id)
);
create unique index employee_user_name on employee (tenant_id, user_name_key);
create unique index employee_agent_number on employee (tenant_id, business_unit_id, agent_number);
create index employee_email on employee (tenant_id, email_key, id);
-- The order of the roster, with all that the roster is narrowed by: a search reads this index only.
create index employee_roster on employee
    (tenant_id, name_key, id, active, managed_by, agent_number, search_key);
create index employee_team on employee (tenant_id, team_id, name_key, id, active);

-- employee <-> (source, external id). The resource is what the source says, as it said it.
-- A hidden link is one that the source deleted: it comes back with the person.
create table identity_link (
    tenant_id text not null,
    source text not null,
    employee_id text not null,
    external_id text,
    resource text not null,
    -- The ids of the source's groups that the person is in, so that reading the person needs no join.
    groups text not null,
    evidence text not null,
    linked_at text not null,
    hidden_at text,
    primary key (tenant_id, source, employee_id)
);
-- A second e-mail address of a person, as a source says it; the first one stands in the employee row.
create table identity_email (
    tenant_id text not null,
    source text not null,
    employee_id text not null,
    email_key text not null,
    primary key (tenant_id, source, employee_id, email_key)
);
create index identity_email_key on identity_email (tenant_id, source, email_key, employee_id);

create unique index identity_link_external_id on identity_link (tenant_id, source, external_id);
create index identity_link_employee on identity_link (tenant_id, employee_id);
-- The order of a source's lists, of those whom it sees.
create index identity_link_seen on identity_link (tenant_id, source, employee_id, hidden_at) where hidden_at is null;

-- A team or a role, as a source's group. The resource is what the source says, without the members.
create table scim_group (
    tenant_id text not null,
    source text not null,
    id text not null,
    display_name_key text not null,
    external_id text,
    resource text not null,
    made_here boolean not null,
    version bigint not null,
    created_at text not null,
    updated_at text not null,
    primary key (tenant_id, source, id)
);
-- A team or a role is one source's group at the most.
create unique index scim_group_id on scim_group (tenant_id, id);
create unique index scim_group_display_name on scim_group (tenant_id, source, display_name_key);
create unique index scim_group_external_id on scim_group (tenant_id, source, external_id);

-- Who is in a group, by the id that the source sent. Pending: nobody whom the source sees has that id.
create table scim_group_member (
    tenant_id text not null,
    source text not null,
    group_id text not null,
    member text not null,
    pending boolean not null,
    since text not null,
    primary key (tenant_id, source, group_id, member)
);
create index scim_group_member_member on scim_group_member (tenant_id, source, member, pending, since, group_id);

-- The roles of a person beside the primary one.
create table employee_role (
    tenant_id text not null,
    employee_id text not null,
    role_id text not null,
    source text not null,
    since text not null,
    primary key (tenant_id, employee_id, role_id)
);
create index employee_role_role on employee_role (tenant_id, role_id, employee_id);

create table audit_entry (
    tenant_id text not null,
    id text not null,
    at text not null,
    actor text not null,
    action text not null,
    subject_kind text not null,
    subject_id text not null,
    subject_name text not null,
    before_values text not null,
    after_values text not null,
    primary key (tenant_id, id)
);
create index audit_entry_subject on audit_entry (tenant_id, subject_id, id);

create table scim_connection (
    tenant_id text not null,
    id text not null,
    name text not null,
    dialect text not null,
    policy text not null,
    business_unit_id text not null,
    team_id text not null,
    created_at text not null,
    removed_at text,
    primary key (tenant_id, id)
);

create table scim_token (
    tenant_id text not null,
    id text not null,
    connection_id text not null,
    hash text not null,
    hint text not null,
    created_at text not null,
    expires_at text,
    revoked_at text,
    last_used_at text,
    primary key (tenant_id, id)
);
create unique index scim_token_hash on scim_token (hash);
create index scim_token_connection on scim_token (tenant_id, connection_id, id);

create table administrator (
    tenant_id text not null,
    id text not null,
    user_name text not null,
    user_name_key text not null,
    password_hash text not null,
    created_at text not null,
    primary key (tenant_id, id)
);
create unique index administrator_user_name on administrator (user_name_key);

create table console_session (
    tenant_id text not null,
    hash text not null,
    administrator_id text not null,
    csrf text not null,
    created_at text not null,
    seen_at text not null,
    expires_at text not null,
    primary key (tenant_id, hash)
);
create unique index console_session_hash on console_session (hash);

-- A one-time link with which the first administrator of a tenant is made.
create table setup_link (
    tenant_id text not null,
    hash text not null,
    expires_at text not null,
    primary key (tenant_id, hash)
);
create unique index setup_link_hash on setup_link (hash);

create table wfm_link (
    tenant_id text not null,
    id text not null,
    business_unit_id text not null,
    acd_id text not null,
    base_url text not null,
    client_id text not null,
    client_secret_sealed text not null,
    send_personal_id boolean not null,
    send_external_id boolean not null,
    interval_s bigint not null,
    departure_share_percent bigint not null,
    departure_floor bigint not null,
    enabled boolean not null,
    health text not null,
    health_reason text,
    health_since text not null,
    held_departures bigint not null,
    approved_departures bigint not null,
    swept_at text,
    compared_at text,
    created_at text not null,
    primary key (tenant_id, id)
);
create unique index wfm_link_business_unit on wfm_link (tenant_id, business_unit_id);

-- Who is due where. No payload: a worker reloads what should be there. Marks for one person coalesce;
-- the generation tells a worker whether one came while it worked.
create table due_mark (
    tenant_id text not null,
    link_id text not null,
    employee_id text not null,
    generation bigint not null,
    changed_at text not null,
    due_at text not null,
    attempts bigint not null,
    primary key (tenant_id, link_id, employee_id)
);
create index due_mark_due on due_mark (tenant_id, link_id, due_at, employee_id);

-- One worker at a time for a link. The epoch is the fencing token: whoever settles shows it.
create table link_lease (
    tenant_id text not null,
    link_id text not null,
    holder text not null,
    epoch bigint not null,
    expires_at text not null,
    primary key (tenant_id, link_id)
);

-- What a WFM is known to hold of a person, or why it does not hold what it should.
create table wfm_standing (
    tenant_id text not null,
    link_id text not null,
    employee_id text not null,
    known text,
    present boolean not null,
    confirmed_at text,
    lag_ms bigint,
    problem text,
    problem_at text,
    run_id text not null,
    primary key (tenant_id, link_id, employee_id)
);
create index wfm_standing_employee on wfm_standing (tenant_id, employee_id, link_id);
create index wfm_standing_present on wfm_standing (tenant_id, link_id) where present = true;
create index wfm_standing_problem on wfm_standing (tenant_id, link_id, employee_id) where problem is not null;

create table sync_run (
    tenant_id text not null,
    id text not null,
    link_id text not null,
    cause text not null,
    state text not null,
    reason text,
    started_at text not null,
    finished_at text,
    due bigint not null,
    unchanged bigint not null,
    arrived bigint not null,
    updated bigint not null,
    departed bigint not null,
    failed bigint not null,
    remote_calls bigint not null,
    lag_p50_ms bigint,
    lag_max_ms bigint,
    primary key (tenant_id, id)
);
create index sync_run_link on sync_run (tenant_id, link_id, id);
create index sync_run_running on sync_run (tenant_id, link_id, id) where state = 'running';

create table sync_outcome (
    tenant_id text not null,
    run_id text not null,
    employee_id text not null,
    at text not null,
    step text not null,
    result text not null,
    reason text,
    lag_ms bigint,
    primary key (tenant_id, run_id, employee_id)
);
create index sync_outcome_departure on sync_outcome (tenant_id, step, at);
