-- What rests on a legal basis other than consent waits for a second person, or was looked at: that, and not which basis it is. An offer
-- that a supervisor called for stands on the board, whenever it is due.

alter table cases_referrals add column basis text not null default '' check (basis in ('', 'asked', 'review', 'settled', 'refused'));
create index cases_referrals_by_basis on cases_referrals (basis, urgency, id) where basis in ('asked', 'review');
create index cases_referrals_called on cases_referrals (escalated_at) where closed_at is null and escalated_at is not null;

-- Signed sheets and voice recordings of consents. What they are is sealed in cases_sealed under the person's key, and so is each piece
-- of their bytes, for its place.
create table cases_consent_files (
    id text primary key,
    consent_id text not null references cases_consents (id),
    person_id text not null references cases_persons (id),
    at text not null,
    created_by text not null,
    removed_at text
);
create index cases_consent_files_by_consent on cases_consent_files (consent_id);
create index cases_consent_files_by_person on cases_consent_files (person_id);

create table cases_consent_pieces (
    file_id text not null references cases_consent_files (id),
    at bigint not null check (at >= 0),
    sealed {{blob}} not null,
    primary key (file_id, at)
);
