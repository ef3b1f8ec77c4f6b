"""Rules that only a run can decide: a stage of it makes their flags."""
