-- A task whose action went under another compartment is dropped, and a new one stands in its place: of the open ones there is
-- one for each mark. Lists of work ask for screenings that nobody has taken up.

drop index cases_entries_task;
create unique index cases_entries_task on cases_entries (case_id, mark) where kind = 'task' and mark <> '' and closed_at is null;
create index cases_screenings_urgent on cases_screenings (at) where urgency < 2;
create index cases_screenings_follow on cases_screenings (follow_up_at) where follow_up_at is not null;
