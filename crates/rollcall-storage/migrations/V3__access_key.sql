-- The other ways in: access keys and registered applications, each of which opens one SCIM connection by tokens
-- that last an hour.

-- Owned by an employee: it works while they are active.
create table access_key (
    tenant_id text not null,
    id text not null,
    connection_id text not null,
    employee_id text not null,
    key_id text not null,
    secret_hash text not null,
    created_at text not null,
    revoked_at text,
    last_used_at text,
    primary key (tenant_id, id)
);
create unique index access_key_key_id on access_key (key_id);
create index access_key_connection on access_key (tenant_id, connection_id, id);
create index access_key_employee on access_key (tenant_id, employee_id) where revoked_at is null;

-- A client of OAuth 2.0. Redirect addresses and public keys are JSON.
create table oauth_application (
    tenant_id text not null,
    id text not null,
    connection_id text not null,
    name text not null,
    client_id text not null,
    secret_hash text not null,
    redirect_uris text not null,
    keys text,
    created_at text not null,
    revoked_at text,
    last_used_at text,
    primary key (tenant_id, id)
);
create unique index oauth_application_client_id on oauth_application (client_id);
create index oauth_application_connection on oauth_application (tenant_id, connection_id, id);

-- What an administrator allowed an application: a code, and then refresh tokens that follow each other. The
-- selector finds the grant; the hash tells whether the refresh token is the one that counts.
create table oauth_grant (
    tenant_id text not null,
    id text not null,
    application_id text not null,
    administrator_id text not null,
    redirect_uri text not null,
    code_hash text not null,
    code_challenge text not null,
    code_expires_at text not null,
    code_used_at text,
    refresh_selector text,
    refresh_hash text,
    refresh_expires_at text,
    created_at text not null,
    revoked_at text,
    revoked_because text,
    primary key (tenant_id, id)
);
create unique index oauth_grant_code on oauth_grant (code_hash);
create unique index oauth_grant_refresh on oauth_grant (refresh_selector);
create index oauth_grant_application on oauth_grant (tenant_id, application_id, id);

-- Client assertions that were used, until they end: each counts once.
create table oauth_assertion (
    tenant_id text not null,
    application_id text not null,
    jti_hash text not null,
    expires_at text not null,
    primary key (tenant_id, application_id, jti_hash)
);
create index oauth_assertion_end on oauth_assertion (tenant_id, application_id, expires_at);

-- By which of them a token was made; by none when an administrator made it.
alter table scim_token add column access_key_id text;
alter table scim_token add column application_id text;
alter table scim_token add column grant_id text;
create index scim_token_access_key on scim_token (tenant_id, access_key_id, expires_at) where access_key_id is not null;
create index scim_token_application on scim_token (tenant_id, application_id, expires_at) where application_id is not null;
create index scim_token_by_hand on scim_token (tenant_id, connection_id, id) where access_key_id is null and application_id is null;
