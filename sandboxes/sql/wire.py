"""PostgreSQL's wire protocol (version 3), as much as one client on a unix socket needs.

Values stay the text the server wrote. A message's length comes before its body, so a giant
value is refused before it is held.
"""

import socket
import struct
import time

PROTOCOL = 196608
MAX_MESSAGE = 16 << 20
CLOSE_S = 0.25


class ServerError(Exception):
    """An ErrorResponse: ``code`` is the SQLSTATE, ``fatal`` if the session is over."""

    def __init__(self, fields):
        super().__init__(fields.get("M", "unknown error"))
        self.code = fields.get("C", "")
        self.fatal = fields.get("V", fields.get("S")) in ("FATAL", "PANIC")
        self.position = fields.get("P")
        self.detail = fields.get("D")
        self.hint = fields.get("H")


class Lost(Exception):
    """The session ended without a word."""


class Session:
    """One connection. ``tick`` is called about every 20 ms while the server is silent."""

    def __init__(self, path, user, database, tick=None, options=""):
        self.tick = tick
        self.max_message = MAX_MESSAGE
        self.pid = None
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(0.02)
        self.socket.connect(path)
        self.buffer = bytearray()
        pairs = {"user": user, "database": database, "client_encoding": "UTF8"}
        if options:
            pairs["options"] = options
        body = b"".join(f"{key}\0{value}\0".encode() for key, value in pairs.items()) + b"\0"
        self._write(struct.pack(">II", len(body) + 8, PROTOCOL) + body)
        self._until_ready()

    def close(self):
        """Say good-bye and wait until the server's process is gone.

        A database is only copied or dropped without delay once nobody is seen in it.
        """
        self.tick = None
        try:
            self._write(pack(b"X", b""))
            self.socket.settimeout(CLOSE_S)
            deadline = time.monotonic() + CLOSE_S
            while self.socket.recv(1 << 16) and time.monotonic() < deadline:
                pass
        except (OSError, Lost):
            pass
        self.socket.close()

    def script(self, text):
        """Run several statements at once (simple protocol); rows are thrown away."""
        self._write(pack(b"Q", encoded(text) + b"\0"))
        self._until_ready()

    def query(self, text):
        """Columns and rows (texts) of one trusted statement."""
        rows = []
        columns = self.run(text, rows.append)
        return columns, rows

    def run(self, text, on_row, max_rows=0):
        """Prepare and run one statement; returns ``(name, type oid)`` of its columns, or None.

        Raises ServerError, whose ``stage`` is "prepare" or "run". ``on_row`` may raise: the
        session is then of no more use.
        """
        self._write(
            pack(b"P", b"\0" + encoded(text) + b"\0" + struct.pack(">H", 0))
            + pack(b"D", b"S\0")
            + pack(b"H", b"")
        )
        columns = self._described()
        self._write(
            pack(b"B", b"\0\0" + struct.pack(">HHH", 0, 0, 0))
            + pack(b"E", b"\0" + struct.pack(">I", max_rows))
            + pack(b"S", b"")
        )
        self._rows(on_row)
        return columns

    def _described(self):
        columns = None
        while True:
            kind, body = self._message()
            if kind == b"E":
                self._fail(body, "prepare")
            if kind == b"T":
                columns = described(body)
            if kind in (b"T", b"n"):
                return columns

    def _rows(self, on_row):
        while True:
            kind, body = self._message()
            if kind == b"D":
                on_row(cells(body))
            elif kind == b"E":
                self._fail(body, "run", synced=True)
            elif kind == b"Z":
                return
            elif kind == b"G":  # COPY waits for a client's data, and swallowed the first sync
                self._write(
                    pack(b"f", b"there is no client to COPY from: use INSERT\0") + pack(b"S", b"")
                )

    def _fail(self, body, stage, synced=False):
        error = ServerError(fields_of(body))
        error.stage = stage
        if not error.fatal:
            if not synced:
                self._write(pack(b"S", b""))
            while self._message()[0] != b"Z":
                pass
        raise error

    def _until_ready(self):
        failed = None
        while True:
            kind, body = self._message()
            if kind == b"E":
                failed = failed or ServerError(fields_of(body))
                if failed.fatal:
                    raise failed
            elif kind == b"K":
                self.pid = struct.unpack(">I", body[:4])[0]
            elif kind == b"G":
                self._write(pack(b"f", b"there is no client to COPY from: use INSERT\0"))
            elif kind == b"Z":
                if failed:
                    raise failed
                return

    def _message(self):
        head = self._exactly(5)
        size = struct.unpack(">I", head[1:])[0] - 4
        if size > self.max_message:
            raise OverflowError("more text than the output limit allows")
        return head[:1], self._exactly(size)

    def _exactly(self, size):
        while len(self.buffer) < size:
            try:
                data = self.socket.recv(1 << 18)
            except TimeoutError:
                if self.tick:
                    self.tick()
                continue
            except OSError as error:
                raise Lost(str(error)) from None
            if not data:
                raise Lost("the server closed the session")
            self.buffer += data
            if self.tick:
                self.tick()
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    def _write(self, data):
        view = memoryview(data)
        while view:
            try:
                view = view[self.socket.send(view) :]
            except TimeoutError:
                if self.tick:
                    self.tick()
            except OSError as error:
                raise Lost(str(error)) from None


def pack(kind, body):
    """One message."""
    return kind + struct.pack(">I", len(body) + 4) + body


def encoded(text):
    """Text as the server takes it: no NUL, valid UTF-8 or its own complaint."""
    return text.encode("utf-8", "surrogatepass").replace(b"\0", b"\xff")


def fields_of(body):
    """Fields of an ErrorResponse."""
    parts = body.split(b"\0")
    return {chr(part[0]): part[1:].decode("utf-8", "replace") for part in parts if part}


def described(body):
    """``(name, type oid)`` of the columns of a RowDescription."""
    columns, at = [], 2
    for _ in range(struct.unpack_from(">H", body)[0]):
        end = body.index(b"\0", at)
        oid = struct.unpack_from(">IHI", body, end + 1)[2]
        columns.append((body[at:end].decode("utf-8", "replace"), oid))
        at = end + 19
    return columns


def cells(body):
    """Values of a DataRow as text, None for NULL."""
    values, at = [], 2
    for _ in range(struct.unpack_from(">H", body)[0]):
        size = struct.unpack_from(">i", body, at)[0]
        at += 4
        if size < 0:
            values.append(None)
            continue
        values.append(body[at : at + size].decode("utf-8", "surrogateescape"))
        at += size
    return values
