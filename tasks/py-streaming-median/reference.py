import heapq
import sys


def main():
    low, high = [], []
    for word in sys.stdin.read().split():
        heapq.heappush(high, -heapq.heappushpop(low, -float(word)))
        if len(high) > len(low):
            heapq.heappush(low, -heapq.heappop(high))
        print(-low[0] if len(low) > len(high) else (high[0] - low[0]) / 2)


main()
