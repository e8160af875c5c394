-- A contact that a person had: one row for each time that they were given it in a session. queue: '' where nobody
-- said from which queue it came. ended_at: null while it goes on. work_ended_at: when the work after it ended.
create table agent_contact (
    tenant_id text not null,
    employee_id text not null,
    session_id text not null,
    contact_id text not null,
    kind text not null,
    medium text not null,
    queue text not null,
    began_at text not null,
    ended_at text,
    work_ended_at text,
    primary key (tenant_id, employee_id, session_id, contact_id)
);
create index agent_contact_began on agent_contact (tenant_id, began_at);
create index agent_contact_ended on agent_contact (tenant_id, employee_id, ended_at);
create index agent_contact_id on agent_contact (tenant_id, contact_id);

-- A queue that was named at least once. first_at: from when on its empty intervals are told.
create table contact_queue (
    tenant_id text not null,
    business_unit_id text not null,
    queue text not null,
    name text not null,
    first_at text not null,
    primary key (tenant_id, business_unit_id, queue)
);

-- A contact in a queue, whatever became of it. Of two accounts of it the one with the higher revision counts.
create table queue_contact (
    tenant_id text not null,
    business_unit_id text not null,
    queue text not null,
    contact_id text not null,
    revision bigint not null,
    offered_at text not null,
    outcome text not null,
    left_at text,
    overflowed_in boolean not null,
    primary key (tenant_id, business_unit_id, queue, contact_id)
);
create index queue_contact_offered on queue_contact (tenant_id, business_unit_id, offered_at);

-- Intervals that others counted. The key is natural, so that the same one twice is one; totals is JSON.
create table delivered_interval (
    tenant_id text not null,
    business_unit_id text not null,
    kind text not null,
    subject text not null,
    began_at text not null,
    revision bigint not null,
    totals text not null,
    source text not null,
    primary key (tenant_id, business_unit_id, kind, subject, began_at)
);
create index delivered_interval_began on delivered_interval (tenant_id, business_unit_id, kind, began_at);

-- The history feed of a WFM link: its settings, how far its intervals are marked, its lease, and how it does.
create table history_feed (
    tenant_id text not null,
    link_id text not null,
    enabled boolean not null,
    time_zone text not null,
    settle_s bigint not null,
    service_level_s bigint not null,
    short_abandon_s bigint not null,
    marked_until text not null,
    rebuilt_day text not null,
    holder text not null,
    epoch bigint not null,
    expires_at text not null,
    failures bigint not null,
    problem text,
    problem_at text,
    next_at text not null,
    sent_at text,
    created_at text not null,
    primary key (tenant_id, link_id)
);

-- Which interval is to be looked at for a link. Says nothing of what is in it.
create table interval_mark (
    tenant_id text not null,
    link_id text not null,
    kind text not null,
    began_at text not null,
    generation bigint not null,
    changed_at text not null,
    due_at text not null,
    attempts bigint not null,
    problem text,
    primary key (tenant_id, link_id, kind, began_at)
);
create index interval_mark_due on interval_mark (tenant_id, link_id, due_at);

-- Which interval was sent, with which content. pending: the content that is on its way, or was when somebody died.
create table interval_delivery (
    tenant_id text not null,
    link_id text not null,
    kind text not null,
    began_at text not null,
    revision bigint not null,
    pending text,
    sent text,
    sent_at text,
    entries bigint not null,
    corrections bigint not null,
    primary key (tenant_id, link_id, kind, began_at)
);
