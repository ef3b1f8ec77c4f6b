class LRUCache(dict):
    def __init__(self, capacity):
        super().__init__()
        self.capacity = capacity

    def get(self, key, default=None):
        if key in self:
            value = self.pop(key)
            self[key] = value
            return value
        return default

    def put(self, key, value):
        self[key] = value

    def __setitem__(self, key, value):
        self.pop(key, None)
        if len(self) >= self.capacity:
            del self[next(iter(self))]
        self.put(key, value)
