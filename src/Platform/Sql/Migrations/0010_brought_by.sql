-- Who has brought a file, where of each person only so many are kept at a time; else empty.
alter table platform_brought_files add column owner text not null default '';
