import sys

import sales_tools

report = sales_tools.group(sys.stdin, by="region")
for region in report:
    print(region.name, region.sales, region.total, sep=",")
