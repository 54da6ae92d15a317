-- When what follows from the end of a consent was carried out, whether it was taken back or ran out.
alter table cases_consents add column ended_at text;
create index cases_consents_to_end on cases_consents (expires_at) where withdrawn_at is null and ended_at is null;

-- Which service a notice is to, sealed by the node's key until it is confirmed: the key of the person may be gone by then.
alter table cases_referral_notices add column receiver {{blob}};

create index cases_referrals_by_follows on cases_referrals (follows) where follows is not null;
