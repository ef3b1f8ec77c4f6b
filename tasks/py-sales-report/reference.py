import sys


def main():
    regions = {}
    for line in sys.stdin:
        if not line.strip():
            continue
        name, _, amount = line.split(",")
        entry = regions.setdefault(name.strip().casefold(), [name.strip(), 0, 0])
        entry[1] += int(amount) >= 0
        entry[2] += int(amount)
    for name, sales, cents in regions.values():
        sign = "-" if cents < 0 else ""
        print(f"{name},{sales},{sign}{abs(cents) // 100}.{abs(cents) % 100:02}")


main()
