def round_money(amount):
    cents = round(amount * 100)
    return f"{cents // 100}.{cents % 100:02d}"
