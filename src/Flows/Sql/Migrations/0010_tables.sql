-- The sheets, or the files of an archive, that its lines are of, in their order, as JSON; one empty name where the name of the file says it.
alter table flows_imports add column tables text not null default '[""]';
