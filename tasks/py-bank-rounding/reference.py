def round_money(amount):
    negative = amount.startswith("-")
    whole, _, fraction = amount.lstrip("-").partition(".")
    fraction = fraction.ljust(2, "0")
    cents = int(whole + fraction[:2])
    rest, half = fraction[2:].rstrip("0"), "5"
    if rest > half or (rest == half and cents % 2):
        cents += 1
    sign = "-" if negative and cents else ""
    return f"{sign}{cents // 100}.{cents % 100:02}"
