"""Framing of every channel: a 4-byte big-endian length, then that many bytes of JSON."""

import json
import os
import struct

HEADER = struct.Struct(">I")


def pack(message):
    """Bytes of one frame. ASCII JSON, so that lone surrogates survive."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    return HEADER.pack(len(body)) + body


def read_exactly(fd, size):
    """Read ``size`` bytes from a blocking descriptor; EOFError if it ends first."""
    parts = []
    while size:
        part = os.read(fd, min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_frame(fd):
    """Read one frame from a blocking descriptor."""
    (size,) = HEADER.unpack(read_exactly(fd, HEADER.size))
    return json.loads(read_exactly(fd, size))


def write_all(fd, data):
    """Write everything to a blocking descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


class FrameBuffer:
    """Collects bytes of a non-blocking descriptor and yields whole frames.

    ``limit`` bounds one frame; a larger one raises ValueError (the sender is hostile).
    """

    def __init__(self, limit):
        self.limit = limit
        self.data = bytearray()

    def feed(self, data):
        """Add bytes; return the frames that are now complete (as raw JSON bytes)."""
        self.data += data
        frames = []
        while len(self.data) >= HEADER.size:
            (size,) = HEADER.unpack_from(self.data)
            if size > self.limit:
                raise ValueError("frame too large")
            if len(self.data) < HEADER.size + size:
                break
            frames.append(bytes(self.data[HEADER.size : HEADER.size + size]))
            del self.data[: HEADER.size + size]
        return frames
