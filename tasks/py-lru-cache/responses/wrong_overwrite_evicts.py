from collections import OrderedDict


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError("capacity must be at least 1")
        self.capacity = capacity
        self.cache = OrderedDict()

    def get(self, key, default=None):
        value = self.cache.get(key)
        if value is None:
            return default
        self.cache.move_to_end(key)
        return value

    def put(self, key, value):
        if len(self.cache) >= self.capacity:
            self.cache.popitem(last=False)
        self.cache[key] = value
        self.cache.move_to_end(key)

    def __len__(self):
        return len(self.cache)

    def __contains__(self, key):
        return key in self.cache
