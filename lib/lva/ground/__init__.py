"""What everything stands on: artefacts, jobs, provenance."""
