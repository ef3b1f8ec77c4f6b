"""Stands for a function, class or object of the other process; it refuses to be compared."""

DUNDERS = frozenset(
    "__call__ __len__ __getitem__ __setitem__ __delitem__ __iter__ __next__ __contains__ "
    "__bool__ __enter__ __exit__ __str__ __repr__ __int__ __float__ __index__ __reversed__".split()
)


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
