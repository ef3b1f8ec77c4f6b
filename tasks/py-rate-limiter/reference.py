from collections import defaultdict, deque


class RateLimiter:
    def __init__(self, limit, window):
        self.limit = limit
        self.window = window
        self.allowed = defaultdict(deque)

    def allow(self, user, now):
        times = self.allowed[user]
        while times and times[0] + self.window <= now:
            times.popleft()
        if len(times) >= self.limit:
            return False
        times.append(now)
        return True
