-- Files opened in an emergency, and files of one person made into one. Why, and what was picked, is sealed in cases_sealed under
-- the person's key; here stands who did it, when, and how it was judged.

create table cases_glass (
    id text primary key,
    person_id text not null references cases_persons (id),
    user_id text not null,
    -- The agency for which they worked then.
    agency_id text,
    began_at text not null,
    until text not null,
    ended_at text,
    review_due_at text not null,
    judgement text check (judgement in ('justified', 'not_justified', 'follow_up')),
    judged_at text,
    judged_by text,
    version integer not null check (version > 0),
    check (until > began_at),
    check ((judgement is null) = (judged_at is null))
);
create unique index cases_glass_open on cases_glass (user_id, person_id) where ended_at is null;
create index cases_glass_by_person on cases_glass (person_id);
create index cases_glass_by_review on cases_glass (review_due_at) where judgement is null;

-- Under which emergency a file was seen; empty when by right.
alter table cases_views add column glass_id text references cases_glass (id);
create index cases_views_by_glass on cases_views (glass_id) where glass_id is not null;

create table cases_merges (
    id text primary key,
    survivor_id text not null references cases_persons (id),
    absorbed_id text not null references cases_persons (id),
    -- proposed: a second person has to approve it; done: one file; undo_asked: a second person has to approve that they are two again.
    state text not null check (state in ('proposed', 'declined', 'done', 'undo_asked', 'undone')),
    -- Of which versions of the two files it is a proposal.
    survivor_version integer not null,
    absorbed_version integer not null,
    proposed_at text not null,
    proposed_by text not null,
    decided_at text,
    decided_by text,
    undo_asked_at text,
    undo_asked_by text,
    undone_at text,
    undone_by text,
    version integer not null check (version > 0),
    check (survivor_id <> absorbed_id),
    check ((state = 'undone') = (undone_at is not null))
);
create unique index cases_merges_open on cases_merges (absorbed_id) where state in ('proposed', 'done', 'undo_asked');
create index cases_merges_by_survivor on cases_merges (survivor_id);
create index cases_persons_by_merged on cases_persons (merged_into) where merged_into is not null;
