"""Rules for JavaScript."""
