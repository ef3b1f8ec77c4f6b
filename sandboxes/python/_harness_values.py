"""Values and exceptions as tagged JSON, and back: always exact builtin types, no pickle."""

import builtins
import collections
import sys

from _harness_late import late
from _harness_proxy import CannotCross, Proxy

SAFE_INT = 1 << 53
SPECIAL = {float("inf"): "inf", float("-inf"): "-inf"}
MAX_DEPTH = 200


class Values:
    """What can cross, and the handles on what cannot: the part of a peer without pipes."""

    def __init__(self):
        self.objects = {}
        self.refs = {}
        self.exceptions = {}

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
        for module, name, rebuild in LATE_BASES:
            # Nobody has a value of a module that is not there.
            base = getattr(sys.modules.get(module), name, None)
            if isinstance(base, type) and issubclass(kind, base):
                return rebuild(value)
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
    (type(NotImplemented), lambda _p, _v, _d: {"$notimplemented": 1}),
    (type(Ellipsis), lambda _p, _v, _d: {"$ellipsis": 1}),
)

LATE_BASES = (
    ("decimal", "Decimal", lambda value: {"$decimal": str(value)}),
    ("fractions", "Fraction", lambda value: {"$fraction": str(value)}),
    ("datetime", "datetime", lambda value: {"$datetime": value.isoformat()}),
    ("datetime", "date", lambda value: {"$day": value.isoformat()}),
    ("datetime", "timedelta", lambda v: {"$span": [v.days, v.seconds, v.microseconds]}),
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
    "$decimal": lambda _p, text: late("decimal").Decimal(text),
    "$fraction": lambda _p, text: late("fractions").Fraction(text),
    "$datetime": lambda _p, text: late("datetime").datetime.fromisoformat(text),
    "$day": lambda _p, text: late("datetime").date.fromisoformat(text),
    "$span": lambda _p, parts: late("datetime").timedelta(*parts),
    "$notimplemented": lambda _p, _v: NotImplemented,
    "$ellipsis": lambda _p, _v: ...,
}
