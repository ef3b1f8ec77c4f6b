"""The PostgreSQL service: a private server, a template a schema, a clone a request.

Every request runs as a role of its own in a database of its own; both are gone after it, so a
role's settings or grants reach nobody else. Templates are built by a role that may do nothing
elsewhere either, for a task's schema is text that somebody downloaded. The superuser runs only
what stands in this file, and what a request left is read by ``checker``, who can only read.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "agent")]

import frames  # noqa: E402
from cluster import Cluster, Stopped, Watch  # noqa: E402
from report import Grid, TooMuch, failure  # noqa: E402
from wire import Lost, ServerError  # noqa: E402

FREE_FOR_A_TEMPLATE = 40 << 20
# A task's own scripts: patience, but not without end.
BUILD_LIMITS = {"cpu_s": 30.0, "wall_s": 60.0, "memory_mb": 512}
READ_ONLY, NO_PRIVILEGE = "25006", "42501"
# A refusal about one of the task's own objects; others are about the server and its files.
OWN_OBJECTS = ("permission denied for table", "permission denied for sequence",
               "permission denied for schema", "permission denied to create temp",
               "must be owner of")  # fmt: skip
OUT_OF_MEMORY, DISK = ("53200", "53400"), ("53100",)
ROW_OVERHEAD = 64 << 10
BOOL, BYTEA, NUMERIC, CHAR = 16, 17, 1700, 1042
INTEGERS, FLOATS = (20, 21, 23, 26), (700, 701)


class Failed(Exception):
    """A request's conclusion is an error report."""


class Server:
    """Answers requests; starts the cluster anew when it has died."""

    def __init__(self):
        self.cluster = Cluster()
        self.templates = {}
        self.count = 0

    def start(self):
        """A pristine cluster."""
        self.templates.clear()
        self.cluster.start()

    def answer(self, request):
        """The report of one request (``missing``: send its scripts), and what to tidy up after."""
        if not self.cluster.alive():
            self.start()
        self.count += 1
        name = f"job_{self.count}"
        try:
            template = self.template(request)
            if template is None:
                return {"missing": True}, None
            self.clone(template, name, request)
        except Failed as error:
            return error.args[0], name
        except (ServerError, Lost, OSError) as error:
            self.cluster.stop()
            return failure("ours", f"no database could be made: {error}"), name
        try:
            report = self.run(name, request)
        except Failed as error:
            report = error.args[0]
        except Lost:
            report = failure("run", "the database server ended the session")
        return report, name

    def template(self, request):
        """The database of a request's schema and rows, built when its scripts come along."""
        name = f"base_{request['template'][:24]}"
        if name in self.templates:
            self.templates[name] = self.templates.pop(name)  # youngest last
            return name
        if "schema" not in request:
            return None
        while self.templates and self.cluster.free_bytes() < FREE_FOR_A_TEMPLATE:
            oldest = next(iter(self.templates))
            self.templates.pop(oldest)
            self.cluster.admin(f"DROP DATABASE {oldest} WITH (FORCE)")
        self.cluster.create_database(name, "template1", "CONNECT, CREATE, TEMP", "builder")
        try:
            self.build(name, request["schema"], request["seed"])
        except (Failed, Lost):
            self.cluster.drop(name)
            raise
        self.templates[name] = True
        return name

    def build(self, name, schema, seed):
        """Run a task's scripts as ``builder``, whatever an earlier task's set for that role."""
        self.cluster.admin("ALTER ROLE builder RESET ALL")
        watch = Watch(self.cluster, BUILD_LIMITS)
        session = self.cluster.session("builder", name, watch)
        watch.begin(session.pid)
        try:
            for part, text in (("schema", schema), ("seed", seed), ("statistics", "ANALYZE")):
                try:
                    session.script(text)
                except (ServerError, Stopped, OverflowError) as error:
                    raise Failed(failure("task", f"{part}: {error}")) from None
        finally:
            if watch.stopped:
                self.cluster.end_backend(session.pid)
            session.close()

    def clone(self, template, name, request):
        """A database and a role for one request."""
        reading = request["read_only"]
        self.cluster.admin(f"CREATE ROLE {name} LOGIN")
        if reading:
            grant = f"GRANT pg_read_all_data TO {name} WITH INHERIT TRUE, SET FALSE"
            self.cluster.admin(grant)
        rights = "CONNECT" if reading else "CONNECT, CREATE, TEMP"
        self.cluster.create_database(name, template, rights, f"{name}, checker")
        if not reading:
            session = self.cluster.session("harness", name)
            session.script(f"REASSIGN OWNED BY builder TO {name}")
            session.close()

    def run(self, name, request):
        """Run the statements, then look at what they left."""
        watch = Watch(self.cluster, request)
        options = "-c default_transaction_read_only=on" if request["read_only"] else ""
        session = self.cluster.session(name, name, watch, options)
        session.max_message = request["max_bytes"] + ROW_OVERHEAD
        watch.begin(session.pid)
        report = {}
        try:
            if request["read_only"]:
                session.script("BEGIN READ ONLY")
            report = run_all(session, request)
        except Stopped as error:
            report = failure(error.cause, error.message)
        finally:
            usage = watch.end()
            # It may still be computing, or have much to say.
            if watch.stopped or report.get("error", {}).get("stage") == "output":
                self.cluster.end_backend(session.pid)
            session.close()
        if "error" not in report and not request["read_only"]:
            report["state"] = self.state(name, request)
        return {**report, **usage}

    def state(self, name, request):
        """The committed tables and the checks, read over a session of another role."""
        watch = Watch(self.cluster, request)
        options = "-c search_path=pg_catalog,public,pg_temp"
        session = self.cluster.session("checker", name, watch, options)
        watch.begin(session.pid)
        try:
            tables = {table: table_of(session, table, request) for table in request["tables"]}
            checks = [run_all(session, {**request, "statements": [check], "read_only": True})
                      for check in request["checks"]]  # fmt: skip
        except Stopped as error:
            raise Failed(failure(error.cause, f"reading the state: {error.message}")) from None
        finally:
            watch.end()
            session.close()
        return {"tables": tables, "checks": checks}

    def tidy(self, name):
        """Drop a request's database and role; a cluster that refuses is not used again."""
        if name is None or not self.cluster.alive():
            return
        try:
            self.cluster.drop(name)
            self.cluster.admin(f"DROP ROLE IF EXISTS {name}")
        except (ServerError, Lost, OSError):
            self.cluster.stop()


