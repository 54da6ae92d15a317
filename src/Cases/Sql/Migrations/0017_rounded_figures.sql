-- Figures are rounded from now on: what was kept as it had been counted is counted anew and kept rounded.
delete from cases_figures;
