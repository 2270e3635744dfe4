"""What README and docs show of the published tables."""
