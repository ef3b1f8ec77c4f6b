"""Values and calls between a judge and a candidate: tagged JSON over two pipes, no pickle.

Only plain data is rebuilt on the other side, always as exact builtin types, so an object with
a dishonest ``__eq__`` arrives as the data it holds or as a proxy that refuses to be compared.
Both sides run the same ``Peer``; what differs is which attributes a side lets the other see.
"""

import collections
import datetime
import decimal
import fractions
import json
import os
import struct
import sys

HEADER = struct.Struct(">I")
SAFE_INT = 1 << 53
SPECIAL = {float("inf"): "inf", float("-inf"): "-inf"}
DUNDERS = frozenset(
    "__call__ __len__ __getitem__ __setitem__ __delitem__ __iter__ __next__ __contains__ "
    "__bool__ __enter__ __exit__ __str__ __repr__ __int__ __float__ __index__ __reversed__".split()
)
MAX_DEPTH = 200


class CannotCross(Exception):
    """A value that is neither plain data nor usable by calls alone."""


class CandidateEnded(BaseException):
    """The other process is gone; not an Exception, so that no test swallows it."""


class Proxy:
    """A function, class or object of the other process."""

    __slots__ = ("_peer", "_ref", "_kind", "__name__", "__weakref__")

    def __init__(self, peer, ref, kind, name):
        object.__setattr__(self, "_peer", peer)
        object.__setattr__(self, "_ref", ref)
        object.__setattr__(self, "_kind", kind)
        object.__setattr__(self, "__name__", name)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self._peer.remote({"op": "attr", "ref": self._ref, "name": name})

    def __setattr__(self, name, value):
        self._peer.remote(
            {"op": "set", "ref": self._ref, "name": name, "value": self._peer.encode(value)}
        )

    def __call__(self, *args, **kwargs):
        return self._peer.call(self._ref, self.__name__, args, kwargs)

    def _refuse(self, other):
        message = f"a {self.__name__} object cannot leave its process to be compared"
        self._peer.crossed_badly = message  # a test that swallows the error does not pass
        raise CannotCross(message)

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse

    def __hash__(self):
        return hash((id(self._peer), self._ref))


def _delegate(name):
    def method(self, *args):
        encoded = [self._peer.encode(arg) for arg in args]
        return self._peer.remote({"op": "method", "ref": self._ref, "name": name, "args": encoded})

    method.__name__ = name
    return method


for _name in DUNDERS - {"__call__", "__bool__", "__exit__", "__enter__"}:
    setattr(Proxy, _name, _delegate(_name))


def _proxy_bool(self):
    return self._peer.remote({"op": "truth", "ref": self._ref})


def _proxy_enter(self):
    return self._peer.remote({"op": "method", "ref": self._ref, "name": "__enter__", "args": []})


def _proxy_exit(self, *_details):
    args = [None, None, None]
    return self._peer.remote({"op": "method", "ref": self._ref, "name": "__exit__", "args": args})


Proxy.__bool__ = _proxy_bool
Proxy.__enter__ = _proxy_enter
Proxy.__exit__ = _proxy_exit


