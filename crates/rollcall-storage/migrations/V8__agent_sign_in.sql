-- The password with which a person signs in to their own page.
create table agent_password (
    tenant_id text not null,
    employee_id text not null,
    password_hash text not null,
    set_at text not null,
    primary key (tenant_id, employee_id)
);

-- A one-time link with which a person chooses that password.
create table agent_link (
    tenant_id text not null,
    hash text not null,
    employee_id text not null,
    expires_at text not null,
    primary key (tenant_id, hash)
);
create index agent_link_employee on agent_link (tenant_id, employee_id);
create unique index agent_link_hash on agent_link (hash);

-- A browser in which a person signed in.
create table agent_browser (
    tenant_id text not null,
    hash text not null,
    employee_id text not null,
    csrf text not null,
    created_at text not null,
    expires_at text not null,
    primary key (tenant_id, hash)
);
create index agent_browser_employee on agent_browser (tenant_id, employee_id);
create unique index agent_browser_hash on agent_browser (hash);
