-- Lists of who waits, and a supervisor's board, are read from the front, however many persons the register holds: screenings for
-- which nobody waits any more are marked, and each list has an index in its order. What is sealed is found by its record.

alter table cases_screenings add column taken integer not null default 0 check (taken in (0, 1));
alter table cases_screenings add column answered integer not null default 0 check (answered in (0, 1));
drop index cases_screenings_urgent;
drop index cases_screenings_follow;
create index cases_screenings_urgent on cases_screenings (urgency, at, id) where urgency < 2 and taken = 0;
create index cases_screenings_follow on cases_screenings (urgency, follow_up_at, id) where follow_up_at is not null and answered = 0;
create index cases_cases_unassigned on cases_cases (agency_id, urgency, due_at, id) where closed_at is null and owner_id is null;
create index cases_cases_counted on cases_cases (agency_id, state, urgency, guard) where closed_at is null;
create index cases_sealed_by_record on cases_sealed (record_id);
create index cases_entries_waiting on cases_entries (kind, state, case_id) where closed_at is null;
