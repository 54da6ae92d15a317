-- The sheet, or the file among several of an archive, that a line is of; empty where the name of the file says it.
alter table flows_issues add column source text not null default '';
