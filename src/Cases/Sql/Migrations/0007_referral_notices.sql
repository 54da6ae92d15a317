-- What an agency that is asked finds its referrals by: a keyed mark, which does not say which agency it is.
alter table cases_referrals add column inbox text not null default '';
create index cases_referrals_by_inbox on cases_referrals (inbox, id) where inbox <> '';

-- Who is to hear that a consent was taken back under which they received something, and what they answered. A notice names
-- nobody: it stands until the recipient has confirmed, even when the person was erased meanwhile.
create table cases_referral_notices (
    id text primary key,
    referral_id text not null references cases_referrals (id),
    consent_id text not null,
    -- to_tell: somebody has to call; told: it stands in their list, was mailed, or somebody has called; acknowledged: erased, and not used any more.
    state text not null check (state in ('to_tell', 'told', 'acknowledged')),
    in_list integer not null check (in_list in (0, 1)),
    mailed integer not null check (mailed in (0, 1)),
    at text not null,
    erase_by text not null,
    told_at text,
    acknowledged_at text,
    acknowledged_by text not null,
    -- Of what the link in the mail holds, the hash alone.
    hash text,
    check ((state = 'to_tell') = (told_at is null)),
    check ((state = 'acknowledged') = (acknowledged_at is not null))
);
create unique index cases_referral_notices_by_referral on cases_referral_notices (referral_id, consent_id);
create unique index cases_referral_notices_by_hash on cases_referral_notices (hash);
