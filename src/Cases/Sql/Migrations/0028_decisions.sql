-- By which way somebody was shown something of a person, and why they might: a line for each decision, those that refused among them.
-- What was decided field by field is sealed by the person's key, with whom it went to: a reason tells of the person, as that they ask
-- for protection, and a list of fields of the help that they need.
alter table cases_views add column route text not null default 'view' check (route in ('view', 'list', 'preview', 'export', 'print', 'referral', 'exchange'));
-- Why the reader's own rights were enough; null where something else carried it, which is sealed, or where nothing was given.
alter table cases_views add column basis text;
alter table cases_views add column refused integer not null default 0 check (refused in (0, 1));
alter table cases_views add column decision {{blob}};

-- What two have said of the same field and nobody has decided: few, and found by whoever sits at a desk.
create index cases_device_changes_waiting on cases_device_changes (received_at, id) where state = 'conflict';
