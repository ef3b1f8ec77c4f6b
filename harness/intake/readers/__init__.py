"""Readers of task and response formats, one file each; see ``harness.intake.base.Reader``."""
