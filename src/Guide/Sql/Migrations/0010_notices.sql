-- What readers of an area should know for some days, as staff wrote it; the area is a code of a country or of one within
-- it, or empty for everywhere. A notice that was taken back stays, so that the audit names something that there was.
create table guide_notices (
    id text primary key,
    area text not null,
    starts_on text not null,
    ends_on text not null,
    urgent boolean not null,
    language text not null check (language <> ''),
    version integer not null check (version > 0),
    changed_at text not null,
    taken_back boolean not null,
    check (starts_on <= ends_on)
);
create index guide_notices_by_end on guide_notices (ends_on);

create table guide_notice_texts (
    notice_id text not null references guide_notices (id),
    language text not null check (language <> ''),
    title text not null check (title <> ''),
    words text not null,
    primary key (notice_id, language)
);