class Peer:
    """One end of the conversation.

    guarded: True on the judge's side, where functions and classes may be called but never
    looked into (a callback's globals would hold the expected values).
    """

    def __init__(self, read_fd, write_fd, guarded):
        self.read_fd = read_fd
        self.write_fd = write_fd
        self.guarded = guarded
        self.objects = {}
        self.refs = {}
        self.exceptions = {}
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

    # -- values ---------------------------------------------------------------------------
    def encode(self, value, depth=0):
        """Plain JSON, or a one-key object whose key begins with ``$``."""
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return value if -SAFE_INT <= value <= SAFE_INT else {"$int": _digits(value)}
        if kind is float:
            return _float(value)
        if depth > MAX_DEPTH:
            raise CannotCross("a value nested more than 200 deep, or one that contains itself")
        if kind is list:
            return [self.encode(item, depth + 1) for item in value]
        if kind is dict:
            return self._encode_dict(value, depth)
        if kind is tuple:
            return {"$tuple": [self.encode(item, depth + 1) for item in value]}
        return self._encode_other(value, kind, depth)

    def _encode_dict(self, value, depth):
        pairs = list(dict.items(value))
        if all(type(key) is str and not key.startswith("$") for key, _ in pairs):
            return {key: self.encode(item, depth + 1) for key, item in pairs}
        return {"$dict": [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in pairs]}

    def _encode_other(self, value, kind, depth):
        if isinstance(value, Proxy) or kind is Proxy:
            return {"$own": object.__getattribute__(value, "_ref")}
        for base, rebuild in BASES:
            if issubclass(kind, base) and not _is_enum(kind):
                return rebuild(self, value, depth)
        if isinstance(value, type) and issubclass(value, BaseException):
            return {"$exc": [value.__name__, _builtin_base(value)]}
        array = sys.modules.get("numpy")
        if array is not None and isinstance(value, (array.generic, array.ndarray)):
            return self.encode(value.tolist(), depth + 1)
        return self.reference(value)

    def reference(self, value):
        """A handle on a value that stays here."""
        ref = self.refs.get(id(value))
        if ref is None:
            ref = len(self.objects) + 1
            self.objects[ref] = value
            self.refs[id(value)] = ref
        kind = "class" if isinstance(value, type) else "function" if callable(value) else "object"
        name = value.__name__ if hasattr(value, "__name__") else type(value).__name__
        return {"$ref": ref, "kind": kind, "name": str(name)[:100]}

    def decode(self, value):
        """Rebuild plain data; a handle becomes a proxy, one of our own becomes the object."""
        kind = type(value)
        if kind is list:
            return [self.decode(item) for item in value]
        if kind is not dict:
            return value
        tag = next(iter(value), "")
        if not tag.startswith("$"):
            return {key: self.decode(item) for key, item in value.items()}
        if tag == "$ref":
            return Proxy(self, value["$ref"], value["kind"], value["name"])
        if tag == "$own":
            return self.objects[value["$own"]]
        if tag == "$exc":
            return self.exception_class(*value["$exc"])
        return DECODERS[tag](self, value[tag])

    # -- exceptions -----------------------------------------------------------------------
    def describe(self, error):
        """An exception as data."""
        try:
            message = str(error)
        except BaseException:  # noqa: BLE001 - a hostile __str__
            message = "(its message cannot be shown)"
        args = []
        try:
            args = [self.encode(arg) for arg in error.args if isinstance(arg, PLAIN)]
        except BaseException:  # noqa: BLE001
            args = []
        return {
            "type": type(error).__name__,
            "base": _builtin_base(type(error)),
            "message": message[:2000],
            "args": args,
            "cannot_cross": isinstance(error, CannotCross),
        }

    def exception(self, data):
        """Rebuild an exception of the other side as a builtin one, or a subclass of it."""
        if data.get("cannot_cross"):
            return CannotCross(data.get("message", ""))
        kind = self.exception_class(str(data.get("type")), str(data.get("base")))
        try:
            error = kind(*[self.decode(arg) for arg in data.get("args", [])])
        except Exception:  # noqa: BLE001 - e.g. UnicodeDecodeError wants five arguments
            error = RuntimeError(data.get("message", ""))
        error.from_candidate = True
        return error

    def exception_class(self, name, base):
        """One class per name, so that ``except`` and ``raises`` recognise it."""
        import builtins

        found = getattr(builtins, name, None)
        if isinstance(found, type) and issubclass(found, BaseException):
            return found
        if name not in self.exceptions:
            parent = getattr(builtins, base, Exception)
            if not (isinstance(parent, type) and issubclass(parent, BaseException)):
                parent = Exception
            self.exceptions[name] = type(name, (parent,), {})
        return self.exceptions[name]


PLAIN = (str, int, float, bool, type(None), tuple, list)


