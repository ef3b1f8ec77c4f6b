"""CSV tables of tasks or responses; columns are our own keys."""

from harness.intake._tabular import table_reader

READER = table_reader("csv", "CSV")
