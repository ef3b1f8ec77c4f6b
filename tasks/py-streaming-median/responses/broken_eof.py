import statistics

numbers = []
while True:
    numbers.append(float(input()))
    print(statistics.median(numbers))
