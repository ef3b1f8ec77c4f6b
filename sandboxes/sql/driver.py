"""SQLite in a process of its own: ``prepare`` builds a database, ``query`` runs a gold.

What a task says runs here and not in the service that responses use: no gold and no result of
one is ever in a process that runs a response. One report on stdout.
"""

import base64
import json
import os
import sqlite3
import sys
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import lite
from report import failure


def prepare(payload):
    """Build a database from its scripts; the report holds its image."""
    connection = lite.connect()
    for part in ("schema", "seed"):
        try:
            connection.executescript(payload[part])
        except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
            return failure("task", f"{part}: {error}", code=lite.name_of(error))
    image = zlib.compress(connection.serialize(), 1)
    return {"image": base64.b64encode(image).decode("ascii")}


def query(payload):
    """Run statements on the image that comes with them."""
    return lite.query(zlib.decompress(base64.b64decode(payload["image"])), payload)


MODES = {"prepare": prepare, "query": query}


def main(mode, payload):
    """Become the job's process; the descriptors are in place already."""
    try:
        report = MODES[mode](payload)
    except MemoryError:
        report = failure("memory", "out of memory")
    data = memoryview(json.dumps(report, separators=(",", ":")).encode("ascii"))
    while data:
        data = data[os.write(1, data) :]
    os._exit(0)
