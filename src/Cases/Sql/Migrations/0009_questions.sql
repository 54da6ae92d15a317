-- What registers for tracing are given of a person, if the person wants it. What they chose and to whom it went is sealed in
-- cases_sealed under the person's key; the name of the record is a keyed hash of its key, so that who has the database alone
-- finds nobody in a document of a register. Once the person is erased the row says only that others are to forget the record.
create table cases_traced (
    id text primary key,
    person_id text references cases_persons (id),
    agency_id text,
    domain text not null,
    -- When anything was given first, until when at most; and since when the person is gone.
    entry_at text,
    expires_at text,
    forgotten_at text,
    changed_at text not null,
    version integer not null check (version > 0)
);
create unique index cases_traced_by_person on cases_traced (person_id);

-- Persons of whom other registers say that they are sought. What they say is sealed by a key of its own for each.
create table cases_sought (
    id text primary key,
    -- A keyed hash of agency and record, and one of what the record says.
    mark text not null,
    content text not null,
    owner_id text,
    team_id text,
    agency_id text,
    area_path text not null,
    entry_at text not null,
    expires_at text not null,
    brought_at text not null,
    brought_by text not null,
    version integer not null check (version > 0),
    sealed {{blob}} not null
);
create unique index cases_sought_by_mark on cases_sought (mark);
create index cases_sought_by_expiry on cases_sought (expires_at);

-- Studies that get the same pseudonym for the same person each time: the key of each, sealed by the node key, and how coarse
-- its first export was.
create table cases_studies (
    code text primary key,
    sealed {{blob}} not null,
    levels text not null,
    made_at text not null,
    made_by text not null
);

-- Further questions of registration, as a form says them; a form that comes again is a version of its own.
create table cases_forms (
    id text primary key,
    agency_id text,
    form text not null,
    number integer not null check (number > 0),
    content text not null,
    state text not null check (state in ('asked', 'replaced', 'retired')),
    brought_at text not null,
    brought_by text not null,
    retired_at text
);
create unique index cases_forms_by_name on cases_forms (form, coalesce(agency_id, ''), number);

-- Answers to a version of a form; which one it is and what was answered is sealed in cases_sealed, by compartment.
create table cases_form_answers (
    id text primary key,
    -- A keyed hash of person and form.
    mark text not null,
    person_id text not null references cases_persons (id),
    answered_at text not null,
    answered_by text not null,
    version integer not null check (version > 0)
);
create unique index cases_form_answers_by_mark on cases_form_answers (mark);
create index cases_form_answers_by_person on cases_form_answers (person_id, id);
