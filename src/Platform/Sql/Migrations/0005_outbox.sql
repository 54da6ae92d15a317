-- Messages that leave the node, written in the transaction of the change they tell of. Operational from there on.
-- What a message says is sealed by the node key, and erased (empty) once it was delivered; a dead one keeps it for a
-- week, so that it can be sent again. Reasons are codes and never hold what a server said.
create table platform_outbox (
    id text primary key,
    kind text not null check (kind in ('mail', 'webhook')),
    purpose text not null,
    state text not null check (state in ('waiting', 'delivered', 'dead')),
    sealed text not null,
    attempts integer not null check (attempts >= 0),
    due_at text not null,
    claimed_until text not null,
    good_until text not null,
    reason text not null,
    created_at text not null,
    ended_at text
);
create index platform_outbox_by_state on platform_outbox (state, due_at);
