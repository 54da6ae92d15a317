-- A notice in a further language belongs to what it said in its first when it was translated: the hash tells when that has
-- changed. Empty is from before hashes were kept: made from the text that stood then.
alter table guide_notice_texts add column source_hash text not null default '';
alter table guide_notice_texts add column method text not null default 'human';
alter table guide_notice_texts add column translator text not null default '';
alter table guide_notice_texts add column translated_at text;
alter table guide_notice_texts add column reviewer text not null default '';
alter table guide_notice_texts add column reviewed_at text;

-- Every version of a notice, in full: what readers were told, and by whom.
create table guide_notice_versions (
    notice_id text not null references guide_notices (id),
    version integer not null check (version > 0),
    at text not null,
    actor text not null,
    change text not null check (change in ('added', 'edited', 'taken_back', 'restored')),
    snapshot text not null,
    primary key (notice_id, version)
);
