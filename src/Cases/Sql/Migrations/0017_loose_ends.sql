-- Figures are rounded from now on: what was kept as it had been counted is counted anew and kept rounded.
delete from cases_figures;

-- What a register told to forget: a copy of that record that is no newer is not taken in again. Names nobody.
create table cases_sought_gone (
    -- A keyed hash of agency and record, as of those that are kept.
    mark text primary key,
    entry_at text not null,
    expires_at text not null
);
create index cases_sought_gone_by_expiry on cases_sought_gone (expires_at);

-- A safety plan stands among the notes, each version an entry of its own: that a case has one says that somebody is in danger.
drop index cases_entries_safety;
update cases_entries set kind = 'note', closed_at = created_at where kind = 'safety';
