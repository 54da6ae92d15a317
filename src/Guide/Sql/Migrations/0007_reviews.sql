-- Who is asked whether a service is still right, beside the staff who look after it: an address that staff have set for
-- an organisation or for one service. It is not public; it is sealed, and told from others by a keyed hash.
create table guide_review_contacts (
    owner_kind text not null check (owner_kind in ('organization', 'service')),
    owner_id text not null,
    address_hash text not null,
    sealed text not null,
    language text not null,
    set_at text not null,
    primary key (owner_kind, owner_id),
    foreign key (owner_kind, owner_id) references guide_records (kind, id)
);

-- The mails that asked: one for each address and round, kept with the message itself. The secret of its link is not here.
create table guide_review_mails (
    id text primary key,
    address_hash text not null,
    round integer not null check (round > 0),
    recipient text not null check (recipient in ('staff', 'contact')),
    sent_at text not null,
    secret_hash text not null unique,
    expires_at text not null,
    unique (address_hash, round)
);

-- What each mail asked about, and what was answered by its link. Shown is a hash of what readers saw when it was sent;
-- empty for a service that only staff may see, of which the mail said nothing.
create table guide_review_questions (
    mail_id text not null references guide_review_mails (id),
    service_id text not null,
    ordinal integer not null check (ordinal >= 0),
    shown text not null,
    answer text not null check (answer in ('', 'confirmed', 'wrong', 'not_mine')),
    answered_at text,
    primary key (mail_id, service_id)
);
create index guide_review_questions_by_service on guide_review_questions (service_id);

-- Addresses that asked not to be written to any more.
create table guide_review_stops (
    address_hash text primary key,
    mail_id text not null references guide_review_mails (id),
    stopped_at text not null
);

-- What staff are to see to: nobody answered, something is wrong, the address is not the right one. Said texts are sealed.
create table guide_review_tasks (
    id text primary key,
    service_id text not null,
    mail_id text not null references guide_review_mails (id),
    reason text not null check (reason in ('no_answer', 'wrong', 'not_mine')),
    marks text not null,
    sealed text not null,
    created_at text not null,
    done_at text,
    done_by text not null,
    unique (mail_id, service_id, reason)
);
create index guide_review_tasks_by_end on guide_review_tasks (done_at);
