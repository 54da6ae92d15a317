-- Who of those whose rights reach a case see it, and what of it waits for a supervisor's approval; and a picture of each person, by
-- itself: type-checked, without where it was taken, sealed by the person's key.

-- 1: only whoever looks after it, the team that it was given to, and those who supervise where it lies.
alter table cases_cases add column restricted integer not null default 0 check (restricted in (0, 1));
-- '', assessment, closure; and who asked, who does not decide.
alter table cases_cases add column awaits text not null default '' check (awaits in ('', 'assessment', 'closure'));
alter table cases_cases add column awaits_by text not null default '';
create index cases_cases_awaiting on cases_cases (urgency, changed_at, id) where awaits <> '';

create table cases_photos (
    person_id text primary key references cases_persons (id),
    -- What it is sealed for, beside the person and the version.
    id text not null,
    sealed {{blob}} not null,
    changed_at text not null,
    changed_by text not null,
    version integer not null check (version > 0)
);
