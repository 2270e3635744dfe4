"""One figure a file: tables in, a matplotlib figure out."""
