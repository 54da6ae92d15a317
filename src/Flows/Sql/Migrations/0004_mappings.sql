-- Mappings that people of this node have kept, each version as it was used; the last one of a name is the one that counts.
create table flows_mappings (
    name text not null check (name <> ''),
    version integer not null check (version > 0),
    json text not null,
    kept_by text not null,
    kept_at text not null,
    primary key (name, version)
);
