-- A yes to leave a household is for those who were in it when it was asked, from now on. What was asked before says nothing of them: it
-- counts no more, and is asked again.

update cases_entries set state = 'lapsed', closed_at = changed_at, version = version + 1
where kind = 'split' and state in ('asked', 'approved') and mark like 'leave_household %';
