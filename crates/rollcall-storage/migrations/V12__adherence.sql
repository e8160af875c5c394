-- Which activity of the WFM an ACD status stands for. A status is used once: it is the key.
create table status_mapping (
    tenant_id text not null,
    status_key text not null,
    state text not null,
    code text,
    activity_key text not null,
    activity text not null,
    primary key (tenant_id, status_key)
);

-- The activities that schedules brought. kind: what somebody said that it asks of people; null until then.
create table activity (
    tenant_id text not null,
    activity_key text not null,
    name text not null,
    kind text,
    primary key (tenant_id, activity_key)
);

-- Whether a person does what is scheduled: one row each, from their first schedule on. verdict: null until it
-- was judged first. out_since: how long they have been out of adherence without a break, whatever the reason.
-- due_at: when it is to be judged again, because the state, the schedule or the mapping is another then.
create table adherence (
    tenant_id text not null,
    employee_id text not null,
    began_at text not null,
    verdict text,
    state text not null,
    code text,
    scheduled text,
    out_since text,
    due_at text,
    primary key (tenant_id, employee_id)
);
create index adherence_due on adherence (due_at) where due_at is not null;
create index adherence_verdict on adherence (tenant_id, verdict, employee_id);

-- What was before, only ever added to. An event ends where the next of the person begins.
create table adherence_event (
    tenant_id text not null,
    employee_id text not null,
    began_at text not null,
    ended_at text not null,
    verdict text not null,
    state text not null,
    code text,
    scheduled text,
    primary key (tenant_id, employee_id, began_at)
);
create index adherence_event_ended on adherence_event (tenant_id, ended_at, employee_id);

-- The states of a link's people, told to its WFM as they change. authentication_key: sealed. The holder is the
-- node that tells them, and the epoch its fencing token.
create table real_time_feed (
    tenant_id text not null,
    link_id text not null,
    enabled boolean not null,
    base_url text not null,
    source_id text not null,
    authentication_key_sealed text not null,
    failing boolean not null,
    problem text,
    health_since text not null,
    snapshot_at text,
    sent_at text,
    holder text,
    epoch bigint not null,
    expires_at text,
    primary key (tenant_id, link_id)
);

-- What a WFM was told last of a person.
create table sent_state (
    tenant_id text not null,
    link_id text not null,
    employee_id text not null,
    sequence bigint not null,
    state_code text not null,
    sent_at text not null,
    primary key (tenant_id, link_id, employee_id)
);
