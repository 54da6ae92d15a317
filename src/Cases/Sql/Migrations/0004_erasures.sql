-- Erasing persons: what was asked, what was decided, and the receipt that stays when the person is gone.

create table cases_erasures (
    id text primary key,
    person_id text not null references cases_persons (id),
    reason text not null,
    -- The rule of retention by which it was due; empty when somebody decided it.
    rule text not null,
    -- asked: a second person has to confirm it; decided: nothing stops it any more; done: the receipt.
    state text not null check (state in ('asked', 'decided', 'done')),
    asked_at text not null,
    asked_by text not null,
    decided_at text,
    decided_by text,
    done_at text,
    -- How many rows of each table were deleted or emptied, as JSON.
    counts text not null,
    check ((state = 'done') = (done_at is not null)),
    check ((state = 'asked') = (decided_at is null))
);
create unique index cases_erasures_open on cases_erasures (person_id) where done_at is null;
create index cases_erasures_by_person on cases_erasures (person_id);

-- Persons of whom nothing may be erased for now.
create table cases_holds (
    person_id text primary key references cases_persons (id),
    kind text not null check (kind in ('court', 'investigation', 'claim')),
    held_at text not null,
    held_by text not null
);

-- A link to somebody who was erased stays the other's, and names nobody.
create table cases_family_links_anew (
    id text primary key,
    household_id text not null references cases_households (id),
    person_a text not null references cases_persons (id),
    person_b text references cases_persons (id),
    created_at text not null,
    check (person_a <> person_b)
);
insert into cases_family_links_anew (id, household_id, person_a, person_b, created_at)
    select id, household_id, person_a, person_b, created_at from cases_family_links;
drop table cases_family_links;
alter table cases_family_links_anew rename to cases_family_links;
create index cases_family_links_by_household on cases_family_links (household_id);
create index cases_family_links_by_person on cases_family_links (person_a);
create index cases_family_links_by_other on cases_family_links (person_b);
