-- The tables that figures stand in: rows of one never count a person twice, rows of two may.
create table flows_series (
    code text primary key,
    dataflow text not null check (dataflow <> ''),
    title text not null,
    publisher text not null,
    via text not null,
    licence text not null,
    link text not null,
    training boolean not null,
    version integer not null check (version > 0)
);

-- Each file that was brought in, with what became of it. Its observations stand in a segment; the file as it came and the
-- segment are blobs. An import that was broken off stays as such: nothing of it counts.
create table flows_imports (
    id text primary key,
    series text not null,
    dataflow text not null,
    mapping text not null,
    mapping_version integer not null check (mapping_version > 0),
    mapping_hash text not null,
    mapping_json text not null,
    file_name text not null,
    file_hash text not null,
    file_bytes bigint not null check (file_bytes >= 0),
    state text not null check (state in ('reading', 'standing', 'broken_off')),
    actor text not null,
    started_at text not null,
    committed_at text,
    rows_read bigint not null check (rows_read >= 0),
    rows_refused bigint not null check (rows_refused >= 0),
    rows_left_out bigint not null check (rows_left_out >= 0),
    observations bigint not null check (observations >= 0),
    issue_counts text not null,
    segment_hash text not null,
    segment_bytes bigint not null check (segment_bytes >= 0),
    check ((state = 'standing') = (committed_at is not null))
);
create index flows_imports_by_series on flows_imports (series, committed_at);

-- Which periods of an import stand no more since when, and which import stands instead; '*' is all of them.
create table flows_replacements (
    import_id text not null references flows_imports (id),
    period text not null check (period <> ''),
    by_import text not null references flows_imports (id),
    at text not null,
    primary key (import_id, period)
);

create table flows_issues (
    import_id text not null references flows_imports (id),
    ordinal integer not null,
    line integer not null,
    column_number integer not null,
    code text not null,
    value text not null,
    severity text not null check (severity in ('note', 'warning', 'error')),
    primary key (import_id, ordinal)
);

-- What each category of a source became, how exactly, and how much of the file it is.
create table flows_ledger (
    import_id text not null references flows_imports (id),
    ordinal integer not null,
    columns text not null,
    value text not null,
    components text not null,
    became text not null,
    carried text not null check (carried in ('exact', 'bounded', 'not_comparable')),
    why text not null,
    rows bigint not null check (rows > 0),
    sum bigint not null,
    primary key (import_id, ordinal)
);
