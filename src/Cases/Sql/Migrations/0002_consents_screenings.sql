-- Consents and screenings. What they say is sealed in cases_sealed; here stands only since when and until when a consent
-- holds, and that somebody was screened, how urgent help is and by when somebody comes back to it.

create table cases_consents (
    id text primary key,
    person_id text not null references cases_persons (id),
    granted_at text not null,
    expires_at text not null,
    withdrawn_at text,
    created_at text not null,
    created_by text not null,
    version integer not null check (version > 0),
    check (expires_at > granted_at)
);
create index cases_consents_by_person on cases_consents (person_id, id);

create table cases_screenings (
    id text primary key,
    person_id text not null references cases_persons (id),
    at text not null,
    -- 0 emergency, 1 urgent, 2 normal: the one that counts, whether computed or decided otherwise.
    urgency integer not null check (urgency between 0 and 2),
    follow_up_at text,
    created_by text not null,
    version integer not null check (version > 0)
);
create index cases_screenings_by_person on cases_screenings (person_id, id);
