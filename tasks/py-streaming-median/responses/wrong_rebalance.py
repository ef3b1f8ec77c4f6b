import heapq
import sys

low, high = [], []
for token in sys.stdin.read().split():
    x = float(token)
    # Put the number on the shorter side.
    if len(low) <= len(high):
        heapq.heappush(low, -x)
    else:
        heapq.heappush(high, x)
    if len(low) > len(high):
        print(-low[0])
    else:
        print((-low[0] + high[0]) / 2)
