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
