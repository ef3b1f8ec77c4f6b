"""Readers of task and response formats, and extraction of code from answers."""
