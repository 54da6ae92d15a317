-- What the checks found in the figures, each thing once by its key: whether it is still so, and what somebody wrote to explain
-- it. A finding whose values change is open again; what it comes from is said by questions, and walked to when looked at.
create table flows_findings (
    id text primary key,
    check_code text not null check (check_code <> ''),
    finding_key text not null check (finding_key <> ''),
    kind text not null check (kind <> ''),
    severity text not null check (severity in ('note', 'warning', 'error')),
    series text not null,
    period text not null,
    size bigint not null check (size >= 0),
    said text not null,
    places text not null,
    state text not null check (state in ('open', 'explained', 'gone')),
    note text not null,
    noted_by text not null,
    noted_at text,
    found_at text not null,
    gone_at text,
    version integer not null check (version > 0),
    unique (check_code, finding_key),
    check ((state = 'gone') = (gone_at is not null)),
    check (state <> 'explained' or note <> '')
);
create index flows_findings_by_state on flows_findings (state, check_code);
