import sys
from bisect import insort

numbers = []
for line in sys.stdin:
    for word in line.split():
        insort(numbers, float(word))
        middle = len(numbers) // 2
        if len(numbers) % 2:
            print(f"{numbers[middle]:.10f}")
        else:
            print(f"{(numbers[middle - 1] + numbers[middle]) / 2:.10f}")
