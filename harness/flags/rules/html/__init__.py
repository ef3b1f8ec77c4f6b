"""Rules for HTML."""
