-- A study belongs to whoever began it at the office for which they worked then: the same code of somebody else is another study with
-- another key, so that no two of them can put their files together. Keys of before say neither, and end here: a file that is made
-- now has new names.
drop table cases_studies;
create table cases_studies (
    code text not null,
    owner text not null,
    office text not null,
    sealed {{blob}} not null,
    levels text not null,
    made_at text not null,
    primary key (code, owner, office)
);
