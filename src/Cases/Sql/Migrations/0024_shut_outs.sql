-- Whether somebody who looks after a case was shut out is looked at for the cases of which something changed, each noted in the change
-- itself; and for those of whose rights or kinds another mark was taken than the last time. Neither table says why.
create table cases_owners_to_look (
    case_id text not null primary key,
    round integer not null check (round > 0)
);
create table cases_owners_known (
    user_id text not null primary key,
    mark text not null,
    looks integer not null check (looks > 0)
);
-- That a person asked to let somebody back in, and a second member of staff has to confirm it. Of what was written before nobody knows
-- without opening it: it may be asked wherever a consent was written more than once beside its end, and the list opens those.
alter table cases_consents add column lift_asked integer not null default 0 check (lift_asked in (0, 1));
update cases_consents set lift_asked = 1 where version > 1 + case when ended_at is null and withdrawn_at is null then 0 else 1 end;
create index cases_consents_lift_asked on cases_consents (id) where lift_asked = 1;
