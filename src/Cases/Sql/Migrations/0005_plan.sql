-- What is written in a case beside the case itself: plans, tasks, conferences, notes, the safety plan, notices of detention,
-- questions whether a family may be split, and files. Every word of it is sealed in cases_sealed under the person's key; here
-- in the clear stands only how far it is, by when, whose it is to do, and the mark of its compartment.

create table cases_entries (
    id text primary key,
    case_id text not null references cases_cases (id),
    -- Whose key seals it.
    person_id text not null references cases_persons (id),
    kind text not null check (kind in ('plan', 'task', 'conference', 'note', 'safety', 'detention', 'split', 'file')),
    -- Which compartment it belongs to, as a keyed mark.
    guard text not null,
    state text not null,
    -- Which version of the plan, or of the note, it is.
    number integer not null check (number > 0),
    -- What it corrects, or what it was made from.
    follows text,
    -- What a task or a split is for, once each: an action, a rule of a clock, a step. Never a word of what was said.
    mark text not null,
    owner_id text,
    due_at text,
    decided_by text,
    decided_at text,
    created_at text not null,
    created_by text not null,
    changed_at text not null,
    closed_at text,
    version integer not null check (version > 0)
);
create index cases_entries_by_case on cases_entries (case_id, kind, id);
create index cases_entries_by_person on cases_entries (person_id);
create index cases_entries_by_due on cases_entries (due_at, id) where closed_at is null;
create unique index cases_entries_plan on cases_entries (case_id, number) where kind = 'plan';
create unique index cases_entries_safety on cases_entries (case_id) where kind = 'safety';
create unique index cases_entries_note on cases_entries (follows) where kind = 'note' and follows is not null;
create unique index cases_entries_task on cases_entries (case_id, mark) where kind = 'task' and mark <> '';

-- How much of a file has come.
create table cases_files (
    entry_id text primary key references cases_entries (id),
    length bigint not null check (length > 0),
    received bigint not null check (received >= 0 and received <= length)
);

-- The bytes of files, each piece sealed by the person's key for its place.
create table cases_file_pieces (
    entry_id text not null references cases_entries (id),
    at bigint not null check (at >= 0),
    sealed {{blob}} not null,
    primary key (entry_id, at)
);
