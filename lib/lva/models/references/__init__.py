"""Models that exist: where they lie, how they are read, what they make of a text."""
