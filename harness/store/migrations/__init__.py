"""Schema history. A change: edit schema.py, add a file to versions/, list it in REVISIONS."""
