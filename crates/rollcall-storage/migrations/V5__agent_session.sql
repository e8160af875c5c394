-- What a person does at the ACD now: one row a person, from the first log-in on. So nobody has two sessions.
-- session: what holds until they log out (contacts, what follows them), as JSON; null when logged out.
create table agent_state (
    tenant_id text not null,
    employee_id text not null,
    sequence bigint not null,
    state text not null,
    code text,
    medium text,
    since text not null,
    due_at text,
    session_id text,
    session text,
    primary key (tenant_id, employee_id)
);
create unique index agent_state_session on agent_state (tenant_id, session_id);
create index agent_state_state on agent_state (tenant_id, state, employee_id);
-- Whose time is over: asked for all tenants at once.
create index agent_state_due on agent_state (due_at) where due_at is not null;

-- What was before, only ever added to. An interval ends where the next of the person begins, and the last one
-- where the row of agent_state begins: there is no gap and no overlap.
create table agent_state_history (
    tenant_id text not null,
    employee_id text not null,
    sequence bigint not null,
    state text not null,
    code text,
    medium text,
    session_id text,
    began_at text not null,
    ended_at text not null,
    primary key (tenant_id, employee_id, sequence)
);
create index agent_state_history_ended on agent_state_history (tenant_id, ended_at);

-- Settings of codes. A name that a team has and this table lacks is a code of which nothing was set.
create table unavailable_code (
    tenant_id text not null,
    name_key text not null,
    name text not null,
    kind text not null,
    timeout_min bigint not null,
    retired boolean not null,
    primary key (tenant_id, name_key)
);

-- Bearer tokens for systems other than identity providers. scopes: names with spaces between them.
create table api_token (
    tenant_id text not null,
    id text not null,
    name text not null,
    hash text not null,
    hint text not null,
    scopes text not null,
    created_at text not null,
    expires_at text,
    revoked_at text,
    last_used_at text,
    primary key (tenant_id, id)
);
create unique index api_token_hash on api_token (hash);
