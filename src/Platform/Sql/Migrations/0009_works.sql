-- Work that somebody has started and that goes on without them: how far it is, whether it is to stop, and what became of it, for
-- every process of the node. Operational: the work itself leaves its lines in the audit. Of one subject one is done at a time.
create table platform_works (
    id text primary key,
    kind text not null check (kind <> ''),
    subject text not null check (subject <> ''),
    details text not null,
    actor text not null,
    started_at text not null,
    ended_at text,
    state text not null check (state in ('running', 'done', 'refused', 'cancelled', 'broken_off')),
    counted bigint not null check (counted >= 0),
    done bigint not null check (done >= 0),
    total bigint not null check (total >= 0),
    stopping boolean not null,
    outcome text not null,
    check ((state = 'running') = (ended_at is null))
);
create unique index platform_works_under_way on platform_works (kind, subject) where state = 'running';
create index platform_works_by_start on platform_works (kind, started_at);
