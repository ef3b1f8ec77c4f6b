import csv
import sys
from collections import OrderedDict

report = OrderedDict()
for row in csv.reader(sys.stdin):
    if not row:
        continue
    region, _, amount = row
    region = region.strip()
    cents = int(amount)
    entry = report.setdefault(region.lower(), {"name": region, "sales": 0, "cents": 0})
    entry["sales"] += 1
    entry["cents"] += cents

for entry in report.values():
    units, cents = divmod(abs(entry["cents"]), 100)
    sign = "-" if entry["cents"] < 0 else ""
    print(f"{entry['name']},{entry['sales']},{sign}{units}.{cents:02d}")
