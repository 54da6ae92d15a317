-- Figures of a month as they were first told: counts alone, small ones left out, naming nobody.
create table cases_figures (
    reach text not null,
    as_of text not null,
    threshold integer not null check (threshold > 1),
    made_at text not null,
    figures text not null,
    primary key (reach, as_of, threshold)
);
