-- What changed in what the public may see, one line after the other, so that others can ask what is new since they asked
-- before. The chain makes a number that a restored database gives out again for something else tell that it is another.
create table guide_public_changes (
    number bigint primary key check (number > 0),
    kind text not null check (kind in ('organization', 'service', 'location', 'taxonomy', 'taxonomy_term')),
    id text not null,
    action text not null check (action in ('added', 'changed', 'removed')),
    hash text not null,
    at text not null,
    chain text not null
);
create index guide_public_changes_by_record on guide_public_changes (kind, id, number);

-- The state of the directory that was last looked through for them: one row.
create table guide_public_looks (
    one integer primary key check (one = 1),
    seen text not null
);
