-- Requests that carry a key are done once. Operational: the change a request makes moves its row on in the same
-- transaction ('begun' to 'worked'), so that a row says the truth about the work whatever happens to the process.
-- The key is kept as a hash, the request as a keyed hash, the answer sealed by the node key (empty: not kept).
create table platform_idempotency_keys (
    actor text not null,
    key_hash text not null,
    route text not null,
    fingerprint text not null,
    attempt text not null,
    state text not null check (state in ('begun', 'worked', 'answered')),
    reserved_until text not null,
    answer text not null,
    created_at text not null,
    expires_at text not null,
    primary key (actor, key_hash)
);
create index platform_idempotency_keys_by_end on platform_idempotency_keys (expires_at);
