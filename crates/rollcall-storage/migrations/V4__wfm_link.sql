-- What the operator alone sets of a link: whether a run may be asked for, and where agents are put.
alter table wfm_link add column run_now_permitted boolean not null default false;
alter table wfm_link add column arrived_unit text not null default '1';
alter table wfm_link add column departed_unit text not null default '2';
-- Why it is off, in words that agents read, and since when. Null while it is on.
alter table wfm_link add column off_reason text;
alter table wfm_link add column off_since text;
-- What someone asked for that has not begun: 'run', 'comparison' or 'preview'.
alter table wfm_link add column asked text;
-- A list of e-mail addresses.
alter table wfm_link add column notice_to text not null default '[]';
-- An acd of a WFM is one business unit's.
create unique index wfm_link_acd on wfm_link (tenant_id, base_url, acd_id);

-- The number that a person had in a business unit that they left. It stays theirs there, for the WFM to be
-- told that they are gone, and for their return.
create table former_agent (
    tenant_id text not null,
    business_unit_id text not null,
    employee_id text not null,
    agent_number bigint not null,
    left_at text not null,
    primary key (tenant_id, business_unit_id, employee_id)
);
create unique index former_agent_number on former_agent (tenant_id, business_unit_id, agent_number);
create index former_agent_employee on former_agent (tenant_id, employee_id);

-- Agents who stay in the WFM as they are, because somebody refused to let them depart. No employee: the WFM
-- has the agent, and nobody here knows them.
create table kept_agent (
    tenant_id text not null,
    link_id text not null,
    agent_number bigint not null,
    employee_id text,
    name text not null,
    since text not null,
    primary key (tenant_id, link_id, agent_number)
);
create index kept_agent_employee on kept_agent (tenant_id, link_id, employee_id);

-- What a comparison found in the WFM's list that is not as it should be, written before anything is healed.
create table sync_drift (
    tenant_id text not null,
    run_id text not null,
    position bigint not null,
    kind text not null,
    agent text not null,
    name text not null,
    employee_id text,
    detail text not null,
    primary key (tenant_id, run_id, position)
);

-- What was told of a link by mail last, and when it may be told more.
create table wfm_notice (
    tenant_id text not null,
    link_id text not null,
    told text not null,
    told_at text,
    next_at text not null,
    problem text,
    primary key (tenant_id, link_id)
);
