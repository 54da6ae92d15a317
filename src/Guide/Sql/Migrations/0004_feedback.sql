-- What readers tell the node. Texts are sealed with a key of their inbox, derived from the node key and bound to their
-- message. Nothing here says who wrote, from where, or on which device. The two inboxes are tables of their own, alike
-- in their columns; of a sensitive message kind, page, service and language are sealed too (head; of what followed, with
-- its text), and their columns are empty.
create table guide_feedback (
    id text primary key,
    kind text not null,
    about text not null,
    service_id text not null,
    language text not null,
    state text not null check (state in ('new', 'in_hand', 'answered', 'closed', 'spam', 'withdrawn')),
    held text not null,
    version integer not null check (version > 0),
    received_at text not null,
    written_on text not null,
    due_at text not null,
    assigned_to text not null,
    text_hash text not null,
    sealed text not null,
    head text not null,
    answered_at text,
    ended_at text,
    closing text not null,
    changed_version integer not null check (changed_version >= 0),
    erased_at text
);
create index guide_feedback_by_state on guide_feedback (state, due_at);
create index guide_feedback_by_text on guide_feedback (text_hash, received_at);
create index guide_feedback_by_day on guide_feedback (received_at);
-- What the node held by itself and nobody has looked at.
create index guide_feedback_held on guide_feedback (id) where state = 'spam' and held <> '' and erased_at is null;

-- What was said afterwards: by the writer, by staff, and what staff did with the message.
create table guide_feedback_notes (
    id text primary key,
    feedback_id text not null references guide_feedback (id),
    at text not null,
    author text not null check (author in ('writer', 'staff', 'step')),
    actor text not null,
    language text not null,
    key_hash text not null unique,
    sealed text not null
);
create index guide_feedback_notes_by_message on guide_feedback_notes (feedback_id, at);

create table guide_sensitive_feedback (
    id text primary key,
    kind text not null check (kind = ''),
    about text not null check (about = ''),
    service_id text not null check (service_id = ''),
    language text not null check (language = ''),
    state text not null check (state in ('new', 'in_hand', 'answered', 'closed', 'spam', 'withdrawn')),
    held text not null,
    version integer not null check (version > 0),
    received_at text not null,
    written_on text not null,
    due_at text not null,
    assigned_to text not null,
    text_hash text not null check (text_hash = ''),
    sealed text not null,
    head text not null,
    answered_at text,
    ended_at text,
    closing text not null,
    changed_version integer not null check (changed_version >= 0),
    erased_at text
);
create index guide_sensitive_feedback_by_state on guide_sensitive_feedback (state, due_at);

create table guide_sensitive_feedback_notes (
    id text primary key,
    feedback_id text not null references guide_sensitive_feedback (id),
    at text not null,
    author text not null check (author in ('writer', 'staff', 'step')),
    actor text not null,
    language text not null check (language = ''),
    key_hash text not null unique,
    sealed text not null
);
create index guide_sensitive_feedback_notes_by_message on guide_sensitive_feedback_notes (feedback_id, at);

-- The code by which a writer finds the answer, and the key under which the message was sent, each as a keyed hash. The
-- code is made of that key, which is not kept, and of what was said: so the same one sent twice is known, and nobody
-- with the database finds out what was said by trying.
-- Where a message was passed on in other words, there is no row: nobody has a code for it.
create table guide_answer_codes (
    key_hash text primary key,
    code_hash text not null unique,
    inbox text not null check (inbox in ('ordinary', 'sensitive')),
    feedback_id text not null
);
create index guide_answer_codes_by_message on guide_answer_codes (feedback_id);
