-- Who works with the node, what they may do and where, and how they prove who they are. Empty text stands for "none".
-- Secrets are never here in a readable form: hashes, or text sealed by the node key.

create table platform_agencies (
    id text primary key,
    name text not null check (name <> ''),
    created_at text not null,
    version integer not null check (version > 0)
);
create unique index platform_agencies_by_name on platform_agencies (name);

create table platform_teams (
    id text primary key,
    agency_id text not null references platform_agencies (id),
    name text not null check (name <> ''),
    created_at text not null,
    version integer not null check (version > 0)
);
create unique index platform_teams_by_name on platform_teams (agency_id, name);

create table platform_users (
    id text primary key,
    sign_in_name text not null check (sign_in_name <> ''),
    display_name text not null,
    email text not null,
    language text not null,
    agency_id text references platform_agencies (id),
    password_hash text not null,
    must_change_password boolean not null,
    totp_secret text not null,
    security_stamp text not null,
    created_at text not null,
    disabled_at text,
    version integer not null check (version > 0)
);
create unique index platform_users_by_name on platform_users (sign_in_name);

create table platform_team_members (
    team_id text not null references platform_teams (id),
    user_id text not null references platform_users (id),
    primary key (team_id, user_id)
);
create index platform_team_members_by_user on platform_team_members (user_id);

-- Permissions are a space-separated list of codes.
create table platform_roles (
    code text primary key,
    name text not null,
    permissions text not null,
    version integer not null check (version > 0)
);

create table platform_role_grants (
    user_id text not null references platform_users (id),
    role text not null references platform_roles (code),
    scope_kind text not null check (scope_kind in ('own', 'team', 'agency', 'place', 'node')),
    scope_id text not null check ((scope_kind in ('own', 'node')) = (scope_id = '')),
    primary key (user_id, role, scope_kind, scope_id)
);

create table platform_passkeys (
    credential_id text primary key,
    user_id text not null references platform_users (id),
    name text not null,
    data text not null,
    created_at text not null
);
create index platform_passkeys_by_user on platform_passkeys (user_id);

create table platform_recovery_codes (
    hash text primary key,
    user_id text not null references platform_users (id)
);
create index platform_recovery_codes_by_user on platform_recovery_codes (user_id);

create table platform_tokens (
    id text primary key,
    user_id text not null references platform_users (id),
    name text not null,
    hash text not null,
    permissions text not null,
    created_at text not null,
    expires_at text not null
);
create unique index platform_tokens_by_hash on platform_tokens (hash);
create index platform_tokens_by_user on platform_tokens (user_id);

create table platform_sign_in_links (
    hash text primary key,
    user_id text not null references platform_users (id),
    created_at text not null,
    expires_at text not null
);

-- Operational from here on: written without an audit line, by Platform only.

-- A session before its last step of sign-in (stage other than 'open') reaches nothing but that step.
create table platform_sessions (
    hash text primary key,
    id text not null,
    user_id text not null references platform_users (id),
    stage text not null check (stage in ('password', 'second_factor', 'enrolment', 'open')),
    user_agent text not null,
    created_at text not null,
    last_seen_at text not null,
    expires_at text not null
);
create unique index platform_sessions_by_id on platform_sessions (id);
create index platform_sessions_by_user on platform_sessions (user_id);
create index platform_sessions_by_end on platform_sessions (expires_at);

-- Devices on which somebody has signed in; other people's wrong passwords do not keep them out.
create table platform_known_devices (
    hash text primary key,
    user_id text not null references platform_users (id),
    expires_at text not null
);
create index platform_known_devices_by_user on platform_known_devices (user_id);

-- Wrong attempts by keyed hash of the account, the device or the network; never the name or the address itself.
create table platform_sign_in_failures (
    subject text primary key,
    failures double precision not null check (failures >= 0),
    counted_at text not null,
    blocked_until text not null
);
create index platform_sign_in_failures_by_time on platform_sign_in_failures (counted_at);

-- The newest time step of an authenticator code that was accepted: a code works once.
create table platform_totp_steps (
    user_id text primary key references platform_users (id),
    step bigint not null
);

create table platform_token_uses (
    token_id text primary key,
    used_at text not null
);
