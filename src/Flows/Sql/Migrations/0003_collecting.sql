-- Places where people on the move are counted as they pass. The day of a record is the day at the point.
create table flows_points (
    id text primary key,
    code text not null unique,
    names text not null check (names <> '{}'),
    kind text not null check (kind in ('AIR', 'LAND', 'RAIL', 'SEA', 'RIVER', 'INTERNAL_TRANSIT', 'TRANSIT_CENTRE', 'SITE')),
    country text not null check (country <> ''),
    area text not null,
    latitude double precision check (latitude between -90 and 90),
    longitude double precision check (longitude between -180 and 180),
    adjacent text not null,
    opens text not null,
    closes text not null,
    time_zone text not null check (time_zone <> ''),
    series text not null check (series <> ''),
    training boolean not null,
    version integer not null check (version > 0),
    changed_at text not null,
    check ((latitude is null) = (longitude is null)),
    check ((opens = '') = (closes = ''))
);

-- What holds of a point from a day on, until the next line: counted at, closed, or left for the time being.
create table flows_point_states (
    point_id text not null references flows_points (id),
    starts_on text not null,
    state text not null check (state in ('active', 'inactive', 'suspended')),
    primary key (point_id, starts_on)
);

-- When somebody was counting; how many passed without being asked, where that was counted (null is not known).
create table flows_shifts (
    id text primary key,
    point_id text not null references flows_points (id),
    person text not null check (person <> ''),
    started_at text not null,
    ended_at text,
    enumerators integer not null check (enumerators > 0),
    refusals integer check (refusals >= 0),
    said_at text not null,
    received_at text not null,
    check (ended_at is null or started_at <= ended_at)
);
create index flows_shifts_by_point on flows_shifts (point_id, started_at);

-- Every version of every record of a group, as it was sent; a version stands until the next one replaces it. Which import
-- a standing version's figures lie in is said once they have been sealed.
create table flows_groups (
    id text not null,
    version integer not null check (version > 0),
    point_id text not null references flows_points (id),
    shift_id text not null,
    person text not null check (person <> ''),
    observed_at text not null,
    day text not null,
    persons integer not null check (persons > 0),
    withdrawn boolean not null,
    reason text not null,
    payload text not null check (payload <> ''),
    payload_hash text not null check (payload_hash <> ''),
    received_at text not null,
    superseded_at text,
    sealed_at text,
    import_id text references flows_imports (id),
    primary key (id, version),
    check ((sealed_at is null) = (import_id is null)),
    check (not withdrawn or reason <> '')
);
create index flows_groups_by_day on flows_groups (point_id, day);
create index flows_groups_gathered on flows_groups (received_at) where sealed_at is null;
create index flows_groups_by_import on flows_groups (import_id);
