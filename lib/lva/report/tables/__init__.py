"""The tables that readers see, from the tables that were computed."""
