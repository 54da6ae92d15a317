-- For how long people were counted, as an import's file says: of each country or area and point its periods, each with the minutes
-- observed and open ('2026-11-01=480/720', nothing where that is not known). They count while the import does.
create table flows_hours (
    import_id text not null references flows_imports (id),
    area text not null,
    point text not null,
    said text not null check (said <> ''),
    primary key (import_id, area, point)
);
-- Of how many points and periods the file says them.
alter table flows_imports add column hours integer not null default 0 check (hours >= 0);
