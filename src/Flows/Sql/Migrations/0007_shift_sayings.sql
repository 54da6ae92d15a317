-- Everything that was said of a shift, as it arrived: what hours of counting were known when.
create table flows_shift_sayings (
    shift_id text not null references flows_shifts (id),
    said_at text not null,
    received_at text not null,
    started_at text not null,
    ended_at text,
    primary key (shift_id, said_at)
);
insert into flows_shift_sayings (shift_id, said_at, received_at, started_at, ended_at)
    select id, said_at, received_at, started_at, ended_at from flows_shifts;
create index flows_shift_sayings_received on flows_shift_sayings (received_at);
