-- Directories of others that this node takes over again and again. What was taken stands in the records with its source.
create table guide_subscriptions (
    id text primary key,
    address text not null check (address <> ''),
    source_set text not null unique,
    title text not null check (title <> ''),
    licence text not null,
    every_hours integer not null check (every_hours between 1 and 720),
    paused boolean not null,
    takes_out boolean not null,
    tag text not null,
    content text not null,
    asked_at text,
    due_at text not null,
    failures integer not null check (failures >= 0),
    outcome text not null,
    kept integer not null check (kept >= 0),
    import_id text references guide_imports (id)
);
