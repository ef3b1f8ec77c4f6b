"""Evaluation harness for AI-generated code: load, run in Docker sandboxes, judge, report."""

__version__ = "0.1.0"
SCHEMA_VERSION = 1
