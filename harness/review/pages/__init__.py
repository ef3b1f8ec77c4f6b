"""Frozen page contexts: one record a template, with everything it shows and nothing more.

Blind by construction: no record here has a field for a model's name, a response's own id or the
file it came from, so no template can show one.
"""
