-- Devices on which officers keep cases without internet, and what came from them. Of a device nobody learns here what is on it,
-- what it is called or with what it opens: its name and the node's part of its key are sealed, tokens and proofs are hashes.

create table cases_devices (
    id text primary key,
    user_id text not null,
    agency_id text,
    name {{blob}} not null,
    -- The node's part of the key; empty once the device is to be wiped.
    server_part {{blob}} not null,
    token_hash text not null,
    proof_hash text not null,
    created_at text not null,
    seen_at text not null,
    wrong_tries integer not null,
    -- As the device said last: how much was not sent yet, and by how many seconds its clock was behind the node's.
    unsent integer not null,
    clock_off integer not null,
    -- The order, and that the device has said it is done.
    wipe_at text,
    wipe_by text,
    wiped_at text,
    check ((wipe_at is null) = (wipe_by is null)),
    check (wiped_at is null or wipe_at is not null)
);
create index cases_devices_by_user on cases_devices (user_id, id);

-- Each change that a device made, by the key it drew: however often it is sent, it is done once. Where two had changed the same
-- field, what each of them said is sealed in cases_sealed under this key.
create table cases_device_changes (
    id text primary key,
    device_id text not null references cases_devices (id),
    user_id text not null,
    kind text not null check (kind in ('register', 'consent', 'screening', 'case', 'person', 'change')),
    person_id text not null references cases_persons (id),
    record_id text not null,
    version integer not null,
    state text not null check (state in ('done', 'conflict', 'settled')),
    -- When the device says it was, and when it came.
    said_at text not null,
    received_at text not null
);
create index cases_device_changes_by_person on cases_device_changes (person_id);
