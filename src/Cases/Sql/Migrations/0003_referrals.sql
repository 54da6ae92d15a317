-- Referrals of persons to services. Which service, what kind of help and why a step was taken is sealed in cases_sealed under
-- the person's key; here in the clear stands only what the clock and the lists need. Who reaches a referral is asked of its case.

create table cases_referrals (
    id text primary key,
    case_id text not null references cases_cases (id),
    person_id text not null references cases_persons (id),
    follows text references cases_referrals (id),
    state text not null check (state in ('draft', 'offered', 'accepted', 'declined', 'expired', 'withdrawn', 'handed_over', 'in_service', 'completed', 'not_served', 'did_not_attend')),
    -- Which compartment its kind of help belongs to, as a keyed mark.
    guard text not null,
    -- 0 emergency, 1 urgent, 2 normal.
    urgency integer not null check (urgency between 0 and 2),
    -- When the person's wait began, at the first service that was asked.
    offered_at text,
    answer_due_at text,
    contact_due_at text,
    escalated_at text,
    closed_at text,
    created_at text not null,
    created_by text not null,
    changed_at text not null,
    version integer not null check (version > 0)
);
create index cases_referrals_by_case on cases_referrals (case_id, id);
create index cases_referrals_by_answer on cases_referrals (answer_due_at) where closed_at is null;
create index cases_referrals_by_contact on cases_referrals (contact_due_at) where closed_at is null;

create table cases_referral_steps (
    referral_id text not null references cases_referrals (id),
    -- The version of the referral that the step made.
    version integer not null,
    act text not null,
    by_role text not null check (by_role in ('referrer', 'receiver', 'node', 'person')),
    actor text not null,
    at text not null,
    primary key (referral_id, version)
);

-- Links for organisations without accounts: of what a link holds, its hash alone.
create table cases_referral_links (
    id text primary key,
    referral_id text not null references cases_referrals (id),
    kind text not null check (kind in ('answer', 'fields')),
    hash text not null,
    made_at text not null,
    expires_at text not null,
    used_at text,
    revoked_at text
);
create unique index cases_referral_links_by_hash on cases_referral_links (hash);
create index cases_referral_links_by_referral on cases_referral_links (referral_id);
