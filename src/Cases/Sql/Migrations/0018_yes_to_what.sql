-- A yes to a step that takes somebody from their family says where to, from now on, and counts for some days. What was asked before
-- said neither: it counts no more, and is asked again. A yes that was used stays used; leaving a household names the household already.

update cases_entries set state = 'lapsed', closed_at = changed_at, version = version + 1
where kind = 'split' and state in ('asked', 'approved') and mark not like 'leave_household %';
