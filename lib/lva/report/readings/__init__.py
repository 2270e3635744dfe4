"""Sentences that notebooks show beside their tables, with the computed numbers."""
