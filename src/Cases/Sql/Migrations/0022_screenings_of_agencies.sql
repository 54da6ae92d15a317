-- Each screening has the agency of the file that it belongs to, so that an office reads those of its own and not those of the whole node.

alter table cases_screenings add column agency_id text;

update cases_screenings set agency_id = (
    select l.agency_id from cases_persons o join cases_persons l on l.id = coalesce(o.merged_into, o.id) where o.id = cases_screenings.person_id);

create index cases_screenings_urgent_of_agency on cases_screenings (agency_id, urgency, at, id) where urgency < 2 and taken = 0;
create index cases_screenings_follow_of_agency on cases_screenings (agency_id, urgency, follow_up_at, id) where follow_up_at is not null and answered = 0;
