-- What kinds of recipient an agency of the node is, and for which other state it acts: what persons have shut out, and what is never
-- for recipients of a kind, stays closed to the people of the agency by this.
create table cases_agency_kinds (
    agency_id text not null primary key,
    kinds text not null,
    country text,
    changed_at text not null,
    changed_by text not null,
    version integer not null check (version > 0)
);
