-- Where persons of cases were moved, one row for each of them; which place it is, is sealed in cases_sealed under their key.
create table cases_transfers (
    id text primary key,
    case_id text not null references cases_cases (id),
    person_id text not null references cases_persons (id),
    -- Which compartment it belongs to, as a keyed mark.
    guard text not null,
    at text not null,
    created_by text not null
);
create index cases_transfers_by_case on cases_transfers (case_id, at, id);
create index cases_transfers_by_person on cases_transfers (person_id);

-- Supervisors who want a mail when something of their cases is overdue.
create table cases_told_staff (
    user_id text primary key,
    since text not null
);

-- What they were told of on which day, so that nobody is told of one thing twice a day, by whichever process. The item is the key
-- of a case, of something written in it, or of a referral.
create table cases_told (
    day text not null,
    user_id text not null,
    item text not null,
    primary key (day, user_id, item)
);
