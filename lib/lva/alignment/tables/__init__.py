"""Many pairs at once: tidy tables with nulls, baselines and intervals."""
