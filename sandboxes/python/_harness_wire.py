"""The conversation of a judge and a candidate: frames of tagged JSON over two pipes.

Only plain data is rebuilt on the other side, always as exact builtin types, so an object with
a dishonest ``__eq__`` arrives as the data it holds or as a proxy that refuses to be compared.
Both sides run the same ``Peer``; what differs is which attributes a side lets the other see.
"""

import json
import os
import struct

from _harness_proxy import DUNDERS, CandidateEnded, CannotCross
from _harness_values import Values

HEADER = struct.Struct(">I")
__all__ = ["HEADER", "CandidateEnded", "CannotCross", "Peer"]


class Peer(Values):
    """One end of the conversation.

    guarded: True on the judge's side, where functions and classes may be called but never
    looked into (a callback's globals would hold the expected values).
    """

    def __init__(self, read_fd, write_fd, guarded):
        super().__init__()
        self.read_fd = read_fd
        self.write_fd = write_fd
        self.guarded = guarded
        self.namespace = {}
        self.on_call = None
        self.serve_op = None
        self.ended = False
        self.crossed_badly = ""

    # -- frames ---------------------------------------------------------------------------
    def send(self, message):
        """Write one frame."""
        body = json.dumps(message, separators=(",", ":")).encode("ascii")
        view = memoryview(HEADER.pack(len(body)) + body)
        try:
            while view:
                view = view[os.write(self.write_fd, view) :]
        except OSError:
            raise self._gone() from None

    def _gone(self):
        self.ended = True
        return CandidateEnded("the candidate's process ended")

    def receive(self):
        """Read one frame; None at the end."""
        head = self._exactly(HEADER.size)
        if head is None:
            return None
        body = self._exactly(HEADER.unpack(head)[0])
        return None if body is None else json.loads(body)

    def _exactly(self, size):
        parts = []
        while size:
            try:
                part = os.read(self.read_fd, min(size, 1 << 20))
            except OSError:
                return None
            if not part:
                return None
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    # -- asking ---------------------------------------------------------------------------
    def remote(self, message):
        """Send a request and return its value, serving requests that come in between."""
        self.send(message)
        while True:
            answer = self.receive()
            if not isinstance(answer, dict):
                raise self._gone()
            if "op" in answer:
                self.send(self.serve(answer))
            elif "error" in answer:
                raise self.exception(answer["error"])
            else:
                return self.settle(answer)

    def settle(self, answer):
        """Decode a value."""
        return self.decode(answer.get("value"))

    def call(self, ref, name, args, kwargs):
        """Call a function of the other side; mutated containers are copied back."""
        message = {
            "op": "call",
            "ref": ref,
            "args": [self.encode(arg) for arg in args],
            "kwargs": {key: self.encode(value) for key, value in kwargs.items()},
        }
        if self.on_call:
            self.on_call(name, args, kwargs)
        self.send(message)
        while True:
            answer = self.receive()
            if not isinstance(answer, dict):
                raise self._gone()
            if "op" in answer:
                self.send(self.serve(answer))
                continue
            self._copy_back(args, answer.get("args"))
            if "error" in answer:
                raise self.exception(answer["error"])
            value = self.decode(answer.get("value"))
            if self.on_call:
                self.on_call(name, args, kwargs, value)
            return value

    def _copy_back(self, args, encoded):
        if not isinstance(encoded, list) or len(encoded) != len(args):
            return
        for arg, new in zip(args, encoded, strict=True):
            if type(arg) is list:
                arg[:] = self.decode(new)
            elif type(arg) is dict or type(arg) is set:
                value = self.decode(new)
                arg.clear()
                arg.update(value)

    # -- serving --------------------------------------------------------------------------
    def serve(self, message):
        """Answer one request of the other side."""
        try:
            return self._serve(message)
        except CandidateEnded:
            raise
        except BaseException as error:  # noqa: BLE001 - it belongs to the caller
            return {"error": self.describe(error)}

    def _serve(self, message):
        operation = message["op"]
        if self.serve_op is not None:
            answer = self.serve_op(operation, message)
            if answer is not None:
                return answer
        target = self.objects[message["ref"]]
        if operation == "call":
            return self._serve_call(target, message)
        if operation == "truth":
            return {"value": bool(target)}
        return {"value": self.encode(self._access(target, operation, message))}

    def _serve_call(self, target, message):
        args = [self.decode(arg) for arg in message["args"]]
        kwargs = {key: self.decode(value) for key, value in message["kwargs"].items()}
        answer = {}
        try:
            answer["value"] = self.encode(target(*args, **kwargs))
        except CandidateEnded:
            raise
        except BaseException as error:  # noqa: BLE001
            answer["error"] = self.describe(error)
        after = [self.encode(arg) for arg in args]
        if after != message["args"]:
            answer["args"] = after
        return answer

    def _access(self, target, operation, message):
        name = message["name"]
        if operation == "method":
            if name not in DUNDERS:
                raise AttributeError(name)
            args = [self.decode(arg) for arg in message["args"]]
            return getattr(type(target), name)(target, *args)
        if name.startswith("_") or (self.guarded and not self._open(target)):
            raise AttributeError(name)
        if operation == "set":
            setattr(target, name, self.decode(message["value"]))
            return None
        return getattr(target, name)

    @staticmethod
    def _open(target):
        module = getattr(type(target), "__module__", "")
        return module not in ("builtins", "types", "functools")
