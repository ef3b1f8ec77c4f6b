"""Rules for several languages."""
