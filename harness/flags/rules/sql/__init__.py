"""Rules for SQL."""
