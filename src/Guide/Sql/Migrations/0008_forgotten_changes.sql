-- Old changes are forgotten, but for the last of each record that is still there: the number of the last one that was.
alter table guide_public_looks add column forgotten bigint not null default 0 check (forgotten >= 0);
