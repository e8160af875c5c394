-- A bulk request that is carried out after its answer. What is left to be done stands in the row, so that it
-- outlives the process; how far it got is written together with the changes themselves.
create table bulk_request (
    tenant_id text not null,
    id text not null,
    connection_id text not null,
    -- The token that it came with, and where its client reached us.
    token_id text not null,
    base_url text not null,
    body text not null,
    -- The ids of what its operations make, by the client's names for them.
    ids text not null,
    -- What became of each operation so far, and how many of them failed.
    results text not null,
    done bigint not null,
    failed bigint not null,
    created_at text not null,
    finished_at text,
    primary key (tenant_id, id)
);
create index bulk_request_open on bulk_request (tenant_id, connection_id, id) where finished_at is null;
create index bulk_request_finished on bulk_request (finished_at) where finished_at is not null;

-- A receiver of security events (RFC 9967), and what it is told of.
create table security_event_stream (
    tenant_id text not null,
    id text not null,
    name text not null,
    -- 'poll': it asks, with the token. 'push': it is told at its endpoint, where the sealed token is shown.
    method text not null,
    token_hash text,
    endpoint text,
    token_sealed text,
    audience text not null,
    issuer text not null,
    events text not null,
    created_at text not null,
    ended_at text,
    paused_at text,
    pause_reason text,
    -- How often in a row it could not be told, when it is tried again, and why it could not.
    failures bigint not null,
    due_at text not null,
    problem text,
    primary key (tenant_id, id)
);
create unique index security_event_stream_token on security_event_stream (token_hash);
create index security_event_stream_live on security_event_stream (tenant_id, id) where ended_at is null;

-- What a receiver has not acknowledged yet. The claims lack only what is the same for all of its events.
create table security_event (
    tenant_id text not null,
    stream_id text not null,
    id text not null,
    at text not null,
    claims text not null,
    primary key (tenant_id, stream_id, id)
);
