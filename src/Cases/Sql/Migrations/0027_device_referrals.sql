-- Devices write referrals too, each by the key that the device drew.

create table cases_device_changes_wider (
    id text primary key,
    device_id text not null references cases_devices (id),
    user_id text not null,
    kind text not null check (kind in ('register', 'consent', 'screening', 'case', 'person', 'change', 'file', 'state', 'referral')),
    person_id text not null references cases_persons (id),
    record_id text not null,
    version integer not null,
    state text not null check (state in ('done', 'conflict', 'settled')),
    -- When the device says it was, and when it came.
    said_at text not null,
    received_at text not null
);
insert into cases_device_changes_wider (id, device_id, user_id, kind, person_id, record_id, version, state, said_at, received_at)
    select id, device_id, user_id, kind, person_id, record_id, version, state, said_at, received_at from cases_device_changes;
drop table cases_device_changes;
alter table cases_device_changes_wider rename to cases_device_changes;
create index cases_device_changes_by_person on cases_device_changes (person_id);
