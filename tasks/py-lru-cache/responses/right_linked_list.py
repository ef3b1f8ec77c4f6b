class _Node:
    __slots__ = ("key", "value", "prev", "next")

    def __init__(self, key=None, value=None):
        self.key, self.value = key, value
        self.prev = self.next = self


class LRUCache:
    """A dictionary for look-up and a ring of nodes for the order of use."""

    def __init__(self, capacity: int) -> None:
        if capacity <= 0:
            raise ValueError(f"bad capacity: {capacity}")
        self.capacity = capacity
        self.nodes: dict = {}
        self.ring = _Node()  # ring.next is the oldest, ring.prev the newest

    def _unlink(self, node):
        node.prev.next, node.next.prev = node.next, node.prev

    def _append(self, node):
        last = self.ring.prev
        last.next = self.ring.prev = node
        node.prev, node.next = last, self.ring

    def get(self, key, default=None):
        node = self.nodes.get(key)
        if node is None:
            return default
        self._unlink(node)
        self._append(node)
        return node.value

    def put(self, key, value):
        node = self.nodes.get(key)
        if node is None:
            if len(self.nodes) == self.capacity:
                oldest = self.ring.next
                self._unlink(oldest)
                del self.nodes[oldest.key]
            node = self.nodes[key] = _Node(key)
        else:
            self._unlink(node)
        node.value = value
        self._append(node)

    def __len__(self):
        return len(self.nodes)

    def __contains__(self, key):
        return key in self.nodes
