-- What people are to do and when, as the WFM of their business unit says it. A link's activities are known by
-- the WFM's own ids. read_number: the last whole read of the WFM's schedules that the row stands for.
create table wfm_activity (
    tenant_id text not null,
    link_id text not null,
    external_id text not null,
    employee_id text not null,
    name text not null,
    code text,
    starts_at text not null,
    ends_at text not null,
    read_number bigint not null,
    primary key (tenant_id, link_id, external_id)
);
create index wfm_activity_employee on wfm_activity (tenant_id, employee_id, link_id, starts_at);
-- Who is to do what at one moment, and what is over.
create index wfm_activity_start on wfm_activity (tenant_id, link_id, starts_at, ends_at);

-- How far the reading of a link's schedules is, and which node does it. The epoch is the fencing token.
create table wfm_schedule_pull (
    tenant_id text not null,
    link_id text not null,
    origin text not null,
    stage text not null,
    place text,
    changes_cursor text,
    read_number bigint not null,
    read_at text,
    pulled_at text,
    next_at text not null,
    failures bigint not null,
    problem text,
    problem_at text,
    unknown_agents bigint not null,
    holder text not null,
    epoch bigint not null,
    lease_until text not null,
    primary key (tenant_id, link_id)
);

-- What a role permits. A name that is not here is not permitted.
create table role_permission (
    tenant_id text not null,
    role_id text not null,
    permission text not null,
    primary key (tenant_id, role_id, permission)
);

-- The private address at which a person's calendar program reads their schedule: one at the most.
create table schedule_feed (
    tenant_id text not null,
    employee_id text not null,
    hash text not null,
    created_at text not null,
    last_used_at text,
    primary key (tenant_id, employee_id)
);
create unique index schedule_feed_hash on schedule_feed (hash);
