class RateLimiter:
    def __init__(self, limit, window):
        self.limit = limit
        self.window = window
        self.counts = {}

    def allow(self, user, now):
        bucket = now // self.window
        started, count = self.counts.get(user, (bucket, 0))
        if started != bucket:
            count = 0
        if count >= self.limit:
            self.counts[user] = (bucket, count)
            return False
        self.counts[user] = (bucket, count + 1)
        return True
