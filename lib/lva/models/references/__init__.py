"""Models that exist: where they are stored, how they are loaded, how they embed a text."""