def _digits(value):
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        return int.__repr__(value)
    finally:
        sys.set_int_max_str_digits(limit)


def _to_int(_peer, text):
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        return int(text)
    finally:
        sys.set_int_max_str_digits(limit)


def _float(value):
    if value != value:
        return {"$float": "nan"}
    if value in SPECIAL:
        return {"$float": SPECIAL[value]}
    if value == 0 and str(value)[0] == "-":
        return {"$float": "-0"}
    return value


def _is_enum(kind):
    enum = sys.modules.get("enum")
    return enum is not None and issubclass(kind, enum.Enum) and not issubclass(kind, (int, str))


def _builtin_base(kind):
    for base in kind.__mro__:
        if base.__module__ == "builtins" and base is not object:
            return base.__name__
    return "Exception"


def _listed(tag, base):
    def rebuild(peer, value, depth):
        items = [peer.encode(item, depth + 1) for item in base.__iter__(value)]
        return {tag: items} if tag else items

    return rebuild


BASES = (
    (bool, lambda _p, value, _d: bool.__bool__(value)),
    (str, lambda _p, value, _d: str.__str__(value)[:]),
    (int, lambda peer, value, d: peer.encode(int.__int__(value), d)),
    (float, lambda _p, value, _d: _float(float.__float__(value))),
    (complex, lambda _p, value, _d: {"$complex": [_float(value.real), _float(value.imag)]}),
    (bytearray, lambda _p, value, _d: {"$bytearray": bytes(value).decode("latin-1")}),
    (bytes, lambda _p, value, _d: {"$bytes": bytes(value).decode("latin-1")}),
    (list, _listed("", list)),
    (tuple, _listed("$tuple", tuple)),
    (set, _listed("$set", set)),
    (frozenset, _listed("$frozenset", frozenset)),
    (collections.deque, _listed("$deque", collections.deque)),
    (dict, lambda peer, value, d: peer._encode_dict(value, d)),
    (range, lambda _p, value, _d: {"$range": [value.start, value.stop, value.step]}),
    (decimal.Decimal, lambda _p, value, _d: {"$decimal": str(value)}),
    (fractions.Fraction, lambda _p, value, _d: {"$fraction": str(value)}),
    (datetime.datetime, lambda _p, value, _d: {"$datetime": value.isoformat()}),
    (datetime.date, lambda _p, value, _d: {"$day": value.isoformat()}),
    (datetime.timedelta, lambda _p, v, _d: {"$span": [v.days, v.seconds, v.microseconds]}),
    (type(NotImplemented), lambda _p, _v, _d: {"$notimplemented": 1}),
    (type(Ellipsis), lambda _p, _v, _d: {"$ellipsis": 1}),
)


def _items(build):
    return lambda peer, items: build([peer.decode(item) for item in items])


DECODERS = {
    "$int": _to_int,
    "$float": lambda _p, text: float("-0.0") if text == "-0" else float(text),
    "$bytes": lambda _p, text: text.encode("latin-1"),
    "$bytearray": lambda _p, text: bytearray(text.encode("latin-1")),
    "$tuple": _items(tuple),
    "$set": _items(set),
    "$frozenset": _items(frozenset),
    "$deque": _items(collections.deque),
    "$dict": lambda peer, pairs: {peer.decode(k): peer.decode(v) for k, v in pairs},
    "$complex": lambda peer, parts: complex(*[peer.decode(part) for part in parts]),
    "$range": lambda _p, parts: range(*parts),
    "$decimal": lambda _p, text: decimal.Decimal(text),
    "$fraction": lambda _p, text: fractions.Fraction(text),
    "$datetime": lambda _p, text: datetime.datetime.fromisoformat(text),
    "$day": lambda _p, text: datetime.date.fromisoformat(text),
    "$span": lambda _p, parts: datetime.timedelta(*parts),
    "$notimplemented": lambda _p, _v: NotImplemented,
    "$ellipsis": lambda _p, _v: ...,
}