def run_all(session, request):
    """The report of some statements: the last grid, or the first error."""
    grid = None
    for number, statement in enumerate(request["statements"], 1):
        try:
            grid = read(session, statement, request) or grid
        except TooMuch as error:
            return failure("output", str(error), number)
        except OverflowError as error:
            return failure("output", str(error), number)
        except ServerError as error:
            return failure(stage_of(error, request), told(error), number, error.code)
    return {"grid": grid.wire() if grid else None}


def read(session, statement, request):
    """Run one statement; its grid, or None for one without rows."""
    grid = Grid([], request)
    columns = session.run(statement, grid.add, request["max_rows"] + 1)
    if columns is None:
        return None
    grid.columns = [column for column, _ in columns]
    types = [oid for _, oid in columns]
    grid.rows = [[cell_of(*pair) for pair in zip(row, types, strict=True)] for row in grid.rows]
    return grid


def cell_of(text, oid):
    """A cell as JSON, by its type."""
    if text is None:
        return None
    if oid in INTEGERS:
        return int(text)
    if oid in FLOATS:
        return float(text)
    if oid == BOOL:
        return text == "t"
    if oid == NUMERIC:
        return {"$num": text}
    if oid == BYTEA and text.startswith("\\x"):
        return {"$hex": text[2:]}
    return text.rstrip(" ") if oid == CHAR else text


def stage_of(error, request):
    """What kind of end a server's error is."""
    if error.code == READ_ONLY and request["read_only"]:
        return "write"
    if error.code == NO_PRIVILEGE:
        own = request["read_only"] and str(error).startswith(OWN_OBJECTS)
        return "write" if own else "forbidden"
    if error.code in OUT_OF_MEMORY:
        return "memory"
    if error.code in DISK:
        return "disk"
    return getattr(error, "stage", "run")


def told(error):
    """The server's message with its hint."""
    parts = [str(error), error.detail, f"Hint: {error.hint}" if error.hint else None]
    place = f" (at character {error.position})" if error.position else ""
    return "\n".join(part for part in parts if part) + place


def table_of(session, name, request):
    """Kind and rows of a table of the ``public`` schema, or of the one its name begins with."""
    schema, _, table = name.rpartition(".")
    schema = schema or "public"
    _, found = session.query(
        "SELECT relkind FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n"
        f" ON n.oid = c.relnamespace WHERE nspname = {literal(schema)}"
        f" AND relname = {literal(table)}"
    )
    if not found or found[0][0] not in ("r", "p"):
        return {"kind": {"v": "view", "m": "view"}.get(found[0][0], "other") if found else None}
    report = run_all(
        session, {**request, "statements": [f"SELECT * FROM {quoted(schema)}.{quoted(table)}"]}
    )
    return {"kind": "table", **report}


def literal(text):
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name):
    """A quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def main():
    """Serve requests from descriptor 3 on descriptor 4."""
    server = Server()
    server.start()
    frames.write_all(4, frames.pack({"ready": 1}))
    while True:
        try:
            request = frames.read_frame(3)
        except EOFError:
            return
        report, name = server.answer(request)
        frames.write_all(4, frames.pack(report))
        server.tidy(name)


if __name__ == "__main__":
    main()
