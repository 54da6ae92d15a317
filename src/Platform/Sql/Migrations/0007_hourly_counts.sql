-- How often something happened in an hour, by a code that holds nothing of anybody. Operational: written in batches,
-- outside of the requests that are counted, without an audit line.
create table platform_hourly_counts (
    counter text not null,
    hour text not null,
    what text not null,
    amount bigint not null check (amount > 0),
    primary key (counter, hour, what)
);
create index platform_hourly_counts_by_hour on platform_hourly_counts (hour);
