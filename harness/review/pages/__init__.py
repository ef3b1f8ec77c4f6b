"""Frozen page contexts: one record a template, with everything it shows and nothing more.

Blind by construction: no record of the desk has a field for a model's name, a response's own id or
the file it came from, so its template cannot show one. Only ``work.WorkPage`` has names, and they
are asked of the store when a judgment can no longer be changed.
"""
