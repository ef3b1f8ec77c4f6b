from decimal import ROUND_HALF_EVEN, Context, Decimal


def round_money(amount: str) -> str:
    context = Context(prec=len(amount) + 4, rounding=ROUND_HALF_EVEN)
    rounded = Decimal(amount).quantize(Decimal("0.01"), context=context)
    return str(abs(rounded)) if rounded == 0 else str(rounded)
