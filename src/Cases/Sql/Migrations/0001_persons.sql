-- Persons, households and cases. What identifies anybody or names what they need protection from is sealed in cases_sealed;
-- here in the clear stands only what lists are made of: references, states, who holds a record, where it lies, how urgent it is.

create table cases_persons (
    id text primary key,
    public_ref text not null,
    status text not null check (status in ('active', 'merged', 'erased')),
    merged_into text references cases_persons (id),
    owner_id text,
    team_id text,
    agency_id text,
    area text not null,
    -- The area and every area around it, between slashes.
    area_path text not null,
    created_at text not null,
    created_by text not null,
    changed_at text not null,
    version integer not null check (version > 0),
    check ((status = 'merged') = (merged_into is not null))
);
create unique index cases_persons_by_ref on cases_persons (public_ref);
create index cases_persons_by_agency on cases_persons (agency_id, id);
create index cases_persons_by_owner on cases_persons (owner_id, id);

-- Contents, sealed by the data key of the person. The slot is a keyed hash of record and compartment.
create table cases_sealed (
    slot text primary key,
    record_id text not null,
    person_id text not null references cases_persons (id),
    version integer not null check (version > 0),
    sealed {{blob}} not null
);
create index cases_sealed_by_person on cases_sealed (person_id);

-- Keyed hashes by which persons are found: of names, documents and phones, not told apart.
create table cases_person_keys (
    hash bigint not null,
    person_id text not null references cases_persons (id),
    primary key (hash, person_id)
);
create index cases_person_keys_by_person on cases_person_keys (person_id);

create table cases_households (
    id text primary key,
    kind text not null check (kind in ('household', 'travelling_group')),
    created_at text not null,
    created_by text not null,
    changed_at text not null,
    version integer not null check (version > 0)
);

create table cases_household_members (
    household_id text not null references cases_households (id),
    person_id text not null references cases_persons (id),
    joined_at text not null,
    primary key (household_id, person_id)
);
create index cases_household_members_by_person on cases_household_members (person_id);

-- How two members are related; the relation itself is sealed with the key of the first.
create table cases_family_links (
    id text primary key,
    household_id text not null references cases_households (id),
    person_a text not null references cases_persons (id),
    person_b text not null references cases_persons (id),
    created_at text not null,
    check (person_a <> person_b)
);
create index cases_family_links_by_household on cases_family_links (household_id);

create table cases_cases (
    id text primary key,
    public_ref text not null,
    -- The person whose key seals the case.
    person_id text not null references cases_persons (id),
    state text not null check (state in ('identified', 'registered', 'assessed', 'planned', 'active', 'closing', 'closed', 'reopened')),
    -- Which compartment its kind belongs to, as a keyed mark.
    guard text not null,
    -- 0 emergency, 1 urgent, 2 normal.
    urgency integer not null check (urgency between 0 and 2),
    due_at text not null,
    owner_id text,
    team_id text,
    agency_id text,
    area text not null,
    area_path text not null,
    created_at text not null,
    created_by text not null,
    changed_at text not null,
    closed_at text,
    version integer not null check (version > 0),
    check ((state = 'closed') = (closed_at is not null))
);
create unique index cases_cases_by_ref on cases_cases (public_ref);
create index cases_cases_by_due on cases_cases (urgency, due_at, id) where closed_at is null;
create index cases_cases_by_agency on cases_cases (agency_id, urgency, due_at, id) where closed_at is null;
create index cases_cases_by_owner on cases_cases (owner_id, urgency, due_at, id) where closed_at is null;

create table cases_case_persons (
    case_id text not null references cases_cases (id),
    person_id text not null references cases_persons (id),
    primary key (case_id, person_id)
);
create index cases_case_persons_by_person on cases_case_persons (person_id);

create table cases_case_states (
    case_id text not null references cases_cases (id),
    version integer not null,
    state text not null,
    at text not null,
    actor text not null,
    primary key (case_id, version)
);

-- Each link stands twice, once for each of its cases.
create table cases_case_links (
    case_id text not null references cases_cases (id),
    linked_id text not null references cases_cases (id),
    kind text not null check (kind in ('same_event', 'family', 'continues')),
    primary key (case_id, linked_id),
    check (case_id <> linked_id)
);

-- Who was shown a person's file, for the person who asks. The compartments are those that were open to the reader,
-- whether or not anything was in them. How it was seen: opened, or named in a list.
create table cases_views (
    id text primary key,
    person_id text not null references cases_persons (id),
    at text not null,
    actor text not null,
    purpose text not null,
    compartments text not null,
    how text not null check (how in ('file', 'list', 'case'))
);
create index cases_views_by_person on cases_views (person_id, at);
