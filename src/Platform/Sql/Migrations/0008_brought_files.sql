-- Files that somebody has brought and not yet let in: for a time, and sealed by the node key. The sealed pieces are in the
-- data folder, or where its processes do not share one in the second table. Operational: nothing has come of them yet.
create table platform_brought_files (
    id text primary key,
    length bigint not null check (length >= 0),
    until text not null
);
create index platform_brought_files_by_end on platform_brought_files (until);
create table platform_brought_pieces (
    id text not null references platform_brought_files (id),
    ordinal integer not null check (ordinal >= 0),
    sealed {{blob}} not null,
    primary key (id, ordinal)
);
