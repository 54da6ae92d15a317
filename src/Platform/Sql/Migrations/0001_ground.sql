-- The ground every part stands on. Times are ISO 8601 in UTC with milliseconds; hashes are lower-case hexadecimal.

create table platform_audit_entries (
    writer text not null,
    sequence bigint not null check (sequence > 0),
    at text not null,
    actor text not null,
    change text not null,
    subject text not null,
    details text not null,
    previous text not null,
    hash text not null,
    primary key (writer, sequence)
);
create index platform_audit_by_subject on platform_audit_entries (subject, at);
create index platform_audit_by_time on platform_audit_entries (at);

-- Operational from here on: written without an audit line, by Platform only.
create table platform_audit_heads (
    at text not null,
    line text not null,
    primary key (at)
);

create table platform_versions (
    area text primary key,
    version bigint not null
);

create table platform_leases (
    name text primary key,
    holder text not null,
    until text not null
);

create table platform_job_runs (
    id text primary key,
    job text not null,
    started_at text not null,
    ended_at text,
    outcome text not null check (outcome in ('running', 'done', 'failed', 'abandoned')),
    note text not null
);
create index platform_job_runs_by_job on platform_job_runs (job, started_at);

create table platform_protection_keys (
    id text primary key,
    wrapped text not null,
    created_at text not null
);

create table platform_settings (
    name text primary key,
    value text not null
);
