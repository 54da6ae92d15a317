-- A file may hold a part of its series alone, as one country: then what it stands instead of is said by codes as well. The scope
-- is a JSON object of them, empty for all observations of the period; a period may also be a span of months or years.
create table flows_replacements_in_scopes (
    import_id text not null references flows_imports (id),
    scope text not null default '',
    period text not null check (period <> ''),
    by_import text not null references flows_imports (id),
    at text not null,
    primary key (import_id, scope, period)
);
insert into flows_replacements_in_scopes (import_id, scope, period, by_import, at) select import_id, '', period, by_import, at from flows_replacements;
drop table flows_replacements;
alter table flows_replacements_in_scopes rename to flows_replacements;
