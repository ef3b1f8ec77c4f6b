from decimal import ROUND_HALF_UP, Decimal, getcontext

getcontext().prec = 60


def round_money(amount):
    value = Decimal(amount).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    if value == 0:
        return "0.00"
    return f"{value:.2f}"
