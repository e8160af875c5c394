-- The last requests of each SCIM connection, in slots that are used again, so that the table stays small.
-- ring: 'all' requests, or those that were 'refused'.
create table scim_request (
    tenant_id text not null,
    connection_id text not null,
    ring text not null,
    slot bigint not null,
    number bigint not null,
    at text not null,
    method text not null,
    target text not null,
    status bigint not null,
    took_us bigint not null,
    effect text not null,
    resource text,
    refusal text,
    detail text,
    sent text,
    client text not null,
    ignored text not null,
    primary key (tenant_id, connection_id, ring, slot)
);

-- Attributes that a connection's client sent in vain.
create table scim_ignored (
    tenant_id text not null,
    connection_id text not null,
    name text not null,
    count bigint not null,
    last_at text not null,
    primary key (tenant_id, connection_id, name)
);
