-- Challenges that a passkey has answered, until they would have expired anyway: each is answered once. Operational. Kept as
-- a hash; challenges nobody answers leave no row.
create table platform_spent_challenges (
    hash text primary key,
    expires_at text not null
);
create index platform_spent_challenges_by_end on platform_spent_challenges (expires_at);
