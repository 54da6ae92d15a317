-- What the sets are called that records come from, for people who read a record. A set that nobody has named is not here.
create table guide_source_sets (
    name text primary key,
    title text not null check (title <> ''),
    url text not null,
    licence text not null,
    changed_at text not null
);
