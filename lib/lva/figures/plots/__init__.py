"""One figure per file: tables in, a matplotlib figure out."""
