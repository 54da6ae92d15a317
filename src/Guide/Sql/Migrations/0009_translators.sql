-- Who made a translation and who read it over are two things; until now whoever saved one was called its reviewer, and was both.
alter table guide_translations add column translator text not null default '';
alter table guide_translations add column translated_at text;
update guide_translations set translator = reviewer, translated_at = reviewed_at where method <> 'source' and reviewer <> '';
