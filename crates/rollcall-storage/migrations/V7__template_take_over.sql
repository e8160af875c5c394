-- A named preset for employees. The fields are JSON; one that is not named is left as it is.
create table employee_template (
    tenant_id text not null,
    id text not null,
    name text not null,
    name_key text not null,
    fields text not null,
    version bigint not null,
    created_at text not null,
    updated_at text not null,
    primary key (tenant_id, id)
);
create unique index employee_template_name on employee_template (tenant_id, name_key);

-- How far the last application of a template to people who were there already has come.
-- state: 'running', 'done', 'failed'.
create table template_application (
    tenant_id text not null,
    template_id text not null,
    actor text not null,
    state text not null,
    total bigint not null,
    looked bigint not null,
    changed bigint not null,
    kept bigint not null,
    problem text,
    started_at text not null,
    touched_at text not null,
    primary key (tenant_id, template_id)
);

-- What an administrator has to mend, one row for each cause, however often it was met.
create table alert (
    tenant_id text not null,
    kind text not null,
    subject text not null,
    count bigint not null,
    since text not null,
    last_at text not null,
    primary key (tenant_id, kind, subject)
);

-- A connection's claim on a person who is not its own, and what was decided about it.
-- kind: 'creation', 'renaming'. state: 'waiting', 'approved', 'rejected'.
create table take_over_request (
    tenant_id text not null,
    connection_id text not null,
    employee_id text not null,
    kind text not null,
    user_name text not null,
    first_name text not null,
    last_name text not null,
    email text not null,
    external_id text,
    resource text not null,
    state text not null,
    reason text,
    count bigint not null,
    asked_at text not null,
    last_asked_at text not null,
    decided_by text,
    decided_at text,
    primary key (tenant_id, connection_id, employee_id)
);
create index take_over_request_state on take_over_request (tenant_id, state, last_asked_at);
create index take_over_request_employee on take_over_request (tenant_id, employee_id);
