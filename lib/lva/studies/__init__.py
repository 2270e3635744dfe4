"""Studies: each asks one question of the rooms above, with a frozen configuration and `run(...)` -> tidy tables."""
