-- What the checks looked over last: one row, with the hash of what they saw, so that a start of the node does not do it again.
create table flows_looked_over (
    id integer primary key check (id = 1),
    saw text not null check (saw <> ''),
    at text not null
);
