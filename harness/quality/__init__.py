"""Measures of quality: how good the responses are, and how sure the figures."""
