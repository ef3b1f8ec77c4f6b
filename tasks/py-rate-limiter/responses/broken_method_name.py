import time


class RateLimiter:
    def __init__(self, limit, window):
        self.limit = limit
        self.window = window
        self.calls = {}

    def is_allowed(self, user):
        now = time.time()
        calls = [t for t in self.calls.get(user, []) if now - t < self.window]
        self.calls[user] = calls + [now]
        return len(calls) < self.limit
