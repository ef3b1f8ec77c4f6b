"""Rules for C++."""
