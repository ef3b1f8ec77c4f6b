import sys

totals = {}
for line in sys.stdin:
    line = line.strip()
    if not line:
        continue
    region, _product, amount = line.split(",")
    key = region.strip().lower()
    first, sales, total = totals.get(key, (region.strip(), 0, 0.0))
    totals[key] = (first, sales + (int(amount) >= 0), total + int(amount) / 100)

for first, sales, total in totals.values():
    print(f"{first},{sales},{total:.2f}")
