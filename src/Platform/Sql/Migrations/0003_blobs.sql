-- Files kept as they came, by hash, in pieces of at most 1 MiB; used where the data folder is not shared by the
-- processes of the node. Operational: who keeps a file says so in a change of its own.
create table platform_blob_pieces (
    hash text not null,
    ordinal integer not null check (ordinal >= 0),
    bytes {{blob}} not null,
    primary key (hash, ordinal)
);
